"""How long each model takes: lab seconds as in life, so that a lesson in waiting is one.

No page promises a duration; these are choices within what was measured, one to three minutes for most
videos (api-contract.md 6.2) and 17 to 100 seconds for a picture, by its quality (5.1).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds from the create: until the queue lets go of a task, and until it is done."""

    queued_s: float
    takes_s: float


_USUAL = Pace(15, 120)

_TASKS: tuple[tuple[str, Pace], ...] = (
    ("sora-2-pro", Pace(30, 300)),
    ("sora-2", Pace(20, 180)),
    ("veo3-fast", _USUAL),
    ("veo", Pace(20, 160)),
    ("doubao-seedance-2-0-fast", Pace(10, 70)),
    ("doubao-seedance-2-0-mini", Pace(10, 60)),
    ("viduq3-turbo", Pace(5, 45)),
    ("kling", Pace(30, 180)),
    ("gen3", Pace(5, 50)),
    ("gen4", Pace(10, 75)),
    ("grok-imagine", Pace(5, 40)),
    ("flux", Pace(1, 8)),
    ("black-forest-labs/", Pace(1, 8)),
)
"""By the beginning of the model's id; the first that fits."""

_PICTURES: tuple[tuple[str, float], ...] = (
    ("gpt-image-1-mini", 17),
    ("dall-e", 15),
    ("qwen-image", 12),
    ("doubao-seedream", 10),
)
_LOW_S, _MEDIUM_S, _HIGH_S = 17.0, 45.0, 100.0
_BY_QUALITY = {"low": _LOW_S, "medium": _MEDIUM_S, "high": _HIGH_S, "hd": 30.0}


def pace_of(model: str) -> Pace:
    return next((pace for begins, pace in _TASKS if model.startswith(begins)), _USUAL)


def picture_s(model: str, quality: str) -> float:
    """Lab seconds until a picture is there, however many are asked."""
    usual = next((seconds for begins, seconds in _PICTURES if model.startswith(begins)), _LOW_S)
    return _BY_QUALITY.get(quality, usual)
