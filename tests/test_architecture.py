"""Protects the plan of the house: who may import whom, what loads at start, and how large a part may be."""

import ast
import json
import os
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

import cometplay
from cometplay.failures.catalogue import CATALOGUE

PACKAGE = Path(cometplay.__file__).parent
ROOT = PACKAGE.parent
LONGEST_FILE = 300
LONGEST_FUNCTION = 45


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {name_of(path): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def imports(module: str) -> set[str]:
    """The full name of everything that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(TREES[module]):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=source, names=names, level=0):
                found |= {f"{source}.{alias.name}" for alias in names}
            case ast.ImportFrom():
                raise AssertionError(f"{module} imports by a relative name")
    return found


def below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@cache
def floors() -> list[list[str]]:
    """The layers of pyproject.toml, the highest first; those of one floor are neighbours."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[part.strip() for part in layer.replace(":", "|").split("|")] for layer in layers]


@cache
def home_of(name: str) -> tuple[int, str] | None:
    """The floor and the part that a module belongs to; None for the package itself and strangers."""
    homes = ((height, part) for height, parts in enumerate(floors()) for part in parts if below(name, part))
    return next(homes, None)


def test_every_module_has_its_floor():
    assert [module for module in TREES if home_of(module) is None] == ["cometplay"]


def test_the_floors_are_those_of_the_plan():
    heights = {part: height for height, parts in enumerate(floors()) for part in parts}
    order = ["cometplay.cli", "cometplay.session", "cometplay.failures", "cometplay.core"]
    assert sorted(order, key=heights.__getitem__) == order
    assert heights["cometplay.failures"] == heights["cometplay.gateway"]
    assert heights["cometplay.session"] == heights["cometplay.lab"] == heights["cometplay.snippets"]


def test_a_floor_imports_only_floors_below_it():
    upwards = []
    for module in TREES:
        for name in imports(module):
            home, other = home_of(module), home_of(name)
            if home and other and home[1] != other[1] and other[0] <= home[0]:
                upwards.append(f"{module} imports {name}")
    assert upwards == []


FORBIDDEN = ("httpx", "h11", "textual", "rich", "asyncio", "socket", "random", "time")
PURE = [module for module in TREES if below(module, "cometplay.core") or below(module, "cometplay.failures")]


@pytest.mark.parametrize("stranger", FORBIDDEN)
def test_values_and_decisions_know_no_network_no_screen_no_clock_and_no_chance(stranger):
    assert len(PURE) > 20
    assert [module for module in PURE if any(below(name, stranger) for name in imports(module))] == []


def test_only_the_gateway_knows_the_client():
    knowing = {module for module in TREES if any(below(name, "httpx") for name in imports(module))}
    assert knowing
    assert [module for module in knowing if not below(module, "cometplay.gateway")] == []


def texts(module: str) -> list[str]:
    constants = (node for node in ast.walk(TREES[module]) if isinstance(node, ast.Constant))
    return [node.value for node in constants if isinstance(node.value, str)]


def test_no_mode_is_named_outside_its_own_entry():
    known = {mode.id for mode in CATALOGUE}
    outside = [module for module in TREES if not below(module, "cometplay.failures")]
    named = [(module, text) for module in outside for text in texts(module) if text in known]
    assert named == []


def test_the_lab_holds_no_failures_name():
    known = [mode.id for mode in CATALOGUE if "." in mode.id]
    lab = [text for module in TREES if below(module, "cometplay.lab") for text in texts(module)]
    assert lab
    assert [text for text in lab if any(mode_id in text for mode_id in known)] == []


def test_nothing_is_caught_wholesale_but_once_at_the_edge():
    wholesale = []
    for module, tree in TREES.items():
        handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
        caught = [handler.type and ast.unparse(handler.type) for handler in handlers]
        wholesale += [module for name in caught if name in (None, "Exception", "BaseException")]
    assert wholesale in ([], ["cometplay.__main__"], ["cometplay.cli"])


def test_files_stay_small():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_stay_small():
    long = {}
    for module, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = node.end_lineno - node.lineno + 1
                long |= {f"{module}.{node.name}": length} if length > LONGEST_FUNCTION else {}
    assert long == {}


def test_a_module_says_why_it_exists():
    assert [module for module, tree in TREES.items() if not ast.get_docstring(tree)] == []


def loaded(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after some code."""
    report = "import json, sys; sys.stderr.write(json.dumps(sorted(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    return set(json.loads(done.stderr))


def command(*arguments: str) -> str:
    return f"import sys; sys.argv[1:] = {list(arguments)}\nfrom cometplay.__main__ import main\nmain()"


STARTS = {
    "the catalogue": ("import cometplay.failures.catalogue", {"textual", "httpx", "asyncio", "rich"}),
    "--version": (command("--version"), {"textual", "httpx", "rich"}),
    "explain": (command("explain", "http.rate-limited"), {"textual", "httpx", "rich"}),
    "explain as JSON": (command("explain", "video.ok", "--json"), {"textual", "httpx", "rich"}),
    "modes": (command("modes"), {"textual", "httpx", "rich"}),
    "what opens the terminal": ("import cometplay.cli.terminal", {"textual", "httpx", "rich"}),
}


@pytest.mark.parametrize(("code", "absent"), STARTS.values(), ids=STARTS.keys())
def test_what_is_not_needed_is_not_loaded(code, absent):
    assert loaded(code).isdisjoint(absent)


FRAMES = """
import os
from cometplay.tui import interpreter
interpreter.prepare()
from textual import constants
print(constants.MAX_FPS, os.environ.get("TEXTUAL_FPS"))
"""


@pytest.mark.parametrize(("own", "told"), [(None, "240 None"), ("30", "30 30")])
def test_a_key_waits_for_no_slow_frame_unless_the_person_wants_slow_ones(own, told, monkeypatch):
    monkeypatch.setenv("TEXTUAL_FPS", own) if own else monkeypatch.delenv("TEXTUAL_FPS", raising=False)
    done = subprocess.run([sys.executable, "-c", FRAMES], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == told


def test_the_look_into_a_fresh_interpreter_sees_what_is_loaded():
    assert {"httpx", "asyncio"} <= loaded("import cometplay.gateway")


OPENED = """
import asyncio
from pathlib import Path
from cometplay.cli import settings, terminal
from cometplay.tui.app import CometPlay
from cometplay.tui.outset import Outset

async def opened():
    live = settings.live(settings.load())
    app = CometPlay(Outset(live, on_live=False, folder=Path()))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.focused.id == "prompt"

asyncio.run(opened())
"""
NOT_TO_OPEN = {
    *("cometplay.failures", "cometplay.lab", "cometplay.gateway", "cometplay.stage", "httpx", "h11"),
    *("PIL", "textual_image", "cometplay.tui.widgets.gallery"),
}


def test_the_terminal_opens_without_the_catalogue_the_lab_and_the_client():
    there = loaded(OPENED)
    assert "cometplay.tui.widgets.composer" in there
    assert there.isdisjoint(NOT_TO_OPEN)
