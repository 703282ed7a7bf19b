"""Scripts that many modes share: a refusal in the gateway's own form, a page, a task's answer."""

from cometplay.core.findings import (
    REQUEST_ID,
    Always,
    Break,
    Breakage,
    Condition,
    Reply,
    Rule,
    Script,
)
from cometplay.core.jsons import Json, JsonObject, compact
from cometplay.core.wire import Phase

Headers = tuple[tuple[str, str], ...]

JSON: Headers = (("content-type", "application/json"),)
PAGE: Headers = (("content-type", "text/html; charset=UTF-8"),)
EVENTS: Headers = (("content-type", "text/event-stream"),)


def refused(
    status: int,
    message: str,
    *,
    code: str = "",
    kind: str = "comet_api_error",
    param: str | None = None,
    headers: Headers = (),
) -> Reply:
    """An error in the gateway's own form (api-contract.md 9.1, shapes A and B), with its request id."""
    error: JsonObject = {"code": code, "message": f"{message} (request id: {REQUEST_ID})", "type": kind}
    if param is not None:
        error["param"] = param
    return Reply(status, compact({"error": error}), (*JSON, *headers))


def answered(value: Json, status: int = 200) -> Reply:
    """A JSON answer as it stands."""
    return Reply(status, compact(value), JSON)


def streamed(*events: Json, done: bool = True) -> Reply:
    """A stream of events, whole; with `done` it ends in [DONE]."""
    lines = [f"data: {compact(event)}\n\n" for event in events]
    return Reply(200, "".join([*lines, "data: [DONE]\n\n" if done else ""]), EVENTS)


def page(status: int, title: str, text: str = "") -> Reply:
    """A page for people, as proxies and edges write them."""
    head = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>"
    html = f"{head}<body><h1>{title}</h1>{text}</body></html>"
    return Reply(status, html, PAGE)


def broken(how: Breakage, times: int | None = None) -> Script:
    """A script that breaks good answers on the wire; with `times` it lets the next one through."""
    return Script(rules=(Rule(Break(how), times=times),))


STRANGE = (
    ("early-hints", broken(Breakage.EARLY_HINTS)),
    ("long-header", broken(Breakage.LONG_HEADER)),
    ("huge", broken(Breakage.HUGE)),
)
"""Variants of a good end: an answer that looks odd on the wire, and is none the worse for it."""


def play(
    step: Reply,
    *,
    when: Condition | None = None,
    phase: Phase = Phase.CREATE,
    times: int | None = None,
) -> Script:
    """A script of one rule."""
    return Script(rules=(Rule(step, when or Always(), phase, times),))
