"""What a program keeps to itself, and what it leaves behind: its key, and results that are whole."""

from cometplay.core.drafts import Kind
from cometplay.core.findings import Break, Reply
from cometplay.core.wire import Phase
from cometplay.drill.case import Case
from cometplay.drill.rule import FILED, Broken, Fine, Judgement, NotJudged, Rule
from cometplay.failures.source import CHAT_PAGE, ERROR_PAGE, GUIDE, Source

_KEY_PLACE = Source(
    "CometPlay's own rule: the key belongs to the host of the base URL, and to nobody else", ""
)
_UNFINISHED = (".part", ".partial", ".tmp", ".download", ".crdownload")
"""Names that say themselves that the file is not whole."""
_REDIRECTS = range(300, 400)


def _storage(case: Case) -> Judgement:
    stored = [seen for seen in case.run.requests if seen.stored]
    keyed = next((seen for seen in stored if seen.keyed), None)
    if keyed:
        return Broken(f"{keyed} on the storage host carried the key; the signed url is the credential")
    return Fine() if stored else NotJudged()


def _redirect(case: Case) -> Judgement:
    step = case.play.step
    if not (isinstance(step, Reply) and step.status in _REDIRECTS):
        return NotJudged()
    keyed = next((seen for seen in case.run.elsewhere if seen.keyed), None)
    if keyed:
        return Broken(f"{step.status} led to another host, and {keyed} there carried the key")
    return Fine()


def _printed(case: Case) -> Judgement:
    places = next((run.leaked for run in case.runs if run.leaked), ())
    return Broken(f"the key stands in what it printed, on {' and '.join(places)}") if places else Fine()


def _file(case: Case) -> Judgement:
    cut = next((left for left in case.run.files if not left.whole and not _says_so(left.name)), None)
    if cut:
        return Broken(f"{cut.name} was left behind, {cut.size} bytes, cut off")
    struck = case.play.phase is Phase.DOWNLOAD and isinstance(case.play.step, Break) and case.struck()
    return Fine() if struck and case.healthy.files else NotJudged()


def _says_so(name: str) -> bool:
    return name.lower().endswith(_UNFINISHED)


def _text(case: Case) -> Judgement:
    run, partial = case.run, case.play.partial
    if not partial or run.timed_out:
        return NotJudged()
    if run.exit or case.overcome:
        return Fine()
    sold = "".join(partial.split()) in "".join(run.stdout.text.split())
    if sold and run.stderr.size <= case.healthy.stderr.size:
        return Broken(f"exit status 0, and half an answer without a word about it: {partial!r}")
    return NotJudged()


RULES: tuple[Rule, ...] = (
    Rule(
        id="key.storage",
        kinds=FILED,
        source=_KEY_PLACE,
        expected="a result is fetched without the key",
        judge=_storage,
        telling=False,
    ),
    Rule(
        id="key.redirect",
        source=ERROR_PAGE,
        expected="a redirect is a wrong path, and the key does not follow it",
        judge=_redirect,
    ),
    Rule(
        id="key.printed",
        source=_KEY_PLACE,
        expected="the key is never printed",
        judge=_printed,
        telling=False,
    ),
    Rule(
        id="partial.file",
        kinds=FILED,
        source=GUIDE,
        expected="a file that is left is whole",
        judge=_file,
    ),
    Rule(
        id="partial.text",
        kinds=frozenset({Kind.TEXT}),
        source=CHAT_PAGE,
        expected="a text without a finish_reason, with or without [DONE], is not sold as whole",
        judge=_text,
    ),
)
