"""Every task of one lab, of whatever route: made, found again on that route, and moved on by lab time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from math import isinf

from cometplay.core.jsons import JsonObject
from cometplay.lab.ids import Ids
from cometplay.lab.newest import Newest
from cometplay.lab.paces import Pace, pace_of


class TaskRoute(Enum):
    """Where a task was made: no other route finds it (api-contract.md 7.1, 7.4)."""

    VIDEOS = "videos"
    KLING_TEXT = "text2video"
    """This one and the next two are named as the path's own words."""
    KLING_IMAGE = "image2video"
    KLING_OMNI = "omni-video"
    RUNWAY = "image_to_video"
    RUNWAY_COMPATIBLE = "generate"
    GROK = "generations"
    FLUX = "predictions"


class Step(Enum):
    """What each route has words of its own for."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a job is; `progress` in percent."""

    step: Step
    progress: int

    @property
    def done(self) -> bool:
        return self.step is Step.DONE


@dataclass(frozen=True, slots=True)
class Job:
    """A task. `began` is on the lab's clock, `born` in seconds since 1970; `file` is its result's name."""

    id: str
    route: TaskRoute
    model: str
    asked: JsonObject = field(repr=False)
    began: float
    born: float
    pace: Pace
    file: str = ""

    @property
    def created_at(self) -> int:
        """Whole seconds since 1970."""
        return int(self.born)


class Jobs:
    """At infinite speed a job moves with each look instead of with time."""

    def __init__(self, ids: Ids, clock: Callable[[], float], wall: Callable[[], float], speed: float) -> None:
        self._ids = ids
        self._clock = clock
        self._wall = wall
        self._speed = speed
        self._jobs: Newest[str, Job] = Newest()
        self._looks: Newest[str, int] = Newest()

    def create(self, route: TaskRoute, model: str, asked: JsonObject, suffix: str = "mp4") -> Job:
        """A new task. `suffix` is its result's."""
        task_id = self._new_id(route, model)
        name = f"{task_id}.{suffix}"
        job = Job(task_id, route, model, asked, self._clock(), self._wall(), pace_of(model), name)
        self._jobs[job.id] = job
        return job

    def get(self, task_id: str) -> Job | None:
        """The task of that id, on whatever route."""
        return self._jobs.get(task_id)

    def find(self, task_id: str, *routes: TaskRoute) -> Job | None:
        """The task of that id, if it was made on one of these routes."""
        job = self._jobs.get(task_id)
        return job if job and job.route in routes else None

    @property
    def latest(self) -> Job | None:
        """The task that was made last."""
        return next(reversed(self._jobs.values()), None)

    def look(self, job: Job) -> Stage:
        """A poll: at infinite speed the first finds the job half done, the second finds it completed."""
        self._looks[job.id] = self._looks.get(job.id, 0) + 1
        return self.stage(job)

    def stage(self, job: Job) -> Stage:
        """How far a job is, without moving it."""
        if isinf(self._speed):
            done = self._looks.get(job.id, 0) > 1
            return Stage(Step.DONE, 100) if done else Stage(Step.RUNNING, 50)
        pace, elapsed = job.pace, (self._clock() - job.began) * self._speed
        if elapsed >= pace.takes_s:
            return Stage(Step.DONE, 100)
        if elapsed < pace.queued_s:
            return Stage(Step.QUEUED, 0)
        share = (elapsed - pace.queued_s) / (pace.takes_s - pace.queued_s)
        return Stage(Step.RUNNING, max(1, int(100 * share)))

    def begun_at(self, job: Job) -> float:
        """When the queue lets go of a job, in seconds since 1970."""
        return job.born + job.pace.queued_s / self._speed

    def done_at(self, job: Job) -> float:
        """When a job is done, in seconds since 1970."""
        return job.born + job.pace.takes_s / self._speed

    def _new_id(self, route: TaskRoute, model: str) -> str:
        """An id that looks like its route's own (api-contract.md 6.1, 7, 8)."""
        match route:
            case TaskRoute.VIDEOS if model.startswith("sora"):
                return self._ids.video_id()
            case TaskRoute.VIDEOS | TaskRoute.RUNWAY_COMPATIBLE:
                return self._ids.task_id()
            case TaskRoute.KLING_TEXT | TaskRoute.KLING_IMAGE | TaskRoute.KLING_OMNI:
                return self._ids.number()
            case TaskRoute.RUNWAY | TaskRoute.GROK:
                return self._ids.uuid()
            case TaskRoute.FLUX:
                return self._ids.short()
