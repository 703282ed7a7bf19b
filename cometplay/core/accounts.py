"""Where a task's own object keeps its result, its reason and its progress, on every route (6 to 8.1)."""

from typing import TypeAlias

from cometplay.core.jsons import Json, JsonObject, dig_text

Path: TypeAlias = tuple[str | int, ...]


def _paths(text: str) -> tuple[Path, ...]:
    """Paths as they are written in prose: `videos.0.url`, one a word."""
    return tuple(
        tuple(int(step) if step.isdecimal() else step for step in path.split(".")) for path in text.split()
    )


_FAMILY_URLS = _paths(
    "task_result.videos.0.url task_result.images.0.url "  # Kling
    "video.url video.download_url video "  # Grok, Luma, fal
    "content.video_url content.image_url "  # Ark
    "results.0.url creations.0.url video_result.0.url file.download_url "  # DashScope, Vidu, Zhipu, MiniMax
    "assets.video assets.image videoUrl imageUrl sample "  # Luma, Midjourney, Flux
    "generateVideoResponse.generatedSamples.0.video.uri generatedVideos.0.video.uri videos.0.gcsUri "  # Veo
    "videos.0.url images.0.url image_urls.0 image.url "  # fal, Jimeng, MiniMax
)
_COMMON_URLS = _paths("video_url result_url url output.0 output.0.url output metadata.url download_url")
_URLS = _FAMILY_URLS + _COMMON_URLS
"""Where a result's url stands in a task's own object, best first (8.1); `fail_reason` comes last (6.2)."""

REASONS = _paths(
    "error.message error.msg error.reason error fail_reason failReason failure_reason failure "
    "task_status_msg err_msg error_message errorMessage error_msg message msg reason detail "
    "raiMediaFilteredReasons.0 generateVideoResponse.raiMediaFilteredReasons.0 "
    "base_resp.status_msg last_error.message"
)
CODES = _paths(
    "error.code failureCode failure_code err_code error_code errorCode code base_resp.status_code error.type"
)
_HOLLOW_WORDS = (
    "success succeed succeeded successful ok none null nil n/a - failed failure fail error unknown "
    "task_failed undefined 0 200 10000 失败 任务失败 成功"
)
_HOLLOW = frozenset(("", *_HOLLOW_WORDS.split()))
"""Texts that stand where a reason or a code belongs, and say nothing of either."""


_WRAPPERS_OWN = ("success", "成功")
"""What a wrapper says of the question, not of the task."""


def progress(layer: JsonObject) -> str:
    """As it is told; Runway's share of one becomes percent."""
    told = layer.get("progress")
    if isinstance(told, float) and 0 < told <= 1:
        return f"{told * 100:g}"
    return dig_text(told)


def url(inward: list[JsonObject]) -> str:
    """The first web address where a result is kept."""
    found = (dig_text(layer, *path) for layer in inward for path in _URLS if path[0] in layer)
    told = (dig_text(layer, "fail_reason") for layer in inward)
    return next((text for texts in (found, told) for text in texts if text.startswith("http")), "")


MOST_RESULTS = 16
"""Files of one task; no page of the gateway names more, and a list without end is no result."""


def results(value: Json, url: str) -> tuple[str, ...]:
    """The results of an answer in which `url` is the first: those in the list that it stands in, if any."""
    pending: list[Json] = [value]
    while pending:
        inner = pending.pop()
        if isinstance(inner, list):
            texts = [item if isinstance(item, str) else dig_text(item, "url") for item in inner]
            if url in texts:
                found = dict.fromkeys(text for text in texts if text.startswith("http"))
                return tuple(found)[:MOST_RESULTS]
            pending += inner
        elif isinstance(inner, dict):
            pending += inner.values()
    return (url,)


def first_telling(layers: list[JsonObject], own: int, paths: tuple[Path, ...]) -> str:
    """The first text that tells something: of the task, of what is inside it, then of what wraps it."""
    inward = (dig_text(layer, *path) for layer in layers[own:] for path in paths if path[0] in layer)
    around = (dig_text(layer, *path) for layer in layers[:own][::-1] for path in paths if path[0] in layer)
    apart = (text for text in around if not any(word in text.lower() for word in _WRAPPERS_OWN))
    return next((text for texts in (inward, apart) for text in texts if _tells(text)), "")


def _tells(text: str) -> bool:
    return text.strip().lower().rstrip(".。!").replace(" ", "_") not in _HOLLOW and not text.startswith(
        "http"
    )
