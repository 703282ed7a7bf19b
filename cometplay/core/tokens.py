"""How many tokens a text may be, before a server has counted them: an estimate, and shown as one."""

import re
from functools import cache

from cometplay.core.drafts import Draft, TextDraft

LETTERS_PER_TOKEN = 4


@cache  # so wide a range takes long to compile, and most texts need none
def _signs() -> re.Pattern[str]:
    """The scripts of China, Japan and Korea, their signs and syllables."""
    return re.compile("[\u2e80-\U0003ffff]")


def estimated_tokens(text: str) -> int:
    """About one token for four letters, and one for each Chinese, Japanese or Korean sign.

    Rough, and different for every model (errata.md, S16): what really counts is `usage`.
    """
    signs_alone = 0 if text.isascii() else len(_signs().findall(text))
    return signs_alone + -(-(len(text) - signs_alone) // LETTERS_PER_TOKEN)


def prompt_tokens(draft: Draft) -> int:
    """The same for all that a draft says; the tools that it offers are said too."""
    if not isinstance(draft, TextDraft):
        return estimated_tokens(draft.prompt)
    said = sum(estimated_tokens(message.text) for message in draft.messages)
    return said + estimated_tokens(draft.tools)
