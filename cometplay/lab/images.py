"""A good image answer: pictures as base64 or as urls on the second port (api-contract.md 5.1, 5.2)."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from cometplay.core.jsons import Json, JsonObject, dig_text
from cometplay.lab import jpeg
from cometplay.lab.fields import Upload, number, prompt_of, words_in
from cometplay.lab.files import StoredFile
from cometplay.lab.ids import digest
from cometplay.lab.image_makes import count_of, make_of
from cometplay.lab.pictures import Format, draw

_USUAL_SIZE, _USUAL_SEEDREAM_SIZE = "1024x1024", "2048x2048"
_USUAL_QUALITY = "low"
_TOKENS_A_PICTURE = {"low": 196, "medium": 1056, "high": 4160}
_TOKENS_AN_INPUT = 323
_SEEDREAM_TOKENS = 16_384


@dataclass(frozen=True, slots=True)
class Pictures:
    """An answer's value, and the files by name that its urls lead to."""

    value: JsonObject
    files: dict[str, StoredFile] = field(default_factory=dict[str, StoredFile])


def generation(fields: JsonObject, seed: int, created: int, url_of: Callable[[str], str]) -> Pictures:
    """GPT image models answer with base64 whatever is asked; others with a url unless base64 is asked."""
    make, prompt = make_of(dig_text(fields, "model")), prompt_of(fields)
    marks = _marks(fields, seed)
    if make.gpt:
        return Pictures(_in_base64(fields, marks, created) | _facts(fields, ()))
    more: JsonObject = {"revised_prompt": _revised(prompt)} if make.revises else {}
    value: JsonObject = {"created": created}
    if make.sequential:
        more["size"] = _pixels(dig_text(fields, "size"))
        spent = _SEEDREAM_TOKENS * len(marks)
        value["usage"] = {"generated_images": len(marks), "output_tokens": spent, "total_tokens": spent}
    if dig_text(fields, "response_format") == "b64_json":
        value["data"] = [{"b64_json": _base64(draw(mark)), **more} for mark in marks]
        return Pictures(value)
    named = {f"img_{mark.hex()[:32]}.png": mark for mark in marks}
    value["data"] = [{"url": url_of(name), **more} for name in named]
    files = {name: StoredFile(Format.PNG.mime, draw(mark), fields) for name, mark in named.items()}
    return Pictures(value, files)


def edit(fields: JsonObject, uploads: tuple[Upload, ...], seed: int, created: int) -> JsonObject:
    """Always base64. What is drawn depends on the pictures that came, too."""
    marks = _marks(fields, seed, *(upload.data.hex() for upload in uploads))
    value = _in_base64(fields, marks, created)
    return value | _facts(fields, uploads) if make_of(dig_text(fields, "model")).gpt else value


def _quality(fields: JsonObject) -> str:
    """The quality that is made; `auto` is the model's own choice, and that is the cheapest here."""
    asked = dig_text(fields, "quality")
    return _USUAL_QUALITY if asked in ("", "auto") else asked


def _marks(fields: JsonObject, seed: int, *more: str) -> list[bytes]:
    count = count_of(make_of(dig_text(fields, "model")), fields)
    prompt = prompt_of(fields)
    return [digest(seed, fields.get("model"), prompt, place, *more) for place in range(count)]


def _in_base64(fields: JsonObject, marks: list[bytes], created: int) -> JsonObject:
    form, clear = _format_of(fields), dig_text(fields, "background") == "transparent"
    compression = number(fields.get("output_compression"))
    quality = jpeg.BEST if compression is None else int(compression)
    drawn = [draw(mark, form, quality=quality, clear=clear) for mark in marks]
    items: list[Json] = [{"b64_json": _base64(data)} for data in drawn]
    return {"created": created, "data": items}


def _facts(fields: JsonObject, uploads: tuple[Upload, ...]) -> JsonObject:
    """What GPT models say beside the picture. The size is echoed; the pixels themselves are few."""
    size, quality = dig_text(fields, "size"), _quality(fields)
    text, pictures = words_in(fields), _TOKENS_AN_INPUT * len(uploads)
    marks = count_of(make_of(dig_text(fields, "model")), fields)
    made = _TOKENS_A_PICTURE.get(quality, _TOKENS_A_PICTURE[_USUAL_QUALITY]) * marks
    return {
        "output_format": _format_of(fields).value,
        "quality": quality,
        "size": _USUAL_SIZE if size in ("", "auto") else size,
        "background": "transparent" if dig_text(fields, "background") == "transparent" else "opaque",
        "usage": {
            "input_tokens": text + pictures,
            "input_tokens_details": {"text_tokens": text, "image_tokens": pictures},
            "output_tokens": made,
            "total_tokens": text + pictures + made,
        },
    }


def _format_of(fields: JsonObject) -> Format:
    """PNG for the models that have no formats to choose from."""
    asked = dig_text(fields, "output_format")
    return Format(asked) if asked and make_of(dig_text(fields, "model")).gpt else Format.PNG


def _pixels(size: str) -> str:
    """Seedream's words for a size, as the pixels that an item names."""
    return {"": _USUAL_SEEDREAM_SIZE, "2K": "2048x2048", "4K": "4096x4096"}.get(size, size)


def _revised(prompt: str) -> str:
    return f"A detailed picture: {prompt}"


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
