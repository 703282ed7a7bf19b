"""Case -> verdict: every rule is asked, and what cannot be judged is never a pass."""

from dataclasses import dataclass
from enum import StrEnum

from cometplay.drill import keeping, repeats, tellings, watching
from cometplay.drill.case import Case
from cometplay.drill.observation import Observation
from cometplay.drill.play import Aim, Play
from cometplay.drill.rule import Broken, Fine, Rule

RULES: tuple[Rule, ...] = (*tellings.RULES, *repeats.RULES, *watching.RULES, *keeping.RULES)
RULE_IDS = tuple(rule.id for rule in RULES)


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105  no password
    FAIL = "fail"
    NOT_JUDGED = "not judged"

    @property
    def sign(self) -> str:
        return _SIGNS[self]


_SIGNS = {Verdict.PASS: "✓", Verdict.FAIL: "✗", Verdict.NOT_JUDGED: "–"}


@dataclass(frozen=True, slots=True)
class Breach:
    """A broken rule. `allowed`: the person said that it may be; it is shown, and fails nobody."""

    rule: Rule
    message: str
    allowed: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """A play with what came of it."""

    play: Play
    run: Observation
    verdict: Verdict
    breaches: tuple[Breach, ...] = ()
    advice: tuple[Breach, ...] = ()

    @property
    def counted(self) -> tuple[Breach, ...]:
        """The breaches that nobody allowed."""
        return tuple(breach for breach in self.breaches if not breach.allowed)


def grade(case: Case, allowed: frozenset[str]) -> Graded:
    """The verdict on one play. `allowed` are the ids of rules that may be broken."""
    reached = case.reached or case.play.aim is Aim.HEALTH
    breaches: list[Breach] = []
    advice: list[Breach] = []
    told = False
    for rule in RULES:
        if case.play.kind not in rule.kinds or (rule.telling and not reached):
            continue
        match rule.judge(case):
            case Broken(message):
                (advice if rule.advice else breaches).append(Breach(rule, message, rule.id in allowed))
            case Fine():
                told = told or rule.telling
            case _:
                pass
    counted = [breach for breach in breaches if not breach.allowed]
    verdict = Verdict.FAIL if counted else Verdict.PASS if told else Verdict.NOT_JUDGED
    return Graded(case.play, case.run, verdict, tuple(breaches), tuple(advice))
