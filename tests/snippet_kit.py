"""Shared by the tests of snippets: a lab beside the test, what each language needs, and code run by it."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import Draft, ImageDraft, Message, TextDraft, VideoDraft
from cometplay.core.redact import Secret
from cometplay.lab import Lab, LabRequest
from cometplay.lab.fields import read
from cometplay.snippets import CannotRenderError, Language, Style, render

INSTALL_S = 300
RUN_S = 120

Each = TypeVar("Each")
Made = TypeVar("Made")


def side_by_side(run: Callable[[Each], Made], each: Iterable[Each], at_once: int = 6) -> list[Made]:
    """What `run` gives for each, in their order; programs that wait let others go on meanwhile."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(run, each))


@dataclass(frozen=True)
class Served:
    """A lab in another thread. It is asked there, where an answer that was given is also settled."""

    base_url: str
    requests: Callable[[], tuple[LabRequest, ...]]


@contextmanager
def served():
    """A lab that answers while this thread waits for curl."""
    loop, lab = asyncio.new_event_loop(), Lab({}, speed=1e9)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def there(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)

    async def requests():
        return lab.requests

    try:
        there(lab.__aenter__())
        yield Served(lab.base_url(), lambda: there(requests()))
    finally:
        there(lab.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def connection(base_url: str) -> Connection:
    return Connection(Target.LAB, base_url, Secret(LAB_KEY))


def code_of(request, base_url, language, style=Style.MINIMAL):
    """The snippet's text, or None where the language says that it cannot."""
    try:
        return render(request, connection(base_url), language, style).text
    except CannotRenderError:
        return None


CASES: dict[str, Draft] = {
    "text": TextDraft(model="gpt-5.4-mini", messages=(Message("user", "Say 'hi' twice."),), token_cap=99),
    "stream": TextDraft(
        model="gpt-4o", messages=(Message("system", "Be brief."), Message("user", "Hi")), stream=True
    ),
    "image": ImageDraft(model="gpt-image-2", prompt="A lighthouse", n=2, size="1024x1024"),
    "video": VideoDraft(model="veo3-fast", prompt="Waves at dawn", seconds="8", size="16x9"),
}
"""A request of each kind; the production code of each is drilled."""

ELSEWHERE: dict[str, Draft] = {
    "flux": ImageDraft(model="black-forest-labs/flux-schnell", prompt="A lighthouse", n=2),
    "kling": VideoDraft(model="kling-v2", prompt="Waves", seconds="5"),
    "runway": VideoDraft(
        model="gen3a_turbo", prompt="it's", seconds="5", extra='{"promptImage":"https://x.example/a.png"}'
    ),
    "grok": VideoDraft(model="grok-imagine-video", prompt="Waves", seconds="6"),
}
"""Routes that no SDK has a call for."""

BREAKS = 'It\'s "one"\nline\r\nand `another`, ${here} {there} \\ é 漢字 👍🏽 \u2028 \x1b[31m'
"""A prompt with whatever a shell, a string literal or a form could trip over."""

PYTHONS = (Language.HTTPX, Language.OPENAI_PYTHON, Language.COMETAPI_PYTHON)
NODES = (Language.OPENAI_NODE, Language.FETCH)


@dataclass(frozen=True)
class Tools:
    """What a person has installed: a Python with the SDKs, and a folder in which Node finds its own."""

    python: Path
    node: Path

    def command(self, language: Language, code: Path) -> list[str]:
        if language in PYTHONS:
            return [str(self.python), str(code)]
        return ["bash" if language is Language.CURL else "node", str(code)]

    def run(
        self, language: Language, code: Path, folder: Path, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs code as its user would, with the lab's key in the environment."""
        known = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "COMETAPI_KEY": LAB_KEY,
        }
        return subprocess.run(
            self.command(language, code),
            env=known | more,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=RUN_S,
            check=False,
        )

    def written(self, name: str, language: Language, text: str) -> Path:
        """The code as a file, where its language finds what it imports."""
        folder = self.node / "code"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}-{language.value}{language.suffix}"
        path.write_text(text, encoding="utf-8")
        return path

    def driver(self, language: Language, codes: Iterable[Path]) -> Path:
        """One program that runs many snippets in turn, each as it stands, whatever becomes of one."""
        paths = json.dumps([str(path) for path in codes])
        return self.written("driver", language, _DRIVERS[language.suffix].replace("PATHS", paths))


_DRIVERS = {
    ".sh": "for code in $(echo 'PATHS' | tr -d '[],\"'); do bash \"$code\"; done\n",
    ".py": (
        "import runpy, traceback\n"
        "for path in PATHS:\n"
        "    try:\n"
        "        runpy.run_path(path, run_name='__main__')\n"
        "    except Exception:\n"
        "        traceback.print_exc()\n"
    ),
    ".mjs": "for (const path of PATHS) await import(path).catch(console.error);\n",
}


_SWIFT = "import gc\n\ngc.set_threshold(100_000)\n"
"""Importing an SDK makes 1,700 classes and no garbage; looking for it takes a sixth of a short run."""


def install(place: Path) -> Tools:
    """The SDKs from their registries, outside of our own environment; kept from one test run to the next."""
    python, node = place / "python", place / "node"
    if not (python / "done").exists():
        _do(sys.executable, "-m", "venv", str(python))
        _do(str(python / "bin/pip"), "install", "-q", "httpx", "openai", "cometapi")
        (packages,) = python.glob("lib/python3*/site-packages")
        (packages / "sitecustomize.py").write_text(_SWIFT)
        (python / "done").touch()
    if not (node / "done").exists():
        node.mkdir(parents=True, exist_ok=True)
        (node / "package.json").write_text('{"private": true}')
        _do("npm", "install", "--silent", "--no-audit", "--no-fund", "openai", "prettier", cwd=node)
        (node / "done").touch()
    return Tools(python / "bin/python", node)


def _do(*command: str, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=INSTALL_S, check=False)
    assert done.returncode == 0, done.stderr


def told(request: LabRequest) -> tuple[object, ...]:
    """What two requests have in common when one is the other: method, path, key and body."""
    kind = request.headers.get("content-type", "")
    head = (request.method, request.path, request.key, kind.partition(";")[0])
    if kind.startswith("multipart/"):
        form = read(kind, request.body.encode())
        return *head, form.fields, form.fault, [file.name for file in form.uploads]
    return *head, json.loads(request.body, parse_int=_number) if request.body else None


def _number(digits: str) -> float:
    """JavaScript writes a large float without a point; it is the same float."""
    return int(digits) if abs(int(digits)) <= 2**53 else float(digits)
