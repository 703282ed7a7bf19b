"""A stream of server-sent events, read as one answer: a chat's chunks or a response's events (2.3, 3)."""

import re
from dataclasses import dataclass, field

from cometplay.core import errors, jsons, said
from cometplay.core.drafts import ToolCall
from cometplay.core.framing import BOM, lines_of, payloads
from cometplay.core.jsons import Json, as_text, dig, dig_list, dig_text

DONE = "[DONE]"
ERROR = "error"

QUOTED = 500
"""Characters that are kept of an event that could not be read."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What a stream held. `error` is the first event that told of one; `broken` counts events that are no
    JSON, `unread` quotes the first of them.

    `choices` is how many were begun; the fields are of the first, `others` the texts of those after it.
    `done`: `[DONE]` came, which proves nothing, because gateways add it themselves. Only a `finish_reason`
    does.
    """

    events: int
    choices: int
    content: str = field(repr=False)
    reasoning: str = field(repr=False)
    refusal: str
    finish_reason: str
    calls: tuple[ToolCall, ...]
    media: tuple[str, ...] = ()
    usage: Json = None
    error: Json = None
    broken: int = 0
    unread: str = ""
    done: bool = False
    others: tuple[str, ...] = field(default=(), repr=False)


def is_stream(text: str, content_type: str) -> bool:
    """Whether a body is a stream of events, by its type or its first lines."""
    head = text[:256].lstrip(f"{BOM}\r\n ")
    return head.startswith(("data:", "event:", "id:", ":", "retry:")) or (
        content_type.lower().startswith("text/event-stream") and not head.startswith(("{", "[", "<"))
    )


class _Text:
    """A text as it grows; what was joined once is not joined piece by piece again."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def add(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)

    def whole(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""


class _Call:
    """A tool's call as it grows: its name comes first, its arguments in pieces."""

    def __init__(self) -> None:
        self.id = self.name = ""
        self.arguments = _Text()

    def take(self, call_id: str, name: str, arguments: str = "") -> None:
        self.id = call_id or self.id
        self.name = name or self.name
        self.arguments.add(arguments)

    def whole(self) -> ToolCall:
        return ToolCall(self.id, self.name, self.arguments.whole())


class _Choice:
    """One choice as it grows."""

    def __init__(self) -> None:
        self.content = _Text()
        self.reasoning = _Text()
        self.refusal = _Text()
        self.finish_reason = ""
        self.calls: dict[str, _Call] = {}
        self.media: dict[str, None] = {}

    def take(self, choice: Json) -> None:
        """Takes a chunk's part of it. Some send whole messages, or the old form's text."""
        if not isinstance(choice, dict):
            return
        delta = choice.get("delta") or choice.get("message")
        self.content.add(said.text_in(delta) or as_text(choice.get("text")))
        word = as_text(choice.get("finish_reason"))
        self.finish_reason = word if said.is_told(word) else self.finish_reason
        if not said.is_only_text(delta):
            self._take_more(delta)

    def _take_more(self, delta: Json) -> None:
        self.reasoning.add(said.thought_in(delta))
        self.refusal.add(said.refusal_in(delta))
        self.media |= dict.fromkeys(said.media_in(delta))
        for call in dig_list(delta, "tool_calls"):
            function, call_id = dig(call, "function"), dig_text(call, "id")
            self.call(dig_text(call, "index") or call_id).take(
                call_id, dig_text(function, "name"), said.arguments_in(function)
            )
        if old := dig(delta, "function_call"):
            self.call("").take("", dig_text(old, "name"), said.arguments_in(old))

    def call(self, key: str) -> _Call:
        """The call of this key, by which its pieces belong together."""
        return self.calls.setdefault(key, _Call())


class StreamReader:
    """Events in, the answer so far out. A chunk that only keeps the line alive changes nothing."""

    def __init__(self) -> None:
        self._events = self._broken = 0
        self._unread = ""
        self._done = False
        self._choices: dict[int, _Choice] = {}
        self._usage: Json = None
        self._error: Json = None

    def feed(self, payload: str, name: str = "") -> None:
        """Takes the data of one event, and the event's name where it has one."""
        text = payload.strip()
        if text in ("", DONE):
            self._done = self._done or bool(text)
            return
        try:
            value = jsons.parse(payload)
        except ValueError:
            self._take_text(payload, name)
            return
        self._events += 1
        self._usage = _usage(value) or self._usage
        if self._error is None:
            self._error = _error(value, payload, name)
        kind = dig_text(value, "type")
        if kind.startswith("response."):
            self._response_event(kind, value)
        elif kind.startswith(("message_", "content_block_")):
            self._message_event(kind, value)
        else:
            for choice in dig_list(value, "choices"):
                index = dig(choice, "index")
                self._choice(index if isinstance(index, int) else 0).take(choice)

    def _take_text(self, payload: str, name: str) -> None:
        lines = payload.split("\n")
        if len(lines) > 1 and lines[0][:1] in ("{", "["):
            for line in lines:  # events that no blank line parts
                self.feed(line, name)
            return
        self._events += 1
        self._broken += 1
        self._unread = self._unread or payload[:QUOTED]
        if self._error is None and (name == ERROR or _SPOKEN_ERROR.match(payload[:80])):
            self._error = {"error": payload[:QUOTED]}

    def _choice(self, index: int = 0) -> _Choice:
        return self._choices.get(index) or self._choices.setdefault(index, _Choice())

    def _response_event(self, kind: str, value: Json) -> None:
        """An event of the responses API (api-contract.md 3)."""
        choice = self._choice()
        match kind:
            case "response.output_text.delta":
                choice.content.add(dig_text(value, "delta"))
            case "response.refusal.delta":
                choice.refusal.add(dig_text(value, "delta"))
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                choice.reasoning.add(dig_text(value, "delta"))
            case "response.output_item.added" | "response.output_item.done":
                item = dig(value, "item")
                if said.is_call(item):
                    told, call = said.call_of(item), choice.call(dig_text(item, "id"))
                    # told whole at its end; the pieces, if any came, are the same
                    call.take(told.id, told.name, "" if call.arguments.whole() else told.arguments)
            case "response.function_call_arguments.delta":
                choice.call(dig_text(value, "item_id")).take("", "", dig_text(value, "delta"))
            case "response.completed" | "response.incomplete":
                choice.finish_reason = said.response_word(dig(value, "response"), called=bool(choice.calls))
            case _:
                pass

    def _message_event(self, kind: str, value: Json) -> None:
        """An event of Anthropic's own API, which some gateways pass on as it is."""
        choice = self._choice()
        match kind:
            case "content_block_start" if dig(value, "content_block", "type") == "tool_use":
                block = dig(value, "content_block")
                choice.call(dig_text(value, "index")).take(dig_text(block, "id"), dig_text(block, "name"))
            case "content_block_delta" if dig(value, "delta", "type") == "input_json_delta":
                choice.call(dig_text(value, "index")).take("", "", dig_text(value, "delta", "partial_json"))
            case "content_block_delta":
                choice.content.add(dig_text(value, "delta", "text"))
                choice.reasoning.add(dig_text(value, "delta", "thinking"))
            case "message_delta":
                choice.finish_reason = dig_text(value, "delta", "stop_reason") or choice.finish_reason
            case _:
                pass

    def answer(self) -> Stream:
        """What came so far."""
        first, *others = [self._choices[place] for place in sorted(self._choices)] or [_Choice()]
        return Stream(
            events=self._events,
            choices=len(self._choices),
            content=first.content.whole(),
            reasoning=first.reasoning.whole(),
            refusal=first.refusal.whole(),
            finish_reason=first.finish_reason,
            calls=tuple(call.whole() for call in first.calls.values()),
            media=tuple(first.media),
            usage=self._usage,
            error=self._error,
            broken=self._broken,
            unread=self._unread,
            done=self._done,
            others=tuple(other.content.whole() for other in others),
        )


_SPOKEN_ERROR = re.compile(r"\W*(?:[\w-]+ ){0,3}(?:error|failed)\b|.{0,20}(?:错误|失败)", re.IGNORECASE)
"""An event that is no JSON and tells of an error in words."""


def _usage(value: Json) -> Json:
    """The usage that an event tells of, wherever its provider puts it."""
    if not isinstance(value, dict):
        return None
    if usage := value.get("usage"):
        return usage
    return next(
        (found for name in _AROUND_USAGE if name in value and (found := dig(value[name], "usage"))), None
    )


_AROUND_USAGE = ("response", "x_groq", "message")


def _error(value: Json, payload: str, name: str) -> Json:
    """The event itself where it tells of an error, else None."""
    if name == ERROR:
        return value if isinstance(value, dict) else {"error": payload[:QUOTED]}
    if isinstance(value, dict) and (choice := dig(value, "choices", 0)) is not None:
        # the quick way, for there may be thousands of chunks
        return value if value.get("error") or dig(choice, "error") else None
    kind = dig_text(value, "type")
    if kind in (ERROR, "response.failed") or dig_text(value, "error_code").strip("0"):
        return value
    return value if not kind.startswith("response.") and errors.layers(value, failed=False) else None


def read(text: str) -> Stream:
    """A whole body as one answer."""
    reader = StreamReader()
    for name, payload in payloads(lines_of(text.lstrip(BOM))):
        reader.feed(payload, name)
    return reader.answer()
