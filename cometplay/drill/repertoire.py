"""Every play of a kind: the catalogue's scenarios as any program's own requests meet them, and our own."""

from dataclasses import replace

from cometplay.core.connection import LIVE_BASE_URL
from cometplay.core.drafts import Kind
from cometplay.core.findings import (
    Always,
    Break,
    Breakage,
    Listen,
    ModeClass,
    Retryable,
    Script,
    scenario_id,
)
from cometplay.core.wire import Phase, encode, fields_sent
from cometplay.drill import own
from cometplay.drill.play import Aim, Play
from cometplay.failures.catalogue import CATALOGUE
from cometplay.failures.mode import ALL_KINDS, FailureMode
from cometplay.failures.source import GUIDE
from cometplay.lab.play import meets

HEALTHY = "healthy"
_ROUTINE = frozenset({ModeClass.OK, ModeClass.NOTE, ModeClass.PREFLIGHT})
_NEEDS_TIME = frozenset({Breakage.DRIP, Breakage.ENDLESS})
"""What is harmless, or a flood, in a lab without pauses."""
_MOVED = (Phase.POLL, Phase.DOWNLOAD)


def plays(kind: Kind) -> tuple[Play, ...]:
    """Every play that a kind has, those included that only `--only` chooses."""
    modes = [mode for mode in CATALOGUE if kind in mode.kinds and mode.cls not in _ROUTINE]
    scenarios = tuple(play for mode in modes for play in _of_mode(mode, kind))
    moved = tuple(replaced for play in scenarios for replaced in _elsewhere_in_the_run(play))
    return tuple(play for play in (*scenarios, *moved, *own.plays(kind)) if _playable(play))


def _of_mode(mode: FailureMode, kind: Kind) -> list[Play]:
    named = [("", mode.reproduce.script), *mode.reproduce.variants]
    return [_play(mode, kind, name, script) for name, script in named if script is not None]


def _play(mode: FailureMode, kind: Kind, name: str, script: Script) -> Play:
    fitted = _fitted(mode, kind, script)
    phases = [rule.phase for rule in fitted.rules]
    phase = min(phases, key=list(Phase).index, default=Phase.CREATE)
    forever = any(rule.times is None for rule in fitted.rules)
    return Play(
        scenario_id(mode.id, name),
        kind,
        mode.source,
        fitted,
        phase,
        mode.retryable,
        lasting=mode.cls is ModeClass.PENDING and forever,
        usual=not name,
    )


def _fitted(mode: FailureMode, kind: Kind, script: Script) -> Script:
    """The script as the mode's own draft of this kind meets it, for a program that sends other requests."""
    fields = fields_sent(encode(mode.reproduce.draft(kind), LIVE_BASE_URL))
    rules = (rule for rule in script.rules if meets(rule.when, fields) or rule.phase is not Phase.CREATE)
    return replace(script, rules=tuple(replace(rule, when=Always()) for rule in rules))


def _elsewhere_in_the_run(play: Play) -> list[Play]:
    """The failures of any request, in the later phases of a run; usual where a poll may pass over them."""
    if play.kind is Kind.TEXT or play.phase is not Phase.CREATE or play.id not in _ANYWHERE:
        return []
    if not play.script.rules:
        return []
    return [
        replace(
            play,
            id=f"{play.id}@{phase.value}",
            phase=phase,
            script=replace(
                play.script, rules=tuple(replace(rule, phase=phase) for rule in play.script.rules)
            ),
            usual=play.usual and play.kind is Kind.VIDEO and phase is Phase.POLL and _may_pass(play),
        )
        for phase in _MOVED
    ]


def _may_pass(play: Play) -> bool:
    return play.retryable is Retryable.YES and not play.silent


_ANYWHERE = frozenset(mode.id for mode in CATALOGUE if mode.kinds == ALL_KINDS)


def _playable(play: Play) -> bool:
    shut = play.script.listen is not Listen.NORMALLY
    return shut or (play.fails and not (isinstance(play.step, Break) and play.step.how in _NEEDS_TIME))


def healthy(kind: Kind) -> Play:
    """The play that comes first: nothing fails."""
    return Play(HEALTHY, kind, GUIDE, retryable=Retryable.NOTHING, aim=Aim.HEALTH)
