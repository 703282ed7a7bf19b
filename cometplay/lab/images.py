"""A good image answer: pictures as base64 or as urls on the second port (api-contract.md 5.1)."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from cometplay.core.drafts import Kind
from cometplay.core.jsons import JsonObject, dig_text
from cometplay.core.models import family_of
from cometplay.lab import png
from cometplay.lab.answers import Mime
from cometplay.lab.fields import number, prompt_of, words_in
from cometplay.lab.files import StoredFile
from cometplay.lab.ids import digest

MOST = 10
"""The largest `n` of any family."""
_TOKENS_A_PICTURE = 196


@dataclass(frozen=True, slots=True)
class Pictures:
    """An answer's value, and the files by name that its urls lead to."""

    value: JsonObject
    files: dict[str, StoredFile]


def generation(fields: JsonObject, seed: int, created: int, url_of: Callable[[str], str]) -> Pictures:
    """GPT image models answer with base64 whatever is asked; others with a url unless base64 is asked."""
    gpt_image = family_of(Kind.IMAGE, dig_text(fields, "model")).gpt_image
    prompt = prompt_of(fields)
    marks = [digest(seed, fields.get("model"), prompt, place) for place in range(_count(fields))]
    value: JsonObject = {"created": created}
    if gpt_image or dig_text(fields, "response_format") == "b64_json":
        value["data"] = [{"b64_json": b64encode(png.draw(mark)).decode()} for mark in marks]
        return Pictures(value | (_facts(fields) if gpt_image else {}), {})
    named = {f"img_{mark.hex()[:32]}.png": mark for mark in marks}
    value["data"] = [{"url": url_of(name), "revised_prompt": prompt} for name in named]
    return Pictures(
        value, {name: StoredFile(Mime.PNG, png.draw(mark), fields) for name, mark in named.items()}
    )


def _count(fields: JsonObject) -> int:
    return min(MOST, max(1, int(number(fields.get("n")) or 1)))


def _facts(fields: JsonObject) -> JsonObject:
    asked, made = words_in(fields), _TOKENS_A_PICTURE * _count(fields)
    return {
        "output_format": "png",
        "quality": dig_text(fields, "quality") or "low",
        "size": dig_text(fields, "size") or "1024x1024",
        "background": "opaque",
        "usage": {"input_tokens": asked, "output_tokens": made, "total_tokens": asked + made},
    }
