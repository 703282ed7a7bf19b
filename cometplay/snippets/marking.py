"""What handles a failure, marked in the code: comments before and behind it, so that a copy keeps them."""

from fnmatch import fnmatchcase

from cometplay.snippets.templates import Line


def handling(lines: list[Line], mode_id: str) -> tuple[range, ...]:
    """Where lines handle a mode, in line numbers from 0: those that name it, else those of its family."""
    places = [number for number, line in enumerate(lines) if mode_id in line.handles]
    if not places:
        places = [
            n for n, line in enumerate(lines) if any(fnmatchcase(mode_id, name) for name in line.handles)
        ]
    return tuple(bare for run in _runs(places) if (bare := _without_blanks(lines, run)))


def marked(lines: list[Line], mode_id: str, sign: str) -> tuple[list[Line], tuple[range, ...]]:
    """The lines with comments around what handles a mode, and where it now is, comments included.

    `sign` begins a comment.
    """
    made: list[Line] = []
    places: list[range] = []
    done = 0
    for run in handling(lines, mode_id):
        made += lines[done : run.start]
        begin = len(made)
        made += [
            Line(f"{_indent(lines[run.start])}{sign} >>> handles {mode_id}"),
            *lines[run.start : run.stop],
            Line(f"{_indent(lines[run.stop - 1])}{sign} <<< handles {mode_id}"),
        ]
        places.append(range(begin, len(made)))
        done = run.stop
    return [*made, *lines[done:]], tuple(places)


def _indent(line: Line) -> str:
    return line.text[: len(line.text) - len(line.text.lstrip())]


def _runs(places: list[int]) -> tuple[range, ...]:
    runs: list[range] = []
    for place in places:
        if runs and runs[-1].stop == place:
            runs[-1] = range(runs[-1].start, place + 1)
        else:
            runs.append(range(place, place + 1))
    return tuple(runs)


def _without_blanks(lines: list[Line], run: range) -> range:
    """The run without the empty lines at its ends; an empty one where there is nothing else."""
    written = [place for place in run if lines[place].text.strip()]
    return range(written[0], written[-1] + 1) if written else range(0)
