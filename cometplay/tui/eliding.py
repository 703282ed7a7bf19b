"""Base64 told by its beginning and its length: thirty million letters of it help nobody."""

import re

HEAD = 24
"""Characters of base64 that stay."""
SHORTEST = 200
"""Characters from which on a text may be base64; a key or a signature is shorter."""

_LOOKED_THROUGH = 1_000_000
"""Characters in which the end of a run that ends at no quote is looked for."""

_RUN = re.compile(r"[A-Za-z0-9+/]{200}")
_AFTER = re.compile(r"[^A-Za-z0-9+/=]")


def elided(text: str, most: int) -> str:
    """The text with its base64 elided, up to about `most` characters of what that leaves.

    No more of the text is read than is needed for it, nor in one go: 30 MB keep no key waiting.
    """
    parts: list[str] = []
    taken = place = 0
    while place < len(text) and taken < most:
        block = text[place : place + 2 * most]
        found = _RUN.search(block)
        if found is None:
            step = max(1, len(block) - SHORTEST) if place + len(block) < len(text) else len(block)
            parts.append(block[:step])
            taken, place = taken + step, place + step
            continue
        start = place + found.start()
        end = _end(text, start)
        if any(map(str.isdigit, text[start : start + SHORTEST])) and end - start > SHORTEST:
            parts.append(f"{block[: found.start() + HEAD]}… ({end - start:,} characters of base64)")
        else:
            parts.append(block[: found.end()])
            end = start + SHORTEST
        taken, place = taken + len(parts[-1]), end
    return "".join(parts)


def _end(text: str, start: int) -> int:
    """Where a run of base64 ends: at a quote where it stands in JSON, which is found at once."""
    quote = text.find('"', start)
    end = quote if quote >= 0 else len(text)
    if not _AFTER.search(text, max(start, end - SHORTEST), end):
        return end
    found = _AFTER.search(text, start, min(end, start + _LOOKED_THROUGH))
    return found.start() if found else end
