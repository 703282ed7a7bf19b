"""A connection that a machine can mend: used mended, in memory only, and said so."""

from dataclasses import replace

from cometplay.core import redact
from cometplay.core.connection import Connection, origin
from cometplay.core.findings import Finding
from cometplay.failures import judge
from cometplay.session.plan import Plan


def mended(plan: Plan, findings: tuple[Finding, ...]) -> tuple[Plan, tuple[str, ...]]:
    """The plan with what preflight's warnings found mended in its connection, and a line for each change.

    What blocks stays as it is, and the key's host stays the same: neither is for a machine to decide.
    """
    connection, told = plan.connection, list[str]()
    for finding in findings:
        after = None if finding.seen.blocks else judge.mend(connection, finding)
        if after and origin(after.base_url) == origin(connection.base_url):
            told.append(_change(connection, after))
            connection = after
    return replace(plan, connection=connection), tuple(told)


def _change(before: Connection, after: Connection) -> str:
    if before.base_url != after.base_url:
        return f"sent to {redact.url(after.base_url)}: mend the base URL where it is set"
    return "sent without what was pasted around the key: mend COMETAPI_KEY where it is set"
