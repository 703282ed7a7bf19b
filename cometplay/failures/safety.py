"""Whether a task's reason for its failure is one of safety: the words of every provider, in one table."""

import re
from functools import lru_cache

from cometplay.core.bodies import LONGEST_WORDS

_CODES = frozenset(
    (
        # MiniMax's input and output; Kling's content check; Jimeng's picture and text checks
        *("1026", "1027", "1301", "50411", "50412", "50413", "50511", "50512", "50518", "50519", "50520"),
        *("e005", "greennet", "sentinel_block", "respect_moderation: false"),
    )
)
"""Codes that say nothing as words."""

_WORDS = (
    *("safety", "moderat", "guardrail", "nsfw", "risk control", "risk_control", "high risk", "high-risk"),
    *("violates", "violating", "violated", "guideline", "policy", "policies", "terms of service"),
    *("inappropriate", "prohibited content", "prohibited_content", "unsafe", "harmful", "explicit content"),
    *("sexual", "nudity", "obscen", "violent", "hate speech", "children", "minors", "celebrit"),
    *("likeness", "real person", "real people", "real human", "realperson", "public figure", "privacy"),
    *(
        "copyright",
        "trademark",
        "infring",
        "intellectual property",
        "third-party content",
        "prominent people",
    ),
    *("flagged", "content filter", "content_filter", "contentfilter", "filtered", "banned", "blocklist"),
    *("prompt_blocked", "prompt blocked", "content blocked", "blocked content", "blocked due to"),
    *("datainspection", "data_inspection", "content audit", "auditsubmit", "audit fail", "responsible ai"),
    *("敏感", "审核", "審核", "违规", "違規", "违禁", "違禁", "风控", "風控", "风险", "風險", "合规", "合規"),
    *("内容安全", "內容安全", "安全策略", "安全系统", "安全检测", "不安全", "涉黄", "涉政", "色情", "暴力"),
    *("血腥", "低俗", "裸露", "不当内容", "不適當", "不适当", "不适宜", "侵权", "侵權", "版权", "版權"),
    *("肖像", "真人", "隐私", "隱私", "名人", "公众人物", "未成年", "政策", "被拦截", "被屏蔽", "违反"),
)

_PATTERNS = (
    r"(?<!constraint )(?<!access )(?<!sharing )(?<!segmentation )violation"
    r"|(?<!case-)(?<!case )(?<!time-)sensitive"
    r"|risk[\w ]{0,20}not pass|not pass[\w ]{0,20}(?:risk|review|check)"
    r"|(?<!not )contain\w* (?:a |an |any |the )?(?:\w+ ){0,2}faces?\b|(?:real|human|recogni[sz]able) faces?\b"
    r"|(?<!未检测到)(?<!没有检测到)(?<!未识别到)(?:包含|含有|存在|涉及)[^，。]{0,6}人脸"
)


def speaks_of_safety(*texts: str) -> bool:
    """Whether any of a task's words, codes and reasons is one of moderation, rights or persons."""
    return _speaks(tuple([text[:LONGEST_WORDS] for text in texts if text]))


@lru_cache(maxsize=512)  # several modes ask the same of one task
def _speaks(texts: tuple[str, ...]) -> bool:
    said = [text.strip().lower() for text in texts]
    if not _CODES.isdisjoint(said):
        return True
    whole = "\n".join(said)
    return any(word in whole for word in _WORDS) or re.search(_PATTERNS, whole) is not None
