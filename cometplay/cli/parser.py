"""The exact command line: what each command takes, and which module does it."""

import argparse
import os
from collections.abc import Callable
from typing import Any, NoReturn

from cometplay import __version__
from cometplay.cli.output import UsageError, out
from cometplay.core.drafts import Kind

Command = Callable[[argparse.Namespace], int]


def _layout(prog: str) -> argparse.HelpFormatter:
    """As wide as argparse makes it, which loads much more than it needs to find that out."""
    try:
        columns = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size().columns
    except (ValueError, OSError):
        columns = 0
    return argparse.HelpFormatter(prog, width=(columns or 80) - 2)


class _Parser(argparse.ArgumentParser):
    """Complains in one line, and names what was probably meant."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}{self._near(message)} (see {self.prog} --help)")

    def _near(self, message: str) -> str:
        wrong = next((word for word in message.split() if word.startswith("--")), "").partition("=")[0]
        known = [name for action in self._actions for name in action.option_strings]
        from difflib import get_close_matches

        near = get_close_matches(wrong, known, 1) if "unrecognized" in message else []
        return f"; did you mean {near[0]}?" if near else ""


def parse(arguments: list[str]) -> int:
    """Parses and carries out. Raises UsageError."""
    parser = _build()
    options, rest = parser.parse_known_args(arguments)
    command: Command = getattr(options, "command", _open_terminal)
    if rest:
        inner: _Parser = getattr(options, "parser", parser)
        inner.error(f"unrecognized arguments: {' '.join(rest)}")
    if options.target is not None and command is not _open_terminal and not hasattr(options, "takes_target"):
        parser.error("--target belongs to send, snippet and the terminal program")
    if options.habits and command is not _open_terminal:
        parser.error("--watch-on, --no-confirm and --no-bell belong to the terminal program")
    if options.version:
        out(f"cometplay {__version__}")
        return 0
    return command(options)


def _open_terminal(options: argparse.Namespace) -> int:
    from cometplay.cli import terminal
    from cometplay.tui.habits import USUAL, Habit

    return terminal.terminal(options.target, USUAL ^ {Habit[name] for name in options.habits})


_HABITS = (
    ("--watch-on", "WATCH_ON", "watch the video tasks of earlier starts on"),
    ("--no-confirm", "CONFIRM", "make billed videos without a question"),
    ("--no-bell", "BELL", "tell nobody who looks elsewhere of an end"),
)


def _build() -> _Parser:
    parser = _Parser(
        prog="cometplay",
        description="See why a generation failed. Without a command it opens the terminal program.",
        allow_abbrev=False,
        formatter_class=_layout,
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--target", metavar="lab|live|URL", help="live if COMETAPI_KEY is set, else lab")
    for name, habit, text in _HABITS:
        parser.add_argument(name, action="append_const", dest="habits", const=habit, default=[], help=text)
    # told its name, it need not load what lays out a help text to find it
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", parser_class=_Parser, prog=parser.prog
    )
    _add_explain(commands)
    _add_modes(commands)
    _add_send(commands)
    _add_snippet(commands)
    _add_lab(commands)
    _add_drill(commands)
    return parser


_Commands = argparse._SubParsersAction  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001  it has no public name


def _command(commands: "_Commands[_Parser]", name: str, text: str, command: Command) -> _Parser:
    parser = commands.add_parser(
        name, help=text, description=text, allow_abbrev=False, formatter_class=_layout
    )
    parser.set_defaults(command=command, parser=parser)
    return parser


def _add_explain(commands: "_Commands[_Parser]") -> None:
    def command(options: argparse.Namespace) -> int:
        from cometplay.cli import explain

        return explain.explain(options)

    parser = _command(commands, "explain", "explain a failure mode, or an answer that was kept", command)
    parser.usage = _EXPLAIN_USAGE
    parser.add_argument(
        "what", nargs="?", metavar="ID|FILE", help="a mode's id; with --kind an answer's file"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    answer = parser.add_argument_group("an answer", "as it came, or as `curl -i` prints it")
    answer.add_argument("--kind", metavar="text|image|video", help="what was asked for")
    answer.add_argument("--phase", metavar="create|poll|download|stream", help="which call it was (create)")
    answer.add_argument("--status", metavar="N", help="its HTTP status")
    answer.add_argument("--header", action="append", default=[], metavar="'K: V'", help="one of its headers")
    answer.add_argument("--model", metavar="M", help="the model that was asked")
    many = parser.add_argument_group("many answers")
    many.add_argument(
        "--jsonl",
        metavar="FILE",
        help="one JSON object a line: kind, phase, status, headers, body, request, elapsed_s, case; all but "
        "body may be left out, and - is standard input",
    )


_EXPLAIN_USAGE = """cometplay explain ID [--json]
       cometplay explain --kind text|image|video [--phase create|poll|download|stream]
                         [--status N] [--header 'K: V']... [--model M] [FILE|-] [--json]
       cometplay explain --jsonl FILE|-"""


def _add_modes(commands: "_Commands[_Parser]") -> None:
    def command(options: argparse.Namespace) -> int:
        from cometplay.cli import explain

        return explain.modes(as_json=options.json)

    parser = _command(commands, "modes", "list every failure mode", command)
    parser.add_argument("--json", action="store_true", help="as JSON")


def _add_send(commands: "_Commands[_Parser]") -> None:
    def command(options: argparse.Namespace) -> int:
        from cometplay.cli import send

        return send.send(options)

    parser = _command(commands, "send", "send a request, watch it, and say what went wrong", command)
    _add_draft(parser)
    parser.add_argument("--timeout", type=_seconds, metavar="S", help="time limit of one request")
    parser.add_argument("--retries", type=_count, metavar="N", default=2, help="repeats of the create (2)")
    parser.add_argument("--poll-every", type=_seconds, metavar="S", help="replaces the poll schedule")
    parser.add_argument("--max-wait", type=_seconds, metavar="S", help="how long a task is watched")
    parser.add_argument("--detach", action="store_true", help="leave a task to run, and print its id")
    parser.add_argument("--resume", metavar="TASK_ID", help="watch a task made earlier")
    parser.add_argument("--out", metavar="DIR", help="where files go (the downloads folder)")
    parser.add_argument("--log", metavar="FILE", help="append the safe structured log line")
    parser.add_argument("--json", action="store_true", help="print the verdict as one JSON object")


def _add_snippet(commands: "_Commands[_Parser]") -> None:
    def command(options: argparse.Namespace) -> int:
        from cometplay.cli import snippet

        return snippet.snippet(options)

    parser = _command(commands, "snippet", "print a request as code that runs", command)
    _add_draft(parser)
    languages = "curl, httpx, openai-python, cometapi-python, openai-node or fetch"
    parser.add_argument("--lang", required=True, metavar="LANG", help=languages)
    parser.add_argument(
        "--style",
        default="minimal",
        metavar="STYLE",
        help="minimal: the shortest code (default); production: with time limits, retries and every outcome",
    )
    parser.add_argument("--mark", metavar="ID", help="put comments around what handles this failure mode")


_EXPECT = "what a text has to be: label:a,b, json, schema:FILE, min-words:N or pattern:RE"


def _add_draft(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=[kind.value for kind in Kind], metavar="text|image|video")
    parser.add_argument("--model", metavar="M", help="a model id")
    parser.add_argument("--prompt", metavar="P", help="the prompt; - reads it from standard input")
    parser.add_argument("--system", metavar="TEXT", help="the system message of a text")
    parser.add_argument("--param", action="append", default=[], metavar="K=V", help="a field; k=@PATH a file")
    parser.add_argument("--header", action="append", default=[], metavar="'K: V'", help="one more header")
    parser.add_argument("--scenario", metavar="ID[@PHASE]", help="let the lab play this failure mode")
    # SUPPRESS: a --target before the command must not be forgotten for a default here
    parser.add_argument(
        "--target",
        metavar="lab|live|URL",
        default=argparse.SUPPRESS,
        help="live if COMETAPI_KEY is set, else lab",
    )
    parser.set_defaults(takes_target=True)
    parser.add_argument("--send-key", action="store_true", help="give the key to a URL's host as well")
    parser.add_argument("--expect", metavar="FORM", help=_EXPECT)


def _add_lab(commands: "_Commands[_Parser]") -> None:
    def command(options: argparse.Namespace) -> int:
        from cometplay.cli import lab

        return lab.serve(options)

    parser = _command(commands, "lab", "serve the lab, for any client, until ctrl+c", command)
    parser.add_argument("--port", type=_port, default=4100, metavar="PORT", help="(4100)")
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="(127.0.0.1)")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X|max", help="faster than life (1)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="vary the answers (0)")


def _add_drill(commands: "_Commands[_Parser]") -> None:
    def command(options: argparse.Namespace) -> int:
        from cometplay.cli import drill

        return drill.drill(options)

    text = "run your own program against every failure, and see which it does not survive"
    parser = _command(commands, "drill", text, command)
    parser.usage = "cometplay drill [options] -- COMMAND [ARG ...]"
    parser.epilog = _DRILL_EPILOG
    several: dict[str, Any] = {"action": "append", "default": []}
    parser.add_argument("--kind", **several, metavar="text,image,video", help="(what a good run calls)")
    parser.add_argument("--only", **several, metavar="ID[@PHASE],...", help="play these scenarios")
    parser.add_argument("--skip", **several, metavar="ID,...", help="play all but these")
    parser.add_argument(
        "--allow", **several, metavar="RULE,...", help="rules that may be broken; still shown"
    )
    parser.add_argument("--timeout", type=_seconds, metavar="S", help="limit of one run (50; with video 120)")
    parser.add_argument("--jobs", type=_jobs, metavar="N", help="runs side by side (up to 8 for each core)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--junit", metavar="FILE", help="write JUnit's XML as well")
    parser.add_argument("--markdown", metavar="FILE", help="write a Markdown table as well")
    parser.add_argument("argv", nargs=argparse.REMAINDER, metavar="COMMAND", help="your program")


_DRILL_EPILOG = """Each run gets COMETAPI_BASE_URL and OPENAI_BASE_URL (the address of a lab of its own),
COMETAPI_KEY and OPENAI_API_KEY (a throw-away key) and 127.0.0.1 in NO_PROXY, in its environment; {base_url},
{host} (with its port) and {key} in the arguments are replaced too. A program that leaves files where it runs
gets, from the second run on, a folder of links to what is in yours. The exit status is 0 when nothing is
wrong."""


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e7:  # noqa: PLR2004  four months; more is a slip
        raise argparse.ArgumentTypeError(f"{text!r} is no time in seconds above 0")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 10:  # noqa: PLR2004  more would be a flood
        raise argparse.ArgumentTypeError(f"{text!r} is not from 0 to 10")
    return value


def _jobs(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 256:  # noqa: PLR2004  each run is a process and three sockets
        raise argparse.ArgumentTypeError(f"{text!r} is not from 1 to 256")
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:  # noqa: PLR2004  what a port is
        raise argparse.ArgumentTypeError(f"{text!r} is not from 0 to 65535")
    return value


def _speed(text: str) -> float:
    value = float("inf") if text == "max" else float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number above 0 nor max")
    return value


for _reader, _name in (
    (_seconds, "seconds"),
    (_count, "count"),
    (_port, "port"),
    (_speed, "speed"),
    (_jobs, "count"),
):
    _reader.__name__ = _name  # argparse says "invalid seconds value"
