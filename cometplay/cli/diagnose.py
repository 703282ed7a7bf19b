"""`explain --kind`: an answer that somebody kept, diagnosed as if it had just come in."""

import argparse
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from cometplay.cli import kept, report
from cometplay.cli.output import UsageError, out, out_json, tell
from cometplay.core.events import Headers
from cometplay.core.findings import Finding, ModeClass
from cometplay.core.jsons import JsonObject
from cometplay.core.recorded import Recorded, split_head, transcript
from cometplay.failures import judge

LARGEST = 64 * 1024 * 1024
"""Bytes of one answer. No gateway sends more, and an endless input must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with a kept answer: the verdict and the notes beside it. `text` is its body."""

    verdict: Finding
    notes: tuple[Finding, ...]
    request_ids: tuple[str, ...]
    text: str

    def as_json(self) -> JsonObject:
        return report.judged(self.verdict, self.request_ids, self.notes)


def judged(answer: Recorded) -> Judged:
    """The diagnosis of an answer; there always is one."""
    seen = transcript(answer)
    verdict, *beside = judge.diagnose(seen)
    notes = tuple(finding for finding in beside if finding.cls is ModeClass.NOTE)
    if seen.last is None:
        return Judged(verdict, notes, (), "")
    return Judged(verdict, notes, seen.last.reading.request_ids, seen.last.reading.text)


def explain_body(options: argparse.Namespace) -> int:
    """Prints the diagnosis of FILE or standard input. Raises UsageError."""
    answer = _answer(options)
    if not answer.body and answer.status is None:
        tell("The body is empty, and its status is not known: --status N would tell more.")
    seen = judged(answer)
    if options.json:
        out_json(seen.as_json())
        return 0
    raw = "" if seen.verdict.cls is ModeClass.OK else seen.text
    out(report.told(seen.verdict, request_ids=seen.request_ids, notes=seen.notes, raw=raw))
    return 0


def _answer(options: argparse.Namespace) -> Recorded:
    try:
        kind, phase = kept.kind_of(options.kind), kept.phase_of(options.phase)
        status = None if options.status is None else kept.status_of(options.status)
    except ValueError as error:
        raise UsageError(f"--{error}") from None
    given = tuple(_header(text) for text in options.header)
    if options.what is None and sys.stdin and sys.stdin.isatty():
        raise UsageError(
            f"which answer? Name its FILE, or pipe it in: curl -i ... | cometplay explain --kind {kind.value}"
        )
    name = "-" if options.what is None else options.what
    with opened(name) as source:
        raw = source.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise UsageError(f"{name}: this is over {LARGEST >> 20} MB, and no gateway's answer")
    head, body = split_head(raw)
    return Recorded(
        kind=kind,
        phase=phase,
        status=head.status if status is None else status,
        headers=_overridden(head.headers, given),
        body=body,
        asked=kept.asked(options.phase, {"model": options.model} if options.model else {}),
    )


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError(f"--header {kept.quoted(text)} is not 'Name: value'")
    return name.strip(), value.strip()


def _overridden(told: Headers, given: Headers) -> Headers:
    """The headers of the file without those that an option gives."""
    names = {name.lower() for name, _ in given}
    return (*((name, text) for name, text in told if name.lower() not in names), *given)


@contextmanager
def opened(name: str) -> Generator[BinaryIO]:
    """A file, or standard input for "-". Raises UsageError where it cannot be opened or read."""
    if "\0" in name:
        raise UsageError(f"{name}: no file's name holds NUL")
    try:
        if name != "-":
            with open(name, "rb") as file:  # noqa: PTH123  Path("") would be this folder
                yield file
        elif sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  when a shell says <&-
            raise UsageError("standard input is closed: name a FILE")
        else:
            yield sys.stdin.buffer
    except OSError as error:
        raise UsageError(f"{name or '(no name)'}: {error.strerror or error}") from None
