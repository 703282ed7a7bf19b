"""Protects results that do not come home: a finding, the way to them kept, no half file, none elsewhere."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import localtime, strftime

import pytest
from playing import EPOCH, STRIKES_AFTER_S, Stage, on_stage, served
from test_session_routes import FLUX, KLING

from cometplay.core.drafts import Draft, ImageDraft, Kind
from cometplay.core.events import Expires, NotSaved
from cometplay.core.findings import Break, Breakage, Reply, Rule, Script, Step
from cometplay.core.jsons import compact
from cometplay.core.limits import LARGEST_FILES
from cometplay.core.wire import Phase
from cometplay.session.timeline import describe

pytestmark = pytest.mark.slow

DRAWN = ImageDraft(model="dall-e-3", prompt="Waves", response_format="url")
DRAFTS: dict[str, Draft] = {"picture": DRAWN, "picture's task": FLUX, "video": KLING}
OPTIONS = {
    "picture": ["image", "--model", "dall-e-3", "--param", "response_format=url"],
    "picture's task": ["image", "--model", FLUX.model],
    "video": ["video", "--model", "kling-v2", "--param", "seconds=5"],
}
SMALL = 1000


@dataclass(frozen=True)
class Spoilt:
    """What comes of a download, and the verdict on it; {} is the kind."""

    step: Step
    verdict: str
    status: int
    largest: int | None = None


PAGE = "<!doctype html><html><title>Gone</title><body>Not here any more</body></html>"
DRAWING = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
CASES = {
    "refused": Spoilt(Reply(403, "<Error><Code>AccessDenied</Code></Error>"), "{}.url-expired", 1),
    "gone": Spoilt(Reply(404, "<Error><Code>NoSuchKey</Code></Error>"), "{}.url-expired", 1),
    "in trouble": Spoilt(Reply(500, "oops"), "http.server-error", 1),
    "cut": Spoilt(Break(Breakage.SHORT_BODY), "transport.interrupted", 5),
    "cut in chunks": Spoilt(Break(Breakage.CHUNKED_WITHOUT_END), "transport.interrupted", 5),
    "reset": Spoilt(Break(Breakage.RESET_DURING), "transport.interrupted", 5),
    "silent": Spoilt(Break(Breakage.SILENCE), "transport.timeout", 5),
    "half, then silent": Spoilt(Break(Breakage.STALL), "transport.timeout", 5),
    "round and round": Spoilt(Break(Breakage.REDIRECT_LOOP), "http.wrong-path", 1),
    "elsewhere": Spoilt(Reply(302, "", (("location", "http://localhost:9/v.mp4"),)), "http.wrong-path", 1),
    "too large, and says so": Spoilt(Reply(200, "\0" * 2 * SMALL), "transport.interrupted", 5, SMALL),
    "without an end": Spoilt(Break(Breakage.ENDLESS), "transport.interrupted", 5, SMALL),
    "a page": Spoilt(Reply(200, PAGE, (("content-type", "text/html"),)), "http.wrong-path", 1),
    "an error": Spoilt(Reply(200, compact({"error": {"message": "later"}})), "body.error-in-200", 1),
    "JSON": Spoilt(Reply(200, compact({"note": "later"})), "body.not-json", 3),
    "words": Spoilt(Reply(200, "Not found", (("content-type", "video/mp4"),)), "body.not-json", 3),
    "nothing": Spoilt(Reply(200, ""), "body.not-json", 3),
    "a drawing that is a program": Spoilt(Reply(200, DRAWING), "body.not-json", 3),
}
each_case = pytest.mark.parametrize("case", CASES)
each_kind = pytest.mark.parametrize("what", DRAFTS)


def script(case: str) -> Script:
    return Script((Rule(CASES[case].step, phase=Phase.DOWNLOAD),))


def elsewhere(home: Path) -> set[Path]:
    """What stands beside the results' folder and the history, which keeps the task."""
    return {
        path
        for path in home.rglob("*")
        if path.name != "out" and home / ".local" not in (path, *path.parents)
    }


def nothing_in(folder: Path) -> bool:
    return list(folder.iterdir()) == []


@each_kind
@each_case
def test_a_run_tells_it_and_keeps_the_way_to_it(case, what):
    spoilt, draft = CASES[case], DRAFTS[what]

    async def act(here: Stage):
        limits = {"request_limit_s": 3 * STRIKES_AFTER_S, "largest_file": spoilt.largest}
        run = await here.send(draft, here.connection("own"), automatic=False, **limits)
        return run, nothing_in(here.folder), here.lab.requests

    run, bare, requests = on_stage(act, more={"own": script(case)})
    assert run.verdict.mode == spoilt.verdict.format(draft.kind.value)
    assert bare
    assert run.transcript.saved == ()
    assert run.transcript.lost.request.url
    assert run.transcript.api.body, "the answer with the url is kept as it came"
    fetched = [request for request in requests if request.path == run.transcript.lost.request.path]
    assert {request.key.value for request in fetched} == {"none"}


@each_kind
@each_case
def test_the_command_tells_it_and_shows_the_way_to_it(cli, monkeypatch, tmp_path, case, what):
    spoilt = CASES[case]
    kind = OPTIONS[what][0]
    if spoilt.largest:
        monkeypatch.setitem(LARGEST_FILES, Kind(kind), spoilt.largest)
    before = elsewhere(tmp_path)
    with served({"own": script(case)}) as lab:
        target = ["--target", lab.base_url("own"), "--out", tmp_path / "out"]
        quick = ["--poll-every", "0.02", "--timeout", "1", "--retries", "0"]
        monkeypatch.setattr("cometplay.core.retry.BACKOFF_CAP_S", 0.01)
        said = cli("send", *OPTIONS[what], *target, *quick, "--json")
    found = json.loads(said.out)
    assert (said.status, found["id"], found["files"]) == (spoilt.status, spoilt.verdict.format(kind), [])
    assert "Result url      http://127.0.0.1:" in said.err
    assert nothing_in(tmp_path / "out")
    assert elsewhere(tmp_path) == before


@pytest.fixture
def full_disk(tmp_path):
    """A disk of one page, which is taken already but for its name."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", place], check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    (place / "taken").write_bytes(b"\0" * 4096)
    yield place
    subprocess.run(["umount", place], check=True)


ALL = {**OPTIONS, "base64": ["image"]}


@pytest.mark.usefixtures("swift")
@pytest.mark.parametrize("what", ALL)
def test_a_full_disk_is_told_when_the_result_comes(cli, full_disk, what):
    said = cli("send", *ALL[what], "--target", "lab", "--out", full_disk, "--json")
    found = json.loads(said.out)
    kind = ALL[what][0]
    assert (said.status, found["id"], found["files"]) == (74, f"{kind}.ok", [])
    assert f"not saved: cannot write in {full_disk}: No space left on device" in said.err
    assert ("Result url      http://127.0.0.1:" in said.err) is (what != "base64")
    assert [path.name for path in full_disk.iterdir()] == ["taken"]


@pytest.mark.parametrize("what", ALL)
def test_a_folder_that_cannot_be_is_told_before_anything_is_billed(cli, swift, tmp_path, what):
    (tmp_path / "file").write_text("here already")
    said = cli("send", *ALL[what], "--target", "lab", "--out", tmp_path / "file" / "made", "--json")
    assert (said.status, said.out) == (2, "")
    assert "--out: cannot write in" in said.err
    assert swift.labs == []


@pytest.mark.parametrize("what", [*DRAFTS, "base64"])
def test_a_folder_that_goes_away_meanwhile_is_told_by_the_run(tmp_path, what):
    draft = DRAFTS.get(what, ImageDraft(model="gpt-image-2", prompt="Waves"))
    (tmp_path / "file").write_text("here already")

    async def act(here: Stage):
        here.folder = tmp_path / "file" / "made"
        return await here.send(draft)

    run = on_stage(act)
    assert run.verdict.mode == f"{draft.kind.value}.ok"
    assert any(isinstance(event, NotSaved) for event in run.transcript.events)
    assert run.transcript.api.body
    assert (tmp_path / "file").read_text() == "here already"


SIGNED = "http://127.0.0.1:9/v.mp4?X-Amz-Date=20260528T202640Z&X-Amz-Expires=86400&X-Amz-Signature=a"


def test_the_end_of_a_link_is_told_beside_what_became_of_it():
    value = {"data": {"task_id": "t", "task_status": "succeed", "task_result": {"videos": [{"url": SIGNED}]}}}

    async def act(here: Stage):
        return await here.send(KLING, here.connection("own"), automatic=False)

    run = on_stage(act, more={"own": Script((Rule(Reply(200, compact(value)), phase=Phase.POLL),))})
    (told,) = [event for event in run.transcript.events if isinstance(event, Expires)]
    assert (
        describe(told)
        == f"its link dies in 24 h 0 min, at {strftime('%H:%M on %d %b', localtime(told.moment))}"
    )
    assert (run.verdict.mode, told.in_s) == ("transport.connect", told.moment - EPOCH - told.at)
