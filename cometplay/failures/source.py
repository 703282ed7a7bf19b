"""The documents that the modes come from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """The document that a mode comes from; `url` is empty where the project is its own source, or where a
    document is no longer to be found.
    """

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
OTHER_GATEWAY = Source(
    "A similar gateway's error page (its status and error codes)",
    "",
)
RETRY_GUIDE = Source(
    "CometAPI, Error codes and retry strategy",
    "https://apidoc.cometapi.com/guides/error-codes-and-retry-strategy",
)
CHAT_PAGE = Source(
    "CometAPI, Chat completions",
    "https://apidoc.cometapi.com/api/text/chat",
)
IMAGE_PAGE = Source(
    "CometAPI, Image generations",
    "https://apidoc.cometapi.com/images-generations",
)
VIDEO_PAGE = Source(
    "CometAPI, Video",
    "https://apidoc.cometapi.com/api/video",
)
