"""What every Python snippet has: imports, layout, and the values of production code."""

import re
from functools import partial

from cometplay.core.drafts import Attachment
from cometplay.core.jsons import Json
from cometplay.core.limits import (
    CONNECT_LIMIT_S,
    LARGEST_ANSWER,
    LARGEST_FILES,
    REQUEST_LIMITS_S,
    STALL_LIMIT_S,
)
from cometplay.core.retry import BACKOFF_CAP_S, CREATE_REPEATS, LONGEST_WAIT_S, READ_REPEATS
from cometplay.core.wire import Phase
from cometplay.snippets import knowledge, literals
from cometplay.snippets.call import Call
from cometplay.snippets.literals import PYTHON_STEP, number, python, python_text, width
from cometplay.snippets.templates import nameable

WIDTH = 88
"""Columns: the formatter's usual line."""
_FROM = {
    "AbstractContextManager": "contextlib",
    "Any": "typing",
    "Callable": "collections.abc",
    "CometAPI": "cometapi",
    "Iterable": "collections.abc",
    "Iterator": "collections.abc",
    "Path": "pathlib",
    "parsedate_to_datetime": "email.utils",
    "partial": "functools",
    "quote": "urllib.parse",
}
_MODULES = ("base64", "httpx", "json", "openai", "os", "random", "sys", "time")
_THIRD_PARTY = frozenset({"cometapi", "httpx", "openai"})

exploded = partial(literals.exploded, step=PYTHON_STEP)


def imports(code: str) -> str:
    """The import lines of what a code uses, in the order that linters want."""
    code = nameable(code)
    words = frozenset(re.findall(r"\b[A-Za-z_]\w*", re.sub(r'#.*|"""[^"]*"""', "", code)))
    modules = {name for name in _MODULES if re.search(rf"(?<![\w.\"]){name}\.", code)}
    named = {name: module for name, module in _FROM.items() if name in words}
    return "\n\n".join(
        text for third in (False, True) if (text := _section(modules, named, third_party=third))
    )


def _section(modules: set[str], named: dict[str, str], *, third_party: bool) -> str:
    plain = [f"import {name}" for name in sorted(modules) if (name in _THIRD_PARTY) is third_party]
    sources = sorted({module for module in named.values() if (module in _THIRD_PARTY) is third_party})
    return "\n".join([*plain, *(f"from {source} import {_of(source, named)}" for source in sources)])


def _of(source: str, named: dict[str, str]) -> str:
    return ", ".join(sorted(name for name, module in named.items() if module == source))


def assigned(name: str, expression: str, *, splits: str = "") -> str:
    """`name = expression`, in parentheses where that makes it fit, else parted before `splits`."""
    head = f"{name} = {expression}"
    inner = f"{PYTHON_STEP}{expression}"
    if len(head) <= WIDTH or (len(inner) > WIDTH and not splits):
        return head
    if len(inner) > WIDTH:
        inner = inner.replace(f" {splits} ", f"\n{PYTHON_STEP}{splits} ", 1)
    return f"{name} = (\n{inner}\n)"


def keyed_headers(call: Call, key: str) -> list[str]:
    """The rows of a dict of headers."""
    rows = [f"{python_text(name)}: {python_text(value)}" for name, value in call.headers]
    return [*([f'"Authorization": f"Bearer {{{key}}}"'] if call.keyed else []), *rows]


def row(name: str, expression: list[str], indent: str) -> str:
    """One field of a dict whose value is a tuple, on one line where that fits."""
    line = f"{python_text(name)}: ({', '.join(expression)})"
    if width(f"{indent}{line},") <= WIDTH:
        return line
    return f"{python_text(name)}: {exploded('(', expression, ')', indent)}"


def file_parts(file: Attachment) -> list[str]:
    """The file as both libraries take it: name, bytes, type."""
    read = f"Path({python_text(file.path)}).read_bytes()"
    return [python_text(file.filename), read, python_text(file.mime)]


def literal(value: Json, indent: str = "") -> str:
    return python(value, indent)


def common(call: Call) -> dict[str, str]:
    """The values of the Python templates, whichever library sends."""
    kind, policy = call.request.kind, knowledge.POLICY
    schedule = (policy.first_s, policy.early_s, policy.late_s, policy.late_after_s)
    return {
        "base_url": assigned(
            "BASE_URL",
            f'os.environ.get("COMETAPI_BASE_URL", "").rstrip("/") or {python_text(call.base_url)}',
            splits="or",
        ),
        "create_limit": number(call.limit_s),
        "poll_limit": number(REQUEST_LIMITS_S[kind, Phase.POLL]),
        "download_limit": number(REQUEST_LIMITS_S[kind, Phase.DOWNLOAD]),
        "connect_limit": number(CONNECT_LIMIT_S),
        "stall_limit": number(STALL_LIMIT_S),
        "read_limit": number(STALL_LIMIT_S) if call.streamed else "CREATE_LIMIT",
        "most_bytes": number(LARGEST_ANSWER),
        "most_of_file": number(LARGEST_FILES.get(kind, 0)),
        "repeatable": _set(knowledge.create_statuses(kind)),
        "asked_again": _set(knowledge.read_statuses(kind)),
        "permanent": exploded("{", map(python_text, knowledge.permanent_codes()), "}"),
        "create_repeats": str(CREATE_REPEATS),
        "read_repeats": str(READ_REPEATS),
        "longest_wait": number(LONGEST_WAIT_S),
        "backoff_cap": number(BACKOFF_CAP_S),
        "id_headers": f"({', '.join(map(python_text, knowledge.id_headers()))})",
        "unfinished": exploded(
            "{",
            (f"{literal(name)}: {python_text(told)}" for name, told in knowledge.unfinished().items()),
            "}",
        ),
        "schedule": ", ".join(map(number, schedule)),
        "deadline": number(policy.deadline_s),
        "young": f"{number(policy.not_visible_for_s)}, {policy.not_visible_polls}",
        "permanent_polls": str(policy.permanent_failures),
    }


def _set(statuses: tuple[int, ...]) -> str:
    return f"{{{', '.join(map(str, statuses))}}}"
