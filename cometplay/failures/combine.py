"""Signs put together: the best of several, only at some statuses, not beside some words."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from cometplay.core.drafts import Kind
from cometplay.core.findings import Rank, Sighting
from cometplay.core.transcript import Exchange, Transcript
from cometplay.failures.mode import Detect, never
from cometplay.failures.signs import Heard


def refused(transcript: Transcript) -> Exchange | None:
    """The last answer, if it came whole and tells of a failure."""
    last = transcript.last
    return None if last is None or not last.refused else last


def like(detect: Detect, *parts: Detect) -> Detect:
    """What is put together of signs that only listen does no more than that either."""
    return Heard(detect) if all(isinstance(part, Heard) for part in parts) else detect


@dataclass(frozen=True, slots=True)
class OneOf:
    """The most specific of several signs of one mode; of equal ones the first, which is none that listens."""

    parts: tuple[Detect, ...]

    def __call__(self, transcript: Transcript) -> Sighting | None:
        best: Sighting | None = None
        for each in self.parts:
            seen = each(transcript)
            if seen and (best is None or seen.rank < best.rank):
                best = seen
        return best


def one_of(*detects: Detect) -> Detect:
    """The most specific of several signs of one mode; of equal ones the first."""
    return like(OneOf(detects), *detects)


def parted(detect: Detect) -> tuple[Detect, Detect]:
    """What a sign tells from the whole transcript, and what it only hears: `never` where it does not."""
    if isinstance(detect, Heard):
        return never, detect
    if not isinstance(detect, OneOf):
        return detect, never
    listening = tuple(part for part in detect.parts if isinstance(part, Heard))
    others = tuple(part for part in detect.parts if not isinstance(part, Heard))
    return _or_never(others), _or_never(listening)


def _or_never(parts: tuple[Detect, ...]) -> Detect:
    return one_of(*parts) if len(parts) > 1 else next(iter(parts), never)


def at(statuses: Collection[int], sign: Detect) -> Detect:
    """A sign that counts at some statuses only."""

    def detect(transcript: Transcript) -> Sighting | None:
        last = transcript.last
        return sign(transcript) if last and last.told_status in statuses else None

    return like(detect, sign)


def unless(pattern: str, sign: Detect) -> Detect:
    """A sign that is void where the error's words match `pattern`; a code or type stands all the same."""

    def detect(transcript: Transcript) -> Sighting | None:
        seen = sign(transcript)
        if seen is None or seen.rank <= Rank.TYPE or transcript.last is None:
            return seen
        return None if re.search(pattern, transcript.last.reading.words) else seen

    return like(detect, sign)


def numbered(
    *, kling: tuple[str, ...] = (), zhipu: tuple[str, ...] = (), minimax: tuple[str, ...] = ()
) -> Detect:
    """Codes that are bare numbers, which mean one thing at one provider and another at the next.

    Whose number it is shows in where it stands (api-contract.md 9.1, shape E): MiniMax's in `base_resp`,
    Zhipu's in `error`, Kling's at the top of an answer about a picture or a video.
    """

    numbers = frozenset((*kling, *zhipu, *minimax))

    def detect(transcript: Transcript) -> Sighting | None:
        last = refused(transcript)
        if last is None or numbers.isdisjoint(last.reading.codes):
            return None
        media = transcript.kind is not Kind.TEXT
        houses = {"base_resp": minimax, "error": zhipu, "": kling if media else ()}
        known = any(error.code in houses.get(error.place, ()) for error in last.reading.layers)
        return Sighting((), Rank.CODE) if known else None

    return Heard(detect)
