"""Every answer of a run, one by one: what each poll brought can be looked at as it came."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cometplay.core import plain
from cometplay.core.events import Broke, Replied, Sent
from cometplay.core.transcript import Exchange, read_exchange

if TYPE_CHECKING:
    from cometplay.core.wire import WireRequest
    from cometplay.session.state import Run
    from cometplay.tui.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent, and what came of it."""

    request: "WireRequest | None"
    event: Replied | Broke


def answers(run: "Run") -> tuple[Answer, ...]:
    """The oldest first."""
    found: list[Answer] = []
    request = None
    for event in run.transcript.events:
        match event:
            case Sent():
                request = event.request
            case Replied() | Broke():
                found.append(Answer(request, event))
            case _:
                continue
    return tuple(found)


def count(run: "Run") -> int:
    return sum(isinstance(event, Replied | Broke) for event in run.transcript.events)


def shown(run: "Run", place: int | None) -> Exchange | None:
    """The answer in this place, read; the newest where none is named."""
    known = answers(run) if place is not None else ()
    if place is None or place >= len(known):
        return run.transcript.last
    return read_exchange(run.draft.kind, known[place].request, known[place].event)


def told(sheet: "Sheet") -> str:
    """Which answer it is that is shown, of how many; "" where there is but one."""
    run = sheet.run
    if run is None or (many := count(run)) < 2:  # noqa: PLR2004  one has none before it
        return ""
    from cometplay.session.timeline import clock_time

    place = many - 1 if sheet.looked_at is None else min(sheet.looked_at, many - 1)
    answer = answers(run)[place]
    phase = answer.request.phase.value if answer.request else ""
    return f"{place + 1} of {many}, {phase} {clock_time(run, answer.event.at)}"


NEWEST = "the newest, and those that follow"


def offered(run: "Run") -> tuple[str, ...]:
    """A line for each answer to choose from, the newest first."""
    from cometplay.session.timeline import clock_time, describe

    lines: list[str] = []
    for place, answer in enumerate(answers(run), 1):
        phase = answer.request.phase.value if answer.request else ""
        when, exchange = clock_time(run, answer.event.at), shown(run, place - 1)
        word = exchange.look.word if exchange and exchange.look else ""
        lines.append(plain.line(f"{place:>3}  {when}  {phase}  {describe(answer.event)}  {word}", 120))
    return (NEWEST, *reversed(lines))


def chosen(line: str) -> int | None:
    """The place that a line of `offered` stands for; None for the newest."""
    number = line.split(maxsplit=1)[0] if line.strip() else ""
    return int(number) - 1 if number.isdecimal() and int(number) else None
