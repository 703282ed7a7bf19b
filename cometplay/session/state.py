"""Run: everything a reader may want of a run at one moment, derived from its events."""

from dataclasses import dataclass, replace

from cometplay.core.answers import ChatAnswer, streamed_answer, usage
from cometplay.core.connection import Connection
from cometplay.core.drafts import Draft, Kind
from cometplay.core.events import SUCCESS, Broke, Ended, Event, Polled, Replied
from cometplay.core.findings import Finding, Fix, ModeClass
from cometplay.core.jsons import Json
from cometplay.core.transcript import Exchange, Transcript, fold
from cometplay.failures import judge


@dataclass(frozen=True, slots=True)
class Run:
    """A run so far. `seen`: the id of every verdict in order, the same one twice in a row once.

    `warnings` were found before sending and did not keep the request back. `pasted`: nothing was sent, a
    person had the answer.
    """

    draft: Draft
    connection: Connection
    transcript: Transcript
    began_at: float
    """Epoch seconds; an event's time of day is this plus its `at`."""
    findings: tuple[Finding, ...] = ()
    seen: tuple[str, ...] = ()
    warnings: tuple[Finding, ...] = ()
    pasted: bool = False

    @property
    def verdict(self) -> Finding | None:
        return self.findings[0] if self.findings else None

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What stands beside the verdict: notes, and what else preflight found."""
        beside = (ModeClass.NOTE, ModeClass.PREFLIGHT)
        return (*(finding for finding in self.findings[1:] if finding.cls in beside), *self.warnings)

    @property
    def fix(self) -> Fix | None:
        """What a machine can mend of the draft: of the verdict, else of a warning."""
        told = (*self.findings[:1], *self.warnings)
        return next((fix for finding in told if (fix := judge.repair(self.draft, finding))), None)

    @property
    def request_ids(self) -> tuple[str, ...]:
        """Of the answer that decided, the one for support first."""
        return self.deciding.reading.request_ids if self.deciding else ()

    @property
    def deciding(self) -> Exchange | None:
        """The answer that the verdict is about: a download that went well decides nothing."""
        transcript = self.transcript
        return transcript.lost or transcript.api or transcript.last

    @property
    def output(self) -> str | None:
        """The text of a chat; of one that goes on, was cut or failed on its way what came; None for none."""
        return (self.answer.content or None) if self.answer else None

    @property
    def answer(self) -> ChatAnswer | None:
        """What a chat said, as far as it came; None while nothing did, or where it failed at once."""
        if self.draft.kind is not Kind.TEXT:
            return None
        if self.transcript.stream is not None:
            return streamed_answer(self.transcript.stream)
        create = self.transcript.create
        return None if create is None or create.status not in SUCCESS else create.answer

    @property
    def usage(self) -> dict[str, Json] | None:
        create = self.transcript.create
        return usage(create.reading) if create else None

    def then(self, event: Event) -> "Run":
        """The run after one more event, judged anew where the event can change the verdict."""
        run = replace(self, transcript=fold(self.transcript, event))
        match event:
            case Replied() | Broke() | Polled() | Ended() if run.transcript.last:
                return run.found(judge.diagnose(run.transcript))
            case _:
                return run

    def found(self, findings: tuple[Finding, ...]) -> "Run":
        """The run with these findings, the verdict first."""
        verdict = findings[0].mode
        seen = self.seen if self.seen[-1:] == (verdict,) else (*self.seen, verdict)
        return replace(self, findings=findings, seen=seen)
