"""What a model made of a prompt: the words of the new one, each with whether it stood in the old."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

LONGEST = 2_000
"""Words of either text that are compared; the time that it takes grows with their product."""

# runs of letters where words have spaces between them, one sign at a time where they have none
_WORD = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]|[^\W぀-ヿ㐀-鿿가-힯฀-๿]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the new text, as long as it goes on being new, or being old."""

    text: str
    new: bool


def passages(old: str, new: str) -> tuple[Passage, ...]:
    """The new text in parts, in order, with nothing left out; case alone makes no word a new one.

    Of texts with more than LONGEST words nothing is marked.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > LONGEST:
        return (Passage(new, new=False),)
    folded = ([word.casefold() for word in before], [word.casefold() for word in after])
    found = SequenceMatcher(None, *folded, autojunk=False).get_opcodes()
    return tuple(
        Passage("".join(after[start:end]), tag != "equal") for tag, _, _, start, end in found if end > start
    )
