"""Protects what the drill's rules say of recorded runs: what breaks each, and what only looks like it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from cometplay.core.drafts import Kind
from cometplay.core.wire import Phase
from cometplay.drill.case import Case
from cometplay.drill.grading import RULES, Verdict, grade
from cometplay.drill.observation import Left, Observation, Output, Seen
from cometplay.drill.paces import grows, in_step, nested
from cometplay.drill.play import Play, Repeat
from cometplay.drill.repertoire import healthy, plays

PLAYS = {(play.kind, play.id): play for kind in Kind for play in plays(kind)}
PATHS = {Kind.TEXT: "/v1/chat/completions", Kind.IMAGE: "/v1/images/generations", Kind.VIDEO: "/v1/videos"}
TASK = "task_1"


def play_of(name: str, kind: Kind) -> Play:
    return healthy(kind) if name == "healthy" else PLAYS[kind, name]


def creates(kind: Kind, *at: float, body: str = "{}") -> tuple[Seen, ...]:
    phases = frozenset({Phase.CREATE})
    return tuple(
        Seen(when, "POST", PATHS[kind], 200, body=body, keyed=True, kind=kind, phases=phases) for when in at
    )


def polls(*at: float, status: int = 200) -> tuple[Seen, ...]:
    phases = frozenset({Phase.POLL})
    path = f"/v1/videos/{TASK}"
    return tuple(
        Seen(when, "GET", path, status, keyed=True, kind=Kind.VIDEO, phases=phases, task=TASK) for when in at
    )


def fetch(at: float, *, keyed: bool = False) -> tuple[Seen, ...]:
    phases = frozenset({Phase.DOWNLOAD})
    return (Seen(at, "GET", "/files/v.mp4", 200, keyed=keyed, stored=True, phases=phases),)


def run(requests: Sequence[Seen], status: int = 1, out: str = "", err: str = "failed", **more) -> Observation:
    told = {"stdout": Output(out, len(out)), "stderr": Output(err, len(err))}
    return Observation(requests=tuple(requests), exit=status, **told | more)


GOOD = {
    Kind.TEXT: run(creates(Kind.TEXT, 0), 0, "An answer.", ""),
    Kind.IMAGE: run(creates(Kind.IMAGE, 0) + fetch(1), 0, "a.png", "", files=(Left("a.png", 9),)),
    Kind.VIDEO: run(
        creates(Kind.VIDEO, 0) + polls(5, 15) + fetch(16), 0, "v.mp4", "", files=(Left("v.mp4", 9),)
    ),
}


def broken(name: str, kind: Kind, *runs: Observation) -> set[str]:
    graded = grade(Case(play_of(name, kind), runs, GOOD[kind]), frozenset())
    return {breach.rule.id for breach in graded.breaches}


T, I, V = Kind.TEXT, Kind.IMAGE, Kind.VIDEO  # noqa: E741  columns of a table
TRACE = "Traceback (most recent call last):\n  File 'a.py', line 1\n{}\n"
MADE = creates(V, 0)

CASES = {
    "a refused key, once": ("http.auth-invalid", T, run(creates(T, 0)), set()),
    "a refused key, twice": ("http.auth-invalid", T, run(creates(T, 0, 1)), {"retry.hopeless"}),
    "another request after a refusal": (
        "http.auth-invalid",
        T,
        run(creates(T, 0) + creates(T, 1, body="{1}")),
        set(),
    ),
    "an unknown model under 503": ("http.model-not-found", T, run(creates(T, 0, 1)), {"retry.hopeless"}),
    "one try at a busy service": ("http.service-unavailable", T, run(creates(T, 0)), {"retry.gave-up"}),
    "a picture is not repeated after 500": ("http.server-error", I, run(creates(I, 0)), set()),
    "no wait": ("http.server-error", T, run(creates(T, 0, 0.01, 0.02), 0, "Hi"), {"retry.no-wait"}),
    "one short wait may be chance": ("http.server-error", T, run(creates(T, 0, 0.01)), set()),
    "Retry-After, kept": ("http.rate-limited", T, run(creates(T, 0, 2.0, 4.1), 0, "Hi"), set()),
    "Retry-After, not kept": (
        "http.rate-limited",
        T,
        run(creates(T, 0, 1.2, 4), 0, "Hi"),
        {"retry.too-early"},
    ),
    "seven tries": ("drill.outage", T, run(creates(T, *range(7))), {"retry.too-many", "retry.no-growth"}),
    "a picture after a cut": ("transport.interrupted", I, run(creates(I, 0, 1)), {"retry.billed"}),
    "a text after a cut": ("transport.interrupted", T, run(creates(T, 0, 1)), set()),
    "a text after 524": ("http.origin-timeout", T, run(creates(T, 0, 1)), {"retry.billed"}),
    "nothing printed": ("text.empty", T, run(creates(T, 0), 0, " \n", ""), {"told.success"}),
    "None printed": ("text.content-filter", T, run(creates(T, 0), 0, "None\n", ""), {"told.success"}),
    "the usual words printed": (
        "image.empty-data",
        I,
        replace(GOOD[I], files=(), requests=creates(I, 0)),
        {"told.success"},
    ),
    "words of its own": ("text.content-filter", T, run(creates(T, 0), 0, "It was blocked.", ""), set()),
    "a crash of Python's": (
        "text.no-choices",
        T,
        run(creates(T, 0), err=TRACE.format("IndexError: list index out of range")),
        {"told.crash"},
    ),
    "a crash of Node's": (
        "text.no-choices",
        T,
        run(creates(T, 0), err="TypeError: Cannot read properties of undefined\n    at main (a.js:1:1)\n"),
        {"told.crash"},
    ),
    "an error of a library's": (
        "http.auth-invalid",
        T,
        run(creates(T, 0), err=TRACE.format("openai.AuthenticationError: Error code: 401")),
        set(),
    ),
    "still running": ("text.empty", T, run(creates(T, 0), -9, timed_out=True), {"time-limit"}),
    "still waiting for an answer": ("transport.timeout", T, run(creates(T, 0), -9, timed_out=True), set()),
    "still watching a queue": ("video.stuck-queued", V, run(MADE + polls(5, 15), -9, timed_out=True), set()),
    "stopped at a word": (
        "video.unknown-status",
        V,
        run(MADE + polls(5), err=TASK),
        {"video.wrong-word"},
    ),
    "found without an url": ("video.no-url", V, replace(GOOD[V], exit=0), set()),
    "a day without an end": ("healthy", V, run(MADE + polls(5), 0, "v.mp4"), {"video.wrong-word"}),
    "asked on": ("video.failed", V, run(MADE + polls(5, 15)), {"video.went-on"}),
    "asked fast": (
        "healthy",
        V,
        run(MADE + polls(5, 6) + fetch(7), 0, "v.mp4"),
        {"video.polled-fast"},
    ),
    "ended by 502": (
        "http.bad-gateway@poll",
        V,
        run(MADE + polls(5, status=502), err=TASK),
        {"video.poll-error"},
    ),
    "ended by a young task": (
        "video.task-not-exist",
        V,
        run(MADE + polls(5, status=400), err=TASK),
        {"video.young-task"},
    ),
    "the task id lost": ("drill.locked-out", V, run(MADE + polls(5, status=401)), {"video.task-id"}),
    "the task id kept": ("drill.locked-out", V, run(MADE + polls(5, status=401), err=TASK), set()),
    "not fetched": ("healthy", V, run(MADE + polls(5, 15), 0, "https://…"), {"video.no-download"}),
    "fetched too late": (
        "healthy",
        V,
        run(MADE + polls(5, 15) + fetch(99), 0, "v.mp4"),
        {"video.no-download"},
    ),
    "the key at the storage host": (
        "healthy",
        V,
        run(MADE + polls(5, 15) + fetch(16, keyed=True), 0, "v.mp4"),
        {"key.storage"},
    ),
    "the key elsewhere": (
        "drill.redirect",
        T,
        run(creates(T, 0), elsewhere=creates(T, 1)),
        {"key.redirect"},
    ),
    "the key printed": (
        "http.auth-invalid",
        T,
        run(creates(T, 0), leaked=("standard error",)),
        {"key.printed"},
    ),
    "half a file": (
        "drill.file-cut",
        V,
        run(MADE + polls(5, 15) + fetch(16), files=(Left("v.mp4", 4, whole=False),)),
        {"partial.file"},
    ),
    "half a file that says so": (
        "drill.file-cut",
        V,
        run(MADE + polls(5, 15) + fetch(16), files=(Left("v.mp4.part", 4, whole=False),)),
        set(),
    ),
    "nothing came on a good day": ("healthy", T, run((), 0, "", ""), {"healthy"}),
    "a good day that fails": ("healthy", T, run(creates(T, 0)), {"healthy"}),
}


@pytest.mark.parametrize(("name", "kind", "seen", "rules"), CASES.values(), ids=CASES.keys())
def test_what_a_run_breaks(name, kind, seen, rules):
    assert broken(name, kind, seen) == rules


HALF = PLAYS[T, "drill.stream-cut"].partial


@pytest.mark.parametrize(
    ("seen", "rules"),
    [
        (run(creates(T, 0), 0, HALF, ""), {"partial.text"}),
        (run(creates(T, 0), 0, HALF, "it broke off"), set()),
        (run(creates(T, 0), 1, HALF, ""), set()),
    ],
)
def test_half_a_text_is_not_whole(seen, rules):
    assert broken("drill.stream-done-too-early", T, seen) == rules


def copies(*waits: Sequence[float]) -> list[Observation]:
    return [run(creates(T, *(sum(each[:end]) for end in range(len(each) + 1)))) for each in waits]


@pytest.mark.parametrize(
    ("runs", "rules"),
    [
        (copies([0.4, 0.9], [0.5, 0.7], [0.45, 0.8], [0.39, 0.99]), set()),
        (copies([1, 1.1, 1.05], [1.1, 1.0, 1.01], [1, 1.15, 1.1], [1.12, 1, 1.06]), {"retry.no-growth"}),
        (copies([0.5, 1, 2], [0.51, 1.01, 2], [0.5, 1, 2.01], [0.5, 1, 2]), {"retry.in-step"}),
        (
            copies([0.3, 0.6, 2, 0.35, 0.7], [0.34, 0.7, 1.6, 0.3, 0.6], [0.28, 0.5, 1.8, 0.36, 0.66]),
            {"retry.nested"},
        ),
    ],
)
def test_the_pattern_of_waits(runs, rules):
    assert broken("drill.outage", T, *runs) == rules


def test_a_library_that_counts_anew_is_nested():
    counted = [
        replace(seen, headers={"x-stainless-retry-count": str(number % 2)})
        for number, seen in enumerate(creates(T, 0, 0.4, 1.7, 2.2))
    ]
    assert broken("drill.outage", T, run(counted)) >= {"retry.nested"}


@pytest.mark.parametrize(
    ("waits", "product"),
    [
        ([0.5, 1, 0.5], (2, 2)),
        ([0.5, 2, 0.5], (2, 2)),
        ([0.5, 1, 2, 4, 8], None),
        ([0.5, 0.5, 3, 0.5, 0.5], (3, 2)),
        ([1, 1, 1], None),
    ],
)
def test_a_product_is_told_from_a_loop(waits, product):
    assert nested([waits, waits]) == product


def test_growth_and_step():
    assert not grows([[1, 1.1], [1.05, 1]])
    assert grows([[1, 2]])
    assert in_step([[1, 2], [1.01, 2.01]])
    assert not in_step([[1, 2]])
    assert not in_step([[1, 2], [1.2, 2.3]])


def test_what_cannot_be_judged_is_no_pass():
    for name in ("silent.label", "text.content-filter"):
        seen = run(creates(T, 0), 0, "Quite happy.", "")
        assert grade(Case(PLAYS[T, name], (seen,), GOOD[T]), frozenset()).verdict is Verdict.NOT_JUDGED
    unreached = grade(Case(PLAYS[I, "drill.file-cut"], (run(()),), GOOD[I]), frozenset())
    assert unreached.verdict is Verdict.NOT_JUDGED


def test_what_is_allowed_is_shown_and_fails_nobody():
    case = Case(PLAYS[T, "http.auth-invalid"], (run(creates(T, 0, 1)),), GOOD[T])
    graded = grade(case, frozenset({"retry.hopeless"}))
    assert [(breach.rule.id, breach.allowed) for breach in graded.breaches] == [("retry.hopeless", True)]
    assert graded.verdict is not Verdict.FAIL


def test_a_request_id_is_advice():
    case = Case(PLAYS[T, "http.auth-invalid"], (run(creates(T, 0)),), GOOD[T])
    graded = grade(case, frozenset())
    assert [breach.rule.id for breach in graded.advice] == ["told.request-id"]
    told = run(creates(T, 0), err="401 (request id: 20261121140000123456789AbCdEfGh)")
    assert grade(replace(case, runs=(told,)), frozenset()).advice == ()


def test_every_rule_has_an_id_a_source_and_a_sentence_of_its_own():
    assert len({rule.id for rule in RULES}) == len({rule.expected for rule in RULES}) == len(RULES)
    assert [rule.id for rule in RULES if not rule.source.name] == []


@pytest.mark.parametrize(
    ("name", "kind", "repeat"),
    [
        ("http.rate-limited", T, Repeat.DUE),
        ("http.quota-exhausted", T, Repeat.NEVER),
        ("http.server-error", T, Repeat.DUE),
        ("http.server-error", I, Repeat.FREE),
        ("http.origin-timeout", I, Repeat.BILLED),
        ("http.origin-timeout@poll", V, Repeat.DUE),
        ("transport.timeout", V, Repeat.BILLED),
        ("transport.timeout", T, Repeat.FREE),
        ("video.in-progress", V, Repeat.NONE),
    ],
)
def test_what_may_be_repeated(name, kind, repeat):
    assert PLAYS[kind, name].repeat is repeat


def test_a_play_strikes_whatever_a_program_sends():
    conditions = {str(rule.when) for play in PLAYS.values() for rule in play.script.rules}
    assert conditions == {"Always()"}


def test_two_forms_with_other_boundaries_are_the_same():
    forms = [
        Seen(
            0,
            "POST",
            "/v1/videos",
            headers={"content-type": f"multipart/form-data; boundary={mark}"},
            body=body,
        )
        for mark, body in (("aa", "--aa\r\nx\r\n--aa--"), ("bb", "--bb\r\nx\r\n--bb--"))
    ]
    assert forms[0].same == forms[1].same
