"""Which tools an answer calls, and with which arguments (api-contract.md 2.1, 2.2)."""

import re
from dataclasses import dataclass, field

from cometplay.core.jsons import Json, JsonObject, dig, dig_list, dig_text
from cometplay.lab.fields import prompt_of
from cometplay.lab.ids import digest
from cometplay.lab.satisfying import satisfying
from cometplay.lab.words import echo, written

_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON = frozenset(
    ("about", "from", "given", "have", "into", "that", "this", "what", "when", "with", "your")
)
_MOST_CALLS = 4
_MOST_OFFERED = 128


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that an answer makes. `arguments` are JSON as text, as the wire has them."""

    id: str
    name: str
    arguments: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Tool:
    name: str
    description: str
    parameters: Json = field(repr=False)


def calls(fields: JsonObject, mark: bytes) -> tuple[ToolCall, ...]:
    """The calls that the request asks for; () when the answer is text.

    A named tool or `required` is obeyed. With `auto` the lab, which understands nothing, calls the tools
    that the prompt mentions, by their name or by a word of it or of their description. After a tool's
    result it always answers in text, whatever is required, so that a loop of calls ends.
    """
    tools = _offered(dig_list(fields, "tools"), "function")
    choice = fields.get("tool_choice")
    chosen = _chosen(tools, choice, dig_text(choice, "function", "name"), prompt_of(fields))
    if answers_a_tool(fields):
        return ()
    several = fields.get("parallel_tool_calls") is not False
    return tuple(
        called(tool.name, fields, mark, place)
        for place, tool in enumerate(chosen[: _MOST_CALLS if several else 1])
    )


def legacy_calls(fields: JsonObject, mark: bytes) -> tuple[ToolCall, ...]:
    """The same for `functions` and `function_call`, which make one call at most."""
    tools = _offered(dig_list(fields, "functions"))
    choice = fields.get("function_call")
    chosen = _chosen(tools, choice, dig_text(choice, "name"), prompt_of(fields))
    return tuple(called(tool.name, fields, mark) for tool in chosen[:1])


def called(name: str, fields: JsonObject, mark: bytes, place: int = 0) -> ToolCall:
    """A call of the tool with this name; the arguments are {} where the request does not offer it."""
    offered = [*_offered(dig_list(fields, "tools"), "function"), *_offered(dig_list(fields, "functions"))]
    schema = next((tool.parameters for tool in offered if tool.name == name), None)
    made = satisfying(schema, echo(prompt_of(fields)), mark) if schema else {}
    arguments = written(made if isinstance(made, dict) else {})
    return ToolCall(f"call_{digest(mark.hex(), name, place).hex()[:24]}", name, arguments)


def answers_a_tool(fields: JsonObject) -> bool:
    """Whether the last word is a tool's result."""
    return dig_text(fields, "messages", -1, "role") == "tool"


def _offered(rows: list[Json], *path: str) -> list[_Tool]:
    """The tools with a name; `path` leads from a row to what describes it."""
    found = [dig(row, *path) for row in rows[:_MOST_OFFERED]]
    return [
        _Tool(dig_text(tool, "name"), dig_text(tool, "description"), dig(tool, "parameters"))
        for tool in found
        if dig_text(tool, "name")
    ]


def _chosen(tools: list[_Tool], choice: Json, named: str, prompt: str) -> list[_Tool]:
    spoken = prompt.lower()
    words = frozenset(_WORD.findall(spoken)) - _COMMON
    mentioned = [tool for tool in tools if tool.name.lower() in spoken or words & _words_of(tool)]
    match choice:
        case "none":
            return []
        case "required":
            return mentioned or tools[:1]
        case dict() if named:
            return [tool for tool in tools if tool.name == named][:1]
        case _:
            return mentioned


def _words_of(tool: _Tool) -> set[str]:
    """The words of a tool's name, however it joins them, and of its description."""
    name = re.sub(r"([a-z])([A-Z])", r"\1 \2", tool.name).replace("_", " ")
    return set(_WORD.findall(f"{name} {tool.description}".lower()))
