"""Production code: the parts of a language's templates that a request needs, with what we know put in."""

from cometplay.core.drafts import Kind
from cometplay.core.routes import Route
from cometplay.core.wire import Phase
from cometplay.snippets import node, python, templates
from cometplay.snippets.call import Call, CannotRenderError
from cometplay.snippets.knowledge import ACCOUNTS
from cometplay.snippets.literals import python_text
from cometplay.snippets.templates import Line

_PARTS = ("text", "stream", "files", "image", "task")


def tags_of(call: Call) -> frozenset[str]:
    """What a request needs of the templates. Raises CannotRenderError where they have nothing for it."""
    if call.phase is not Phase.CREATE:
        raise CannotRenderError(
            "production code begins with the request that creates; it polls and downloads too"
        )
    if call.route is Route.RESPONSES:
        raise CannotRenderError("production code for a text asks /chat/completions; take the minimal style")
    kind = call.request.kind
    tags = {
        "text": kind is Kind.TEXT,
        "chat": kind is Kind.TEXT,
        "stream": call.streamed,
        "tools": bool(call.fields.get("tools") or call.fields.get("functions")),
        "files": kind is not Kind.TEXT,
        "picture": kind is Kind.IMAGE,
        "image": kind is Kind.IMAGE and not call.request.watched,
        "task": call.request.watched,
        "content": bool(call.adapter.content),
        "below_host": not call.adapter.below_v1,
        "headers": bool(call.headers),
        "form": call.form is not None,
        "keyed": call.keyed,
    }
    return frozenset(name for name, holds in tags.items() if holds)


def python_lines(call: Call, values: dict[str, str], more: frozenset[str]) -> list[Line]:
    """Python's production code; `values` and `more` are the library's own values and tags."""
    tags = tags_of(call) | more
    filled = python.common(call) | _told(call) | values | {"url": _url(call)}
    parts = ["failure", "repeat", "exchange", *(part for part in _PARTS if part in tags), "main"]
    body = [line for part in parts for line in templates.fill(_source("python", part), tags, filled)]
    code = "\n".join(line.text for line in body)
    head_code = "\n".join(line.text for line in _head(tags, filled))
    filled["imports"] = python.imports(f"{head_code}\n{code}")
    return [*_head(tags, filled), *body]


def node_lines(call: Call, values: dict[str, str], more: frozenset[str]) -> list[Line]:
    """JavaScript's production code; `values` and `more` are the library's own values and tags."""
    tags = tags_of(call) | more
    account = ACCOUNTS.get(call.route)
    told = (
        {
            "ids": ", ".join(node.optional(path, "task") for path in account.ids),
            "reasons": ", ".join(node.optional(path, "task") for path in account.reasons),
            "url": node.called(
                "const url = first", [node.optional(path, "task") for path in account.urls], indent="  "
            ),
        }
        if account
        else {}
    )
    filled = _told(call) | node.common(call) | values | told
    parts = ["failure", "repeat", "exchange", *(part for part in _PARTS if part in tags), "main"]
    body = [line for part in parts for line in templates.fill(_source("node", part), tags, filled)]
    code = "\n".join(
        line.text
        for line in (*templates.fill(_source("node", "head"), tags, filled | {"imports": ""}), *body)
    )
    filled["imports"] = node.imports(code)
    if filled["imports"]:
        tags |= {"imports"}
    return [*templates.fill(_source("node", "head"), tags, filled), *body]


def _head(tags: frozenset[str], values: dict[str, str]) -> list[Line]:
    return templates.fill(_source("python", "head"), tags, {"imports": "", **values})


def _source(language: str, part: str) -> str:
    return templates.source(f"{language}/{part}.txt")


def _url(call: Call) -> str:
    base = "BASE_URL" if call.adapter.below_v1 else "HOST"
    path = call.below_base.replace("{", "{{").replace("}", "}}")
    return python.assigned("URL", f'f"{{{base}}}{path}"')


def _told(call: Call) -> dict[str, str]:
    """The values about what is asked for, and how its route tells of a task."""
    asked = {Kind.TEXT: "a text", Kind.IMAGE: "pictures", Kind.VIDEO: "a video"}[call.request.kind]
    task = call.request.watched
    values = {
        "asked": asked,
        "asks": "asks" if task else "False",
        "most": "MOST_BYTES" if call.request.kind is Kind.TEXT else "most",
        "limit": "limit" if task else "CREATE_LIMIT",
        "statuses": "statuses" if task else "REPEATABLE",
        "broken": "error, asks" if task else "error",
        "key_parameter": ", keyed: bool = False" if call.adapter.content else "",
        "stem": "picture" if call.request.kind is Kind.IMAGE else "video",
    }
    account = ACCOUNTS.get(call.route)
    if account is None:
        return values
    return values | {
        "succeeded": _words(account.succeeded),
        "lost": _words(account.lost),
        "word_field": account.word,
        "ids": ", ".join(map(python_text, account.ids)),
        "urls": ", ".join(map(python_text, account.urls)),
        "reasons": ", ".join(map(python_text, account.reasons)),
    }


def _words(words: tuple[str, ...]) -> str:
    return f"{{{', '.join(map(python_text, words))}}}"
