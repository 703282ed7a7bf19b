"""Video tasks, which take two minutes of lab time however fast that runs (api-contract.md 6)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from math import isinf

from cometplay.core.jsons import JsonObject, dig_text
from cometplay.lab.ids import Ids

QUEUED_S = 15.0
TAKES_S = 120.0


class Word(StrEnum):
    """The status words of the newest page (api-contract.md 13, row 1)."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Job:
    """A task. `began` is on the lab's clock, `created_at` in seconds since 1970."""

    id: str
    model: str
    asked: JsonObject = field(repr=False)
    began: float
    created_at: int

    def as_created(self) -> JsonObject:
        """The create answer (api-contract.md 6.1)."""
        return {
            "id": self.id,
            "task_id": self.id,
            "object": "video",
            "model": self.model,
            "status": Word.QUEUED.value,
            "progress": 0,
            "created_at": self.created_at,
        }


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a job is; `progress` in percent."""

    word: Word
    progress: int


class Jobs:
    """Every task of one lab. At infinite speed a job moves with each look instead of with time."""

    def __init__(self, ids: Ids, clock: Callable[[], float], wall: Callable[[], float], speed: float) -> None:
        self._ids = ids
        self._clock = clock
        self._wall = wall
        self._speed = speed
        self._jobs: dict[str, Job] = {}
        self._looks: dict[str, int] = {}

    def create(self, fields: JsonObject) -> Job:
        model = dig_text(fields, "model")
        job = Job(self._ids.task_id(), model, fields, self._clock(), int(self._wall()))
        self._jobs[job.id] = job
        return job

    def get(self, task_id: str) -> Job | None:
        return self._jobs.get(task_id)

    def look(self, job: Job) -> Stage:
        """A poll: at infinite speed the first finds the job half done, the second finds it completed."""
        self._looks[job.id] = self._looks.get(job.id, 0) + 1
        return self.stage(job)

    def stage(self, job: Job) -> Stage:
        """How far a job is, without moving it."""
        if isinf(self._speed):
            done = self._looks.get(job.id, 0) > 1
            return Stage(Word.COMPLETED, 100) if done else Stage(Word.IN_PROGRESS, 50)
        elapsed = (self._clock() - job.began) * self._speed
        if elapsed >= TAKES_S:
            return Stage(Word.COMPLETED, 100)
        if elapsed < QUEUED_S:
            return Stage(Word.QUEUED, 0)
        return Stage(Word.IN_PROGRESS, max(1, int(100 * (elapsed - QUEUED_S) / (TAKES_S - QUEUED_S))))

    def as_polled(self, job: Job, stage: Stage, url: str) -> JsonObject:
        """The poll answer (api-contract.md 6.2); `url` is told once the job is completed."""
        value: JsonObject = {
            "id": job.id,
            "object": "video",
            "model": job.model,
            "status": stage.word.value,
            "progress": stage.progress,
            "created_at": job.created_at,
        }
        if stage.word is Word.COMPLETED:
            value |= {"completed_at": job.created_at + round(TAKES_S / self._speed), "video_url": url}
        return value
