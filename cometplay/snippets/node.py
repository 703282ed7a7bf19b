"""What every JavaScript snippet has: imports, layout, and the values of production code."""

import re
from collections.abc import Iterable
from functools import partial

from cometplay.core.drafts import Attachment
from cometplay.core.jsons import Json
from cometplay.core.limits import LARGEST_ANSWER, LARGEST_FILES, REQUEST_LIMITS_S
from cometplay.core.retry import BACKOFF_CAP_S, CREATE_REPEATS, LONGEST_WAIT_S, READ_REPEATS
from cometplay.core.wire import Phase, file_head
from cometplay.snippets import knowledge, literals
from cometplay.snippets.call import Call
from cometplay.snippets.literals import JS_STEP, JS_WIDTH, field_name, javascript, js_text, number, width
from cometplay.snippets.templates import nameable

_PROMISED = ("open", "readFile", "rename", "rm", "writeFile")
_UNSENT: tuple[Json, ...] = ("ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT")
"""Node's codes for a connection that was never made."""

exploded = partial(literals.exploded, step=JS_STEP)


def imports(code: str) -> str:
    """The import lines of what a code uses."""
    code = re.sub(r"^\s*(?://|/\*\*).*", "", nameable(code), flags=re.MULTILINE)
    rows: list[str] = []
    if "readFileSync(" in code:
        rows.append('import { readFileSync } from "node:fs";')
    if used := [name for name in _PROMISED if re.search(rf"(?<![\w.]){name}\(", code)]:
        rows.append(f'import {{ {", ".join(used)} }} from "node:fs/promises";')
    if "OpenAI(" in code:
        rows += ["", 'import OpenAI from "openai";'] if rows else ['import OpenAI from "openai";']
    return "\n".join(rows)


def called(function: str, arguments: list[str], indent: str = "") -> str:
    """A statement that is a call, on one line where it fits."""
    line = f"{indent}{function}({', '.join(arguments)});"
    if width(line) <= JS_WIDTH:
        return line
    return f"{indent}{exploded(f'{function}(', arguments, ')', indent)};"


def constant(name: str, expression: str) -> str:
    """`const name = expression;`, parted behind the = or before an operator where it is too long."""
    line = f"const {name} = {expression};"
    if width(line) <= JS_WIDTH or expression.startswith("`"):
        return line
    inner = f"{JS_STEP}{expression};"
    if width(inner) > JS_WIDTH:
        inner = inner.replace(" || ", f" ||\n{JS_STEP}", 1)
    return f"const {name} =\n{inner}"


def opening(name: str, expression: str, indent: str = "") -> str:
    """A function of the options that belong to one request."""
    line = f"{indent}const {name} = (options) => {expression}"
    if width(line.partition("\n")[0]) <= JS_WIDTH and "\n" not in line:
        return line
    return f"{indent}const {name} = (options) =>\n{indent}{JS_STEP}{expression}"


def header_rows(call: Call, key: str, *, typed: bool) -> list[str]:
    """The rows of an object of headers; `typed`: with the type of a JSON body."""
    rows = [f"{field_name(name)}: {js_text(value)}" for name, value in call.headers]
    own = [f"Authorization: `Bearer ${{{key}}}`"] if call.keyed else []
    return [*own, *rows, *(['"Content-Type": "application/json"'] if typed else [])]


def form(call: Call, name: str) -> str:
    """Statements that make the body of a form.

    Raises ValueError for a field's name that cannot be written by hand where that is needed.
    """
    fields = call.form or {}
    if any("\n" in value or "\r" in value for value in fields.values()):
        return _by_hand(fields, call.files, name)
    appended = [called(f"{name}.append", [js_text(field), js_text(value)]) for field, value in fields.items()]
    for place, file in enumerate(call.files, 1):
        blob = f"file{place}"
        appended.append(_blob(file, blob))
        appended.append(called(f"{name}.append", [js_text(file.field), blob, js_text(file.filename)]))
    return "\n".join([f"const {name} = new FormData();", *appended])


def _blob(file: Attachment, name: str) -> str:
    options = exploded("{", [f"type: {js_text(file.mime)}"], "}")
    return f"{_read(file, f'{name}Bytes')}\nconst {name} = new Blob([{name}Bytes], {options});"


def _read(file: Attachment, name: str) -> str:
    return called(f"const {name} = readFileSync", [js_text(file.path)])


def _by_hand(fields: dict[str, str], files: tuple[Attachment, ...], name: str) -> str:
    if any(sign in field for field in fields for sign in '"\r\n'):
        raise ValueError("a form field's name with a quote or a line break in it cannot be written by hand")
    lines = [
        "// FormData would turn every line break into CR LF, so this form is written by hand.",
        "const boundary = crypto.randomUUID();",
        f"const fields = {javascript(dict(fields))};",
        "const parts = [];",
        "for (const [name, value] of Object.entries(fields)) {",
        '  const head = `Content-Disposition: form-data; name="${name}"`;',
        "  parts.push(`--${boundary}\\r\\n${head}\\r\\n\\r\\n${value}\\r\\n`);",
        "}",
    ]
    for place, file in enumerate(files, 1):
        text = js_text(f"\r\n{file_head(file)}\r\n\r\n")
        lines.append(called("parts.push", ["`--${boundary}`", text]))
        lines += [_pushed(file, f"file{place}Bytes"), 'parts.push("\\r\\n");']
    kind = "type: `multipart/form-data; boundary=${boundary}`"
    lines += [
        "parts.push(`--${boundary}--\\r\\n`);",
        f"const {name} = new Blob(parts, {exploded('{', [kind], '}')});",
    ]
    return "\n".join(lines)


def _pushed(file: Attachment, name: str) -> str:
    line = f"parts.push(readFileSync({js_text(file.path)}));"
    if width(line) <= JS_WIDTH:
        return line
    return f"{_read(file, name)}\nparts.push({name});"


def _set_of(name: str, words: Iterable[Json]) -> str:
    head = f"const {name} = new Set("
    return f"{head}{javascript(list(words), '', len(head) + 2)});"


def common(call: Call) -> dict[str, str]:
    """The values of the JavaScript templates, whichever library sends."""
    kind, policy = call.request.kind, knowledge.POLICY
    base = f'process.env.COMETAPI_BASE_URL?.replace(/\\/+$/, "") || {js_text(call.base_url)}'
    account = knowledge.ACCOUNTS.get(call.route)
    unfinished: dict[str, Json] = {str(name or "null"): told for name, told in knowledge.unfinished().items()}
    return {
        "base_url": constant("BASE_URL", base),
        "create_limit": number(call.limit_s),
        "poll_limit": number(REQUEST_LIMITS_S[kind, Phase.POLL]),
        "download_limit": number(REQUEST_LIMITS_S[kind, Phase.DOWNLOAD]),
        "most_bytes": number(LARGEST_ANSWER),
        "most_of_file": number(LARGEST_FILES.get(kind, 0)),
        "repeatable": _set_of("REPEATABLE", knowledge.create_statuses(kind)),
        "asked_again": _set_of("ASKED_AGAIN", knowledge.read_statuses(kind)),
        "permanent": _set_of("PERMANENT", knowledge.permanent_codes()),
        "unsent": _set_of("UNSENT", _UNSENT),
        "succeeded": _set_of("SUCCEEDED", account.succeeded if account else ()),
        "lost": _set_of("LOST", account.lost if account else ()),
        "create_repeats": str(CREATE_REPEATS),
        "read_repeats": str(READ_REPEATS),
        "longest_wait": number(LONGEST_WAIT_S),
        "backoff_cap": number(BACKOFF_CAP_S),
        "id_headers": javascript(list(knowledge.id_headers()), JS_STEP, 17),
        "unfinished": f"const UNFINISHED = {javascript(unfinished)};",
        "schedule": ", ".join(
            map(number, (policy.first_s, policy.early_s, policy.late_s, policy.late_after_s))
        ),
        "deadline": number(policy.deadline_s),
        "young": f"{number(policy.not_visible_for_s)}, {policy.not_visible_polls}",
        "permanent_polls": str(policy.permanent_failures),
    }


def optional(path: str, start: str) -> str:
    """A path such as `videos.0.url` as JavaScript that survives a step that is missing."""
    head, *steps = path.split(".")
    return f"{start}.{head}" + "".join(f"?.[{step}]" if step.isdecimal() else f"?.{step}" for step in steps)
