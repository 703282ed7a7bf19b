"""The drill over the official libraries as they come, each with the shortest program over it.

The newest of each is installed from PyPI or npm into a cache of their own (COMETPLAY_SDKS, else below the
user's cache folder), where it is kept for the next time; `--fresh` installs anew. `--write` puts the table
into the README.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import cometplay

ROOT = Path(cometplay.__file__).parents[1]
PROGRAMS = ROOT / "tests" / "drill" / "sdks"
README = ROOT / "README.md"
BEGIN = "<!-- drill: written by tests/benchmarks/drill.py -->\n"
END = "<!-- end of drill -->\n"
CACHE = Path(os.environ.get("COMETPLAY_SDKS") or Path.home() / ".cache" / "cometplay-sdks")


@dataclass(frozen=True)
class PythonLibrary:
    """A library from PyPI, in a virtual environment of its own."""

    package: str
    program: str
    title: str

    def install(self, folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = folder / "bin" / "pip"
        subprocess.run(
            [pip, "install", "-q", "--upgrade", self.package], check=True, stderr=subprocess.DEVNULL
        )

    def version(self, folder: Path) -> str:
        code = f"import importlib.metadata as m; print(m.version({self.package!r}))"
        return _said([str(folder / "bin" / "python"), "-c", code])

    def command(self, folder: Path) -> list[str]:
        return [str(folder / "bin" / "python"), str(PROGRAMS / self.program)]


@dataclass(frozen=True)
class NodeLibrary:
    """A library from npm, in a folder of its own. It is looked for beside the program, so that goes there."""

    package: str
    program: str
    title: str

    def install(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"private": true}', "utf-8")
        subprocess.run(["npm", "install", "--silent", self.package], check=True, cwd=folder)

    def version(self, folder: Path) -> str:
        about = folder / "node_modules" / self.package / "package.json"
        return json.loads(about.read_text("utf-8"))["version"]

    def command(self, folder: Path) -> list[str]:
        shutil.copy(PROGRAMS / self.program, folder)
        return ["node", str(folder / self.program)]


LIBRARIES = (
    PythonLibrary("openai", "openai_python.py", "openai for Python"),
    NodeLibrary("openai", "openai_node.mjs", "openai for Node"),
    PythonLibrary("cometapi", "cometapi_python.py", "cometapi for Python"),
    PythonLibrary("litellm", "litellm_python.py", "litellm"),
)


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@dataclass(frozen=True)
class Row:
    """One library's result."""

    title: str
    summary: dict[str, int]
    rules: Counter[str]
    seconds: float

    def __str__(self) -> str:
        rules = ", ".join(f"`{rule}` {count}" for rule, count in self.rules.most_common())
        numbers = " | ".join(str(self.summary[word]) for word in ("pass", "fail", "not judged"))
        return f"| {self.title} | {numbers} | {rules} | {self.seconds:.0f} s |"


def drilled(library: PythonLibrary | NodeLibrary, *, fresh: bool) -> Row:
    folder = CACHE / library.program.partition(".")[0]
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        library.install(folder)
    began = time.monotonic()
    command = [sys.executable, "-m", "cometplay", "drill", "--json", "--", *library.command(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    result = json.loads(done.stdout)
    rules = Counter(entry["rule"] for each in result["scenarios"] for entry in each["broken"])
    title = f"{library.title} {library.version(folder)}"
    return Row(title, result["summary"], rules, time.monotonic() - began)


def table(rows: list[Row]) -> str:
    head = ("| library | pass | fail | not judged | rules broken, and in how many scenarios | took |",)
    lines = (*head, "|---|---|---|---|---|---|", *map(str, rows))
    return "\n".join(lines) + "\n"


def renewed(text: str, made: str) -> str:
    """The README's text with the table as it is now. Raises ValueError without the marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the README has lost its marks {BEGIN.strip()} and {END.strip()}")
    return f"{before}{BEGIN}\n{made}\n{END}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fresh", action="store_true", help="install the newest again")
    parser.add_argument("--write", action="store_true", help="write the table into the README")
    options = parser.parse_args()
    made = table([drilled(library, fresh=options.fresh) for library in LIBRARIES])
    sys.stdout.write(f"Python {platform.python_version()}, {os.cpu_count()} cores\n{made}")
    if options.write:
        README.write_text(renewed(README.read_text("utf-8"), made), "utf-8")


if __name__ == "__main__":
    main()
