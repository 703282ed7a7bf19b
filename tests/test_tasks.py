"""Protects tasks side by side: what is kept and when, who watches, and that leaving one loses nothing."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest
from playing import EPOCH, PATIENCE_S, RawServer, http

from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import Attachment, Draft, ImageDraft, Kind, VideoDraft
from cometplay.core.events import EndReason, Sent, Waiting
from cometplay.core.findings import Break, Breakage, Reply, Rule, Script
from cometplay.core.models import starting_draft
from cometplay.core.polling import PollPolicy
from cometplay.core.redact import Secret
from cometplay.core.states import TaskState
from cometplay.core.tasks import Held, NotKeptError, Stage
from cometplay.core.wire import Phase
from cometplay.history.history import History
from cometplay.lab import Lab
from cometplay.session.clock import PatientClock, PauseEnd
from cometplay.session.farewell import farewell
from cometplay.session.plan import Plan
from cometplay.session.store import TaskStore, Transient, known, unanswered
from cometplay.session.tasks import Means, Tasks, TaskView
from cometplay.stage import scripts

VEO = starting_draft(Kind.VIDEO)
PICTURE = Attachment("image", "/p/a.png", "a.png", "image/png", b"\x89PNG\r\n\0")


class Time:
    """Time that moves when every watch waits for it, and then to the end of the shortest wait."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: dict[StepClock, float] = {}

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return EPOCH + self.now

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0)

    def step(self) -> None:
        clock, until = min(self.waiting.items(), key=lambda item: item[1])
        self.now = max(self.now, until)
        clock.end_pause(PauseEnd.OVER)


class StepClock(PatientClock):
    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time

    def monotonic(self) -> float:
        return self._time.now

    def wall(self) -> float:
        return self._time.wall()

    async def pause(self, seconds: float) -> PauseEnd:
        self._time.waiting[self] = self._time.now + seconds
        try:
            return await super().pause(PATIENCE_S * 100)
        finally:
            self._time.waiting.pop(self, None)


@dataclass
class Place:
    """A lab that lasts, a store, and whoever opens tasks on it."""

    lab: Lab
    time: Time
    folder: Path
    seen: list[TaskView] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    names: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    def tasks(self, store: TaskStore, seen: Callable[[TaskView], None] | None = None) -> Tasks:
        means = Means(
            clock=lambda: StepClock(self.time),
            jitter=lambda: 0.5,
            folder=self.folder,
            name=lambda: f"k{self.names()}",
            fault=self.faults.append,
        )
        return Tasks(store, means, seen or self.seen.append)

    def connection(self, scenario: str | None = None, *, lasting: bool = True) -> Connection:
        return Connection(Target.LAB, self.lab.base_url(scenario), Secret(LAB_KEY), lasting=lasting)

    def plan(self, draft: Draft = VEO, scenario: str | None = None, **more) -> Plan:
        return Plan(draft=draft, connection=self.connection(scenario), **more)

    def history(self) -> History:
        return History(self.folder / "data", wall=self.time.wall)

    async def until(self, tasks: Tasks, done: Callable[[], bool], *, still: bool = False) -> None:
        """Lets time go on until something is so; `still`: without it."""
        async with asyncio.timeout(PATIENCE_S):
            while not done():
                watched = sum(view.watched for view in tasks.views())
                if watched and not still and len(self.time.waiting) >= watched:
                    self.time.step()
                await asyncio.sleep(0.001)

    async def to_the_end(self, tasks: Tasks) -> None:
        await self.until(tasks, lambda: not any(view.watched for view in tasks.views()))

    def creates(self) -> int:
        return sum(request.method == "POST" for request in self.lab.requests)

    def polls(self, task_id: str) -> int:
        return sum(
            request.method == "GET" and request.path.endswith(task_id) for request in self.lab.requests
        )


def at_a_place(act, tmp_path, more=None):
    """Plays one act at a place of its own."""

    @asynccontextmanager
    async def place():
        time = Time()
        timing = {"clock": time.monotonic, "wall": time.wall, "sleep": time.sleep}
        async with Lab({**scripts(), **(more or {})}, **timing) as lab:
            yield Place(lab, time, tmp_path)

    async def whole():
        async with place() as here:
            return await act(here)

    return asyncio.run(whole())


def view_of(tasks: Tasks, key: str) -> TaskView:
    return next(view for view in tasks.views() if view.task.key == key)


def test_a_create_is_kept_before_it_leaves_and_its_id_before_anybody_sees_the_answer(tmp_path):
    async def act(here: Place):
        store, told = Transient(), []

        def seen(view: TaskView) -> None:
            event = view.run.transcript.events[-1].__class__.__name__ if view.run else ""
            kept = store.tasks()
            stage = kept[0].stage if kept else None
            told.append((event, stage, bool(kept and kept[0].id), len(here.lab.requests)))

        async with here.tasks(store, seen) as tasks:
            tasks.start(here.plan(detach=True))
            await here.to_the_end(tasks)
        return told, store.tasks()[0]

    told, task = at_a_place(act, tmp_path)
    assert told[:2] == [("Sent", Stage.SENT, False, 0), ("Replied", Stage.MADE, True, 1)]
    assert task.poll_path == f"/v1/videos/{task.id}"


def test_five_side_by_side_are_made_watched_and_saved(tmp_path):
    async def act(here: Place):
        with here.history() as history:
            async with here.tasks(history) as tasks:
                keys = [tasks.start(here.plan()) for _ in range(5)]
                await here.to_the_end(tasks)
                return keys, tasks.views(), here.creates()

    keys, views, creates = at_a_place(act, tmp_path)
    assert {view.task.key for view in views} == {*keys}
    assert creates == len({view.task.id for view in views}) == 5
    assert {(view.task.stage, view.task.state) for view in views} == {(Stage.OVER, TaskState.SUCCEEDED)}
    assert all(Path(path).exists() for view in views for path in view.task.files)
    assert len({path for view in views for path in view.task.files}) == 5


def test_a_task_that_is_left_goes_on_and_is_found_by_the_next_start(tmp_path):
    async def act(here: Place):
        with here.history() as history:
            async with here.tasks(history) as tasks:
                left, other = tasks.start(here.plan()), tasks.start(here.plan())
                await here.until(tasks, lambda: view_of(tasks, left).task.state is TaskState.RUNNING)
                assert tasks.stop(left)
                await here.to_the_end(tasks)
                assert view_of(tasks, other).task.stage is Stage.OVER
                assert view_of(tasks, left).run.transcript.ended is EndReason.CANCELLED
                assert view_of(tasks, left).can_resume
        with here.history() as history:
            async with here.tasks(history) as tasks:
                assert tasks.resume(left, here.connection(), PollPolicy())
                await here.to_the_end(tasks)
                return view_of(tasks, left), here.creates()

    view, creates = at_a_place(act, tmp_path)
    assert view.task.stage is Stage.OVER
    assert view.task.prompt == VEO.prompt
    assert view.task.created_at == EPOCH
    assert len(view.task.files) == 1
    assert creates == 2


def test_leaving_the_session_leaves_every_task_to_be_resumed(tmp_path):
    async def act(here: Place):
        with here.history() as history:
            async with here.tasks(history) as tasks:
                for _ in range(3):
                    tasks.start(here.plan())
                await here.until(tasks, lambda: all(view.next_poll_at for view in tasks.views()))
            return history.tasks(), here.lab.open_connections

    kept, _ = at_a_place(act, tmp_path)
    assert [(task.stage, task.held) for task in kept] == [(Stage.MADE, Held.FREE)] * 3


def test_a_person_may_ask_at_once(tmp_path):
    async def act(here: Place):
        async with here.tasks(Transient()) as tasks:
            key = tasks.start(here.plan())
            await here.until(tasks, lambda: bool(view_of(tasks, key).next_poll_at), still=True)
            assert view_of(tasks, key).next_poll_at == EPOCH + 5
            assert tasks.poll_now(key)
            await here.until(tasks, lambda: here.polls(view_of(tasks, key).task.id) > 0, still=True)
            return here.time.now

    assert at_a_place(act, tmp_path) == 0


def test_another_program_neither_polls_nor_forgets_what_one_watches(tmp_path):
    async def act(here: Place):
        with here.history() as one, here.history() as two:
            async with here.tasks(one) as tasks, here.tasks(two) as others:
                key = tasks.start(here.plan())
                await here.until(tasks, lambda: view_of(tasks, key).task.state is TaskState.RUNNING)
                view = view_of(others, key)
                assert (view.task.held, view.can_resume, view.watched) == (Held.ELSEWHERE, False, False)
                assert not others.resume(key, here.connection(), PollPolicy())
                assert not others.forget(key)
                assert not tasks.forget(key)
                tasks.stop(key)
                await tasks.over()
                assert others.resume(key, here.connection(), PollPolicy())
                assert not tasks.resume(key, here.connection(), PollPolicy())
                await here.to_the_end(others)
                assert view_of(tasks, key).task.stage is Stage.OVER
                assert others.forget(key)
                return here.creates()

    assert at_a_place(act, tmp_path) == 1


def test_a_watch_that_lost_its_claim_asks_no_more(tmp_path):
    async def act(here: Place):
        with here.history() as one, here.history() as two:
            async with here.tasks(one) as tasks:
                key = tasks.start(here.plan())
                await here.until(tasks, lambda: bool(view_of(tasks, key).next_poll_at))
                here.time.now += 3600  # suspended for an hour, while another took the task
                assert two.claim(key, 3600)
                await here.to_the_end(tasks)
                view = view_of(tasks, key)
                return view, here.polls(view.task.id)

    view, polls = at_a_place(act, tmp_path)
    assert polls == 0
    assert view.run.transcript.ended is EndReason.DETACHED
    assert view.task.held is Held.ELSEWHERE


def test_many_are_asked_after_at_different_moments_and_one_alone_at_the_usual_one(tmp_path):
    async def act(here: Place):
        async with here.tasks(Transient()) as tasks:
            for _ in range(20):
                tasks.start(here.plan())
            await here.until(tasks, lambda: all(view.next_poll_at for view in tasks.views()))
            return sorted(view.next_poll_at - EPOCH for view in tasks.views())

    first, *others = at_a_place(act, tmp_path)
    assert first == 5
    assert all(5 < moment < 15 for moment in others)
    assert len(set(others)) == 19


def refused(status: int, body: str = '{"error":{"message":"no","type":"x","param":"","code":"x"}}'):
    return Reply(status, body)


ANSWERS = {
    "refused": (refused(400), "forgotten"),
    "no balance": (refused(403), "forgotten"),
    "too many": (refused(429), "forgotten"),
    "busy": (refused(503), "forgotten"),
    "an error in a 200": (refused(200), "forgotten"),
    "a broken gateway": (refused(502, "<html>bad gateway</html>"), "in doubt"),
    "the edge's timeout": (refused(524, ""), "in doubt"),
    "a request timeout": (refused(408), "in doubt"),
    "a success that says nothing": (refused(200, "{}"), "in doubt"),
    "no answer": (Break(Breakage.SILENCE), "in doubt"),
    "cut": (Break(Breakage.SHORT_BODY), "in doubt"),
}


@pytest.mark.parametrize(("step", "fate"), ANSWERS.values(), ids=ANSWERS)
def test_a_create_without_a_task_is_forgotten_or_may_be_billed(tmp_path, step, fate):
    async def act(here: Place):
        store = Transient()
        async with here.tasks(store) as tasks:
            key = tasks.start(here.plan(scenario="own", repeats=0, request_limit_s=0.2))
            await here.to_the_end(tasks)
            assert not tasks.resume(key, here.connection(), PollPolicy())
            return store.tasks(), unanswered(store), view_of(tasks, key)

    script = Script((Rule(step, phase=Phase.CREATE),))
    kept, doubtful, view = at_a_place(act, tmp_path, {"own": script})
    assert len(kept) == len(doubtful) == (fate == "in doubt")
    assert view.task.unanswered is (fate == "in doubt")
    assert view.run.verdict is not None


def test_a_create_that_is_left_before_its_answer_may_be_billed_and_says_so(tmp_path):
    async def act(here: Place):
        store = Transient()
        async with here.tasks(store) as tasks:
            key = tasks.start(here.plan(scenario="own"))
            await here.until(tasks, lambda: here.creates() == 1)
            assert tasks.stop(key)
            await tasks.over()
            return unanswered(store), view_of(tasks, key)

    script = Script((Rule(Break(Breakage.SILENCE), phase=Phase.CREATE),))
    (doubtful,), view = at_a_place(act, tmp_path, {"own": script})
    assert doubtful.prompt == VEO.prompt
    assert view.task.unanswered
    word = farewell(view.run)
    assert "answer is unknown" in word
    assert "billed" in word


def test_leaving_a_task_says_that_it_goes_on_and_is_billed(tmp_path):
    async def act(here: Place):
        async with here.tasks(Transient()) as tasks:
            key = tasks.start(here.plan())
            await here.until(tasks, lambda: bool(view_of(tasks, key).next_poll_at), still=True)
            assert tasks.stop(key)
            await tasks.over()
            return view_of(tasks, key)

    view = at_a_place(act, tmp_path)
    assert farewell(view.run).startswith("The task goes on and is billed. Look again: ")
    assert view.task.id in farewell(view.run)


def test_what_is_kept_back_before_sending_is_no_task(tmp_path):
    async def act(here: Place):
        store = Transient()
        async with here.tasks(store) as tasks:
            key = tasks.start(here.plan(replace(VEO, prompt="")))
            await here.to_the_end(tasks)
            return store.tasks(), view_of(tasks, key).task.stage

    assert at_a_place(act, tmp_path) == ((), Stage.NOT_MADE)


def test_a_create_that_is_repeated_is_one_task(tmp_path):
    async def act(here: Place):
        store = Transient()
        async with here.tasks(store) as tasks:
            tasks.start(here.plan(scenario="http.rate-limited"))
            await here.to_the_end(tasks)
        return store.tasks(), here.creates()

    (task,), creates = at_a_place(act, tmp_path)
    assert task.stage is Stage.OVER
    assert creates == 3


WAYS: dict[str, Draft] = {
    "shared": VEO,
    "kling": VideoDraft(model="kling-v2", prompt="Waves"),
    "kling, picture": VideoDraft(model="kling-v1", prompt="Waves", attachments=(PICTURE,)),
    "kling omni": VideoDraft(model="kling-video-o1", prompt="Waves"),
    "runway": VideoDraft(model="gen3a_turbo", prompt="Waves", attachments=(PICTURE,)),
    "grok": VideoDraft(model="grok-imagine-video", prompt="Waves", seconds="6"),
    "flux": ImageDraft(model="black-forest-labs/flux-schnell", prompt="Waves"),
}


@pytest.mark.parametrize("draft", WAYS.values(), ids=WAYS)
def test_a_task_is_resumed_on_its_route_by_what_is_kept_of_it(tmp_path, draft):
    async def act(here: Place):
        with here.history() as history:
            async with here.tasks(history) as tasks:
                key = tasks.start(here.plan(draft, detach=True))
                await here.to_the_end(tasks)
        with here.history() as history:
            async with here.tasks(history) as tasks:
                task = view_of(tasks, key).task
                assert known(history, task.id) == task
                assert tasks.resume(key, here.connection(), PollPolicy())
                await here.to_the_end(tasks)
                return task, view_of(tasks, key).task, here.lab.requests

    before, after, requests = at_a_place(act, tmp_path)
    assert (before.stage, after.stage) == (Stage.MADE, Stage.OVER)
    assert len(after.files) == 1
    assert before.poll_path in {request.path for request in requests[1:]}
    assert len([request for request in requests if request.method == "POST"]) == 1


def test_a_file_that_could_not_be_fetched_leaves_its_task_open(tmp_path):
    async def act(here: Place):
        store = Transient()
        async with here.tasks(store) as tasks:
            key = tasks.start(here.plan(scenario="own"))
            await here.to_the_end(tasks)
            return view_of(tasks, key)

    gone = Script((Rule(Reply(403, "<Error/>"), phase=Phase.DOWNLOAD),))
    view = at_a_place(act, tmp_path, {"own": gone})
    assert view.task.state is TaskState.SUCCEEDED
    assert view.can_resume


def test_a_task_that_failed_is_over(tmp_path):
    async def act(here: Place):
        async with here.tasks(Transient()) as tasks:
            key = tasks.start(here.plan(scenario="video.failed"))
            await here.to_the_end(tasks)
            return view_of(tasks, key)

    view = at_a_place(act, tmp_path)
    assert (view.task.stage, view.task.state) == (Stage.OVER, TaskState.FAILED)
    assert not view.can_resume


def test_no_key_and_no_signed_url_reaches_the_disk(tmp_path):
    key = "sk-ThisIsMarkedAsSecret123456"
    prompt = f"Animate https://cdn.example/a.png?X-Signature=MarkedSignature with {key} and sk-Another1234567"
    answer = {"id": "t1", "status": "completed", "video_url": "https://127.0.0.1:1/v.mp4?sig=MarkedResult"}

    async def act(here: Place, server: RawServer):
        with here.history() as history:
            async with here.tasks(history) as tasks:
                connection = replace(server.connection(key), target=Target.LIVE)
                tasks.start(Plan(draft=replace(VEO, prompt=prompt), connection=connection, automatic=False))
                await here.to_the_end(tasks)
            assert history.tasks()[0].prompt.startswith("Animate https://cdn.example/a.png")
            return b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())

    with RawServer(lambda _: http(200, answer)) as server:
        kept = at_a_place(lambda here: act(here, server), tmp_path)
    assert b"Animate" in kept
    for secret in (key, "MarkedSignature", "MarkedResult", "sk-Another1234567"):
        assert secret.encode() not in kept


class Refusing(Transient):
    """A store whose disk is full."""

    def keep(self, *_):
        raise NotKeptError("the disk is full")

    def claim(self, *_):
        raise NotKeptError("the disk is full")


def test_a_store_that_refuses_is_told_once_and_stops_no_run(tmp_path):
    async def act(here: Place):
        async with here.tasks(Refusing()) as tasks:
            key = tasks.start(here.plan())
            await here.to_the_end(tasks)
            return here.faults, view_of(tasks, key)

    faults, view = at_a_place(act, tmp_path)
    assert len(faults) == 1
    assert "the disk is full" in faults[0]
    assert view.task.state is TaskState.SUCCEEDED


class Locked(Transient):
    """A store that another program holds for too long, once."""

    calls = 0

    def keep(self, *kept):
        self.calls += 1
        if self.calls == 2:
            raise NotKeptError("database is locked")
        return super().keep(*kept)


def test_a_store_that_refuses_once_gets_the_whole_task_with_the_next_write(tmp_path):
    async def act(here: Place):
        store = Locked()
        async with here.tasks(store) as tasks:
            tasks.start(here.plan())
            await here.to_the_end(tasks)
        return here.faults, store.tasks()

    faults, (kept,) = at_a_place(act, tmp_path)
    assert len(faults) == 1
    assert (kept.stage, bool(kept.id), kept.state) == (Stage.OVER, True, TaskState.SUCCEEDED)


def test_what_should_not_end_a_watch_is_heard_of(tmp_path, monkeypatch):
    async def broken(*_, **__):
        raise AssertionError("a fault of our own")

    async def act(here: Place):
        heard = []
        asyncio.get_running_loop().set_exception_handler(lambda _, told: heard.append(told["exception"]))
        async with here.tasks(Transient()) as tasks:
            tasks.start(here.plan())
            await here.until(tasks, lambda: heard)
        return heard

    monkeypatch.setattr("cometplay.session.tasks.engine.run", broken)
    (error,) = at_a_place(act, tmp_path)
    assert str(error) == "a fault of our own"


def test_a_task_of_a_lab_inside_the_program_is_not_kept(tmp_path):
    async def act(here: Place):
        store = Transient()
        async with here.tasks(store) as tasks:
            key = tasks.start(Plan(draft=VEO, connection=here.connection(lasting=False)))
            await here.to_the_end(tasks)
            assert view_of(tasks, key).task.stage is Stage.OVER
        return store.tasks()

    assert at_a_place(act, tmp_path) == ()


def test_what_was_watched_while_the_program_waits_shows_when_it_looks_again(tmp_path):
    async def act(here: Place):
        async with here.tasks(Transient()) as tasks:
            tasks.start(here.plan())
            await here.to_the_end(tasks)
        waits = [
            (view.next_poll_at, view.run.began_at + event.at + event.seconds)
            for view in here.seen
            if view.run and isinstance(event := view.run.transcript.events[-1], Waiting) and view.watched
        ]
        sents = [
            view.next_poll_at
            for view in here.seen
            if view.run and isinstance(view.run.transcript.events[-1], Sent)
        ]
        return waits, sents, here.seen[-1]

    waits, sents, last = at_a_place(act, tmp_path)
    assert waits
    assert all(shown == told for shown, told in waits)
    assert {*sents} == {None}
    assert not last.watched
