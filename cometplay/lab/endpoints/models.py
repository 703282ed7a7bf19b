"""The two lists of models: with a key as OpenAI has it, and without one as a catalogue (1.4, 4)."""

from cometplay.core.drafts import Kind
from cometplay.core.jsons import Json, JsonObject
from cometplay.core.models import known_models
from cometplay.lab import answers
from cometplay.lab.answers import Answer
from cometplay.lab.house import Call, Handler, House
from cometplay.lab.places import Endpoint, number_in

_CREATED = 1_780_000_000
_DOCS = "https://apidoc.cometapi.com"
_PROVIDERS = {
    "openai": ("gpt", "dall-e", "sora"),
    "anthropic": ("claude",),
    "google": ("gemini", "veo"),
    "deepseek": ("deepseek",),
    "alibaba": ("qwen", "wan"),
    "bytedance": ("doubao", "seedance"),
    "kling": ("kling",),
    "runway": ("gen",),
    "xai": ("grok",),
    "vidu": ("vidu",),
    "black-forest-labs": ("flux", "black-forest-labs/"),
}
_FEATURES: dict[Kind, list[Json]] = {
    Kind.TEXT: ["text-to-text"],
    Kind.IMAGE: ["text-to-image"],
    Kind.VIDEO: ["text-to-video"],
}
_PAGES = {Kind.TEXT: "/api/text/chat", Kind.IMAGE: "/images-generations", Kind.VIDEO: "/api/video"}
_PRICED = {Kind.TEXT: ("input", "output"), Kind.IMAGE: ("per_request",), Kind.VIDEO: ("per_second",)}
_CODES = {"claude-haiku-4-5-20251001": "claude-haiku-4-5"}
"""Where a row's `code` is not its `id`: a request that uses it is refused (W-babylon)."""


def _models(_house: House, _call: Call) -> Answer:
    """Every model that core/models.py names (api-contract.md 1.4)."""
    rows: list[Json] = [
        {"id": name, "object": "model", "created": _CREATED, "owned_by": _provider(name)}
        for kind in Kind
        for name in known_models(kind)
    ]
    value: JsonObject = {"object": "list", "data": rows}
    return answers.json(value)


def _catalogue(_house: House, call: Call) -> Answer:
    """The same as a catalogue, in pages of `page_size` rows from page 1; without a size it is one."""
    target = call.request.target
    page, size = number_in(target, "page"), number_in(target, "page_size")
    rows: list[Json] = [_row(kind, name) for kind in Kind for name in known_models(kind)]
    before = max(0, page - 1) * size
    return answers.json(
        {
            "success": True,
            "page": page,
            "page_size": size,
            "total": len(rows),
            "data": rows[before : before + size] if size else rows,
        }
    )


def _row(kind: Kind, name: str) -> JsonObject:
    # the lab bills nothing, and says so in the row's own terms
    pricing: JsonObject = {"currency": "USD", "input": None, "output": None}
    pricing |= {"per_request": None, "per_second": None} | dict.fromkeys(_PRICED[kind], 0)
    return {
        "id": name,
        "code": _CODES.get(name, name),
        "provider": _provider(name),
        "model_type": kind.value,
        "features": _FEATURES[kind],
        "pricing": pricing,
        "api_doc_url": _DOCS + _PAGES[kind],
    }


def _provider(name: str) -> str:
    return next((who for who, prefixes in _PROVIDERS.items() if name.startswith(prefixes)), "other")


HANDLERS: dict[Endpoint, Handler] = {Endpoint.MODELS: _models, Endpoint.CATALOGUE: _catalogue}
