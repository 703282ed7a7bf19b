"""Protects every test from the machine it runs on, and gives it the command without a process or a wait."""

import gc
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playing import FakeClock, served

from cometplay.cli import run
from cometplay.lab import Lab, LabRequest
from cometplay.stage import LAB_SPEED, scripts

settings.register_profile(
    "cometplay",
    deadline=None,
    derandomize=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("cometplay")


def pytest_collection_finish():
    """Thousands of tests live to the end: the collector may pass them by."""
    gc.freeze()


PERSONAL = (
    *("COMETAPI_KEY", "COMETAPI_BASE_URL", "COMET_API_KEY", "XDG_DATA_HOME"),
    *(f"{name}_PROXY" for name in ("HTTP", "HTTPS", "ALL", "NO")),
    *(f"{name}_proxy" for name in ("http", "https", "all", "no")),
)


@pytest.fixture(autouse=True)
def a_clean_place(monkeypatch, tmp_path):
    """No setting of the person who runs the tests reaches them, and nothing lands in their folders."""
    for name in PERSONAL:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(tmp_path / "downloads"))
    monkeypatch.setenv("HOME", str(tmp_path))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str


@pytest.fixture
def cli(capsys):
    """Calls the command in this process."""

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        try:
            status = run([str(argument) for argument in arguments])
        except SystemExit as end:  # --help
            status = end.code or 0
        return Said(status, *capsys.readouterr())

    return call


class Swift:
    """The labs that commands started inside themselves, the last one last."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.labs: list[Lab] = []

    def lab(self) -> Lab:
        clock = self.clock
        timing = {"clock": clock.monotonic, "wall": clock.wall, "sleep": clock.sleep}
        self.labs.append(Lab(scripts(), speed=LAB_SPEED, **timing))
        return self.labs[-1]

    @property
    def requests(self) -> tuple[LabRequest, ...]:
        return self.labs[-1].requests


@pytest.fixture
def swift(monkeypatch):
    """Commands and the labs inside them live on one clock, on which no wait takes time."""
    made = Swift()
    monkeypatch.setattr("cometplay.cli.send.RealClock", lambda: made.clock)
    monkeypatch.setattr("cometplay.cli.target.own_lab", made.lab)
    return made


@pytest.fixture
def lab_aside():
    """A lab beside the command, which outlives it: as fast as it can."""
    with served() as lab:
        yield lab


@pytest.fixture(scope="session")
def tools(pytestconfig):
    """What runs snippets; installed once, and kept from one test run to the next."""
    from snippet_kit import install  # noqa: PLC0415  most tests run none

    return install(Path(pytestconfig.cache.mkdir("snippets")))
