"""The documents that the modes come from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """The document that a mode comes from; `url` is empty where the project is its own source."""

    name: str
    url: str


GUIDE = Source(
    "CometAPI, How to debug failed AI API generations (4 Jun 2026)",
    "https://www.cometapi.com/how-to-debug-failed-ai-api-generations/",
)
ERROR_PAGE = Source(
    "CometAPI, Error codes and handling",
    "https://apidoc.cometapi.com/errors/error-codes-handling",
)
POLLING_GUIDE = Source(
    "CometAPI, Webhook and polling for video generation",
    "https://apidoc.cometapi.com/guides/webhook-and-polling-for-video-generation",
)
OBSERVED = Source("CometPlay, seen on the wire; no document describes it", "")
