"""The calls that the OpenAI SDKs have for a request: which method, and which of its fields it knows.

For Python every field that is no argument of the method goes into `extra_body`, and so does a value that
the SDK's types do not list. In JavaScript all of them stand side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cometplay.core.drafts import Kind
from cometplay.core.jsons import Json
from cometplay.core.routes import Route
from cometplay.core.wire import Phase
from cometplay.snippets.call import Call, CannotRenderError


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method. `needs`: it refuses a call without them. `files`: its fields for a file.

    `values`: what the SDK's types list for a field, where they list all.
    """

    method: str
    needs: tuple[str, ...]
    takes: str
    files: tuple[str, ...] = ()
    values: Mapping[str, str]

    def knows(self, name: str, value: Json) -> bool:
        listed = self.values.get(name)
        return name in self.takes.split() and (listed is None or value in listed.split())


_COMMON = "metadata moderation parallel_tool_calls prompt_cache_key safety_identifier service_tier store"
_IMAGE_VALUES = {
    "background": "transparent opaque auto",
    "moderation": "low auto",
    "quality": "standard hd low medium high auto",
    "output_format": "png jpeg webp",
    "response_format": "url b64_json",
    "style": "vivid natural",
}
OPERATIONS: Mapping[Route, Operation] = {
    Route.CHAT: Operation(
        method="chat.completions.create",
        needs=("messages", "model"),
        takes=f"{_COMMON} messages model frequency_penalty logit_bias logprobs max_completion_tokens n "
        "max_tokens presence_penalty response_format seed stop stream stream_options temperature tool_choice "
        "tools top_logprobs top_p user",
        values={},
    ),
    Route.RESPONSES: Operation(
        method="responses.create",
        needs=(),
        takes=f"{_COMMON} input instructions max_output_tokens model previous_response_id reasoning stream "
        "temperature text tool_choice tools top_logprobs top_p truncation user",
        values={},
    ),
    Route.IMAGES: Operation(
        method="images.generate",
        needs=("prompt",),
        takes="prompt background model moderation n output_compression output_format quality response_format "
        "size style user",
        values=_IMAGE_VALUES,
    ),
    Route.EDITS: Operation(
        method="images.edit",
        needs=("image", "prompt"),
        takes="prompt background model size user",
        files=("image", "mask"),
        values=_IMAGE_VALUES,
    ),
    Route.VIDEOS: Operation(
        method="videos.create",
        needs=("prompt",),
        takes="prompt model seconds size",
        files=("input_reference",),
        values={"seconds": "4 8 12", "size": "720x1280 1280x720 1024x1792 1792x1024"},
    ),
}


def operation(call: Call, package: str) -> Operation:
    """The method that does a create. Raises CannotRenderError where there is none, or it lacks a place."""
    found = OPERATIONS.get(call.route)
    if found is None or (call.phase is not Phase.CREATE and call.route is not Route.VIDEOS):
        raise CannotRenderError(f"the {package} SDK has no call for {call.below_base}; take httpx or fetch")
    if call.phase is Phase.DOWNLOAD:
        raise CannotRenderError(f"a result's url is no call of the {package} SDK; take httpx or fetch")
    if not call.keyed:
        raise CannotRenderError(f"the {package} SDK always sends the key, and this host may not have it")
    named = [file.field for file in call.files]
    if strange := [name for name in named if name not in found.files or named.count(name) > 1]:
        raise CannotRenderError(f"the {package} SDK has no place for this file: {strange[0]}")
    sent = {*call.fields, *named}
    if call.phase is Phase.CREATE and (missing := [name for name in found.needs if name not in sent]):
        raise CannotRenderError(f"the {package} SDK sends nothing without {missing[0]}; take httpx or fetch")
    return found


def covered(call: Call) -> None:
    """What the cometapi SDK supports (api-contract.md 10.1). Raises CannotRenderError for the rest."""
    if call.request.kind is not Kind.TEXT:
        raise CannotRenderError(
            f"the cometapi SDK supports text, not {call.request.kind.value}s; take openai-python or httpx"
        )
