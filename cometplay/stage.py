"""Floor 4: the catalogue put on in the lab, and the limits of a run there; for a screen and a command."""

from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.findings import Reproduction, Script, scenario_id
from cometplay.core.polling import PollPolicy
from cometplay.core.redact import Secret
from cometplay.core.wire import Phase
from cometplay.failures.catalogue import CATALOGUE
from cometplay.failures.guide import kinds_of
from cometplay.lab import Lab, Repertoire, Scene

LAB_SPEED = 10.0
"""Fast enough to teach and slow enough to watch: a video of two minutes takes 12 s."""
FASTEST = 1000.0
"""How fast a run's marks go at the most; a lab without any pause would leave no time to poll."""
LAB_PORT = 4100
"""Where `cometplay lab` is, when nothing else is said."""


def scripts() -> dict[str, Script]:
    """What the lab can play: the script of every mode that has one, and each of its variants."""
    plain = {mode.id: mode.reproduce.script for mode in CATALOGUE if mode.reproduce.script}
    variants = {
        scenario_id(mode.id, name): script for mode in CATALOGUE for name, script in mode.reproduce.variants
    }
    return plain | variants


def scenes() -> tuple[Scene, ...]:
    """How the lab presents each of them: the title, and the first sentence of what it means."""
    return tuple(
        Scene(scenario_id(mode.id, name), mode.title, _sentence(mode.meaning), tuple(kinds_of(mode)))
        for mode in CATALOGUE
        for name in ("", *(name for name, _ in mode.reproduce.variants))
    )


def _sentence(text: str) -> str:
    first, _, _ = text.partition(". ")
    return f"{first.rstrip('.')}."


def repertoire() -> Repertoire:
    """What a lab plays that is told nothing: pyproject.toml offers it by this name."""
    return Repertoire(scripts(), scenes())


def own_lab() -> Lab:
    """The lab that lives inside this program, on a free port."""
    return Lab(scripts(), speed=LAB_SPEED, scenes=scenes())


def lab_connection(lab: Lab, scenario: str | None, phase: Phase | None) -> Connection:
    """The connection to a scenario of a lab that runs, or to the lab where everything succeeds."""
    played = scenario if scenario in scripts() else None
    speed = min(lab.speed, FASTEST)
    return Connection(Target.LAB, lab.base_url(played, phase), Secret(LAB_KEY), speed, lasting=False)


def policy_of(usual: Reproduction | None, connection: Connection) -> PollPolicy:
    """The poll schedule: the scenario's own if it has one, as fast as the target's time runs."""
    policy = usual.poll if usual and usual.poll else PollPolicy()
    return policy.faster(connection.speed)
