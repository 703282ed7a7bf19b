"""Whether a refusal is about how many pictures were asked for, and the limit is one."""

import re

from cometplay.core.drafts import Kind
from cometplay.core.findings import Evidence, Sighting
from cometplay.core.jsons import Json, dig
from cometplay.core.transcript import Exchange, Transcript
from cometplay.core.wire import Phase
from cometplay.failures import signs

_STATUSES = frozenset({0, 200, 400, 422, 500})
_CODES = frozenset({"n_not_within_range"})

_FIELD = (
    r"(?:\bn\b|\bnum_images(?:_per_prompt)?\b|\bnum_outputs\b|\bnumber of (?:images|outputs|results)\b"
    r"|图片数量|生成数量|张数)"
)
_LINKS = (
    r"(?:is |value |must |should |can |only |has to |needs to |be |to |set |equals? |supports? |=|:|<|≤"
    r"|只能|仅|必须|支持|为|是|设置|等于|取值|\s)*"
)
_ALONE = r"(?:1\b(?!\.\d|, ?\d| (?:and|to|or|-)| ?[-~至到])|one\b)"
_MAKES = r"(?:support\w* |generat\w* |creat\w* |accept\w* |output )?"
_ONE = (
    rf"{_FIELD}['\"`)]{{0,2}}\s*{_LINKS}['\"`\[(]{{0,2}}{_ALONE}"
    rf"|(?:only|at most|max(?:imum)?(?: of)?|up to|limited to) {_MAKES}"
    r"(?:1|one|a single|single) (?:image|picture|output|result)"
    r"|\b(?:1|one|single) (?:image|picture)s? (?:per|at a time|only|each)"
    r"|(?:between 1 and 1|\[1, ?1\]|less than or equal to 1|<= ?1|≤ ?1)(?!\d)"
    r"|(?:只能|仅|只|最多|每次)(?:支持|能|可|可以|允许)?(?:生成|输出)?(?:1|一|单)\s?[张幅]"
)
"""A limit of one, said in so many words."""

_NAMES_IT = (
    r"['\"`]n['\"`]|\bparam(?:eter)?s? n\b|\bn (?:is|must|should|can|value|out)\b|参数 ?n\b"
    r"|\bnum_(?:images|outputs)|number of images|图片数量|生成数量"
)
_INPUT = r"input|reference|upload|mask|参考|上传|输入"
_MORE = (
    r"(?:<=|≤|maximum|\bmax|at most|up to|no more than|less than or equal to|1 and|1 to|1 ?[-~至到,]"
    r"|最多|不超过)\s?(?:value |of |is |be )*(?:[2-9]\b|\d\d)"
)
"""A limit of more than one: then the number is out of range, and the model does make several."""


def _asked(transcript: Transcript) -> int:
    """How many were asked for; 0 where that is not known."""
    asked: Json = dig(transcript.asked, "n")
    if isinstance(asked, str) and asked.isdecimal():
        return int(asked)
    return asked if isinstance(asked, int) and not isinstance(asked, bool) else 0


def over_one(transcript: Transcript) -> Sighting | None:
    """An error over `n` of a model that makes one picture a call."""
    last = transcript.last
    if transcript.kind is not Kind.IMAGE or last is None or last.phase is not Phase.CREATE or last.succeeded:
        return None
    if last.fault or last.told_status not in _STATUSES or not last.reading.layers:
        return None
    asked = _asked(transcript)
    if asked == 1 or not _is_about_n(last, several=asked > 1):
        return None
    evidence = signs.evidence_of(last)
    return Sighting((*evidence, Evidence("n", str(asked))) if asked else evidence)


def _is_about_n(last: Exchange, *, several: bool) -> bool:
    reading, words = last.reading, last.reading.words
    if re.search(_ONE, words):
        return several or not re.search(_INPUT, words)
    if re.search(_MORE, words):
        return False
    if not _CODES.isdisjoint(reading.codes):
        return True
    named = any(error.param in ("n", "body.n") or error.place == "body.n" for error in reading.layers)
    return several and (named or re.search(_NAMES_IT, words) is not None)
