"""Refused before anything was made: what a safety policy says no to, in the words of every provider."""

from cometplay.core.findings import ModeClass, Reproduction, Retryable
from cometplay.failures import plays, signs, tables
from cometplay.failures.combine import numbered, one_of, unless
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import GUIDE
from cometplay.failures.tables import Row

_ABOUT_SOMETHING_ELSE = (
    r"data policy|guardrail restrictions|privacy settings|settings/privacy"  # which providers may be used
    r"|rate[- ]limit|acceptable rate"
    r"|违规[^。]{0,8}(?:封|禁用|停用)|(?:账号|账户|帐号|用户|令牌)[^。]{0,6}违规"  # who is blocked for good
    r"|account[^.]{0,40}(?:suspended|disabled|terminated|deactivated|banned|blocked|flagged)"
)
"""Policies of another sort, and their punishments."""

_CODES = (
    *("content_policy_violation", "moderation_blocked", "content_filter", "contentfilter"),
    *("sensitive_words_detected", "prompt_blocked", "prompt_filtered", "banned_prompt", "content_blocked"),
    *("safety", "blocklist", "prohibited_content", "image_safety", "spii", "violence", "sexual", "hate"),
    *("harassment", "self-harm", "illicit", "sexual/minors", "nsfw", "invalid_prompt", "unsafe_content"),
    *("guardrail_intervened", "sentinel_block", "auditsubmitillegal", "ipinfringementsuspect", "greennet"),
    *("respect_moderation: false", "cyber_policy_violation", "input_moderation", "output_moderation"),
)
_CODE_PATTERNS = (
    r"sensitive_?content|sensitive_?words?|risk_?detect|risk_?control|content_?security|illegal_?detected",
    r"(?<!rate_limit_)policy_?violation|moderation_?(?:blocked|failed|rejected|error|flagged|required)",
    r"content_?moderat|(?:^|[._])safety(?:[._]|$)|data_?inspection|privacy_?information|copyright",
    r"prohibited_?content|dangerous_?content|content_?(?:policy|violation|blocked|filter)",
)
_PHRASES = (
    *("safety system", "safety filter", "safety polic", "safety check", "safety guideline", "safety reason"),
    *(
        "content policy",
        "content policies",
        "content management policy",
        "content filter",
        "content guideline",
    ),
    *("content polic", "usage polic", "usage guideline", "community guideline", "community standard"),
    *(
        "responsible ai",
        "risk control",
        "content security",
        "content risk",
        "content exists risk",
        "request moderated",
    ),
    *(
        "content moderated",
        "content moderation",
        "moderation system",
        "moderation policy",
        "moderation check",
    ),
    *("inappropriate", "harmful content", "unsafe content", "explicit content", "sexual content", "nudity"),
    *("nsfw", "jailbreak", "deepfake", "banned prompt", "banned word", "blocked word", "prohibited_content"),
    *("prohibited content", "prohibited use", "blocked by our content", "blocked due to safety"),
    *("input was flagged", "prompt was flagged", "flagged as", "flagged for", "new_sensitive"),
    *("real person", "real people", "real human", "human face", "real face", "likeness", "celebrit"),
    *("public figure", "prominent people", "third-party content", "third party content", "copyrighted"),
    *("intellectual property", "ip infringement", "copyright restriction", "privacy information"),
    *("child safety", "csam", "minors", "blockreason", "greennet"),
    *(
        "违禁",
        "风控",
        "風控",
        "风险控制",
        "内容安全",
        "內容安全",
        "安全审核",
        "内容审核",
        "审核不通过",
        "审核未通过",
    ),
    *("审核失败", "未通过审核", "未通过安全", "安全策略", "不安全", "不合规", "涉黄", "涉政", "涉暴", "色情"),
    *("真人", "肖像", "隐私", "版权", "侵权", "名人", "公众人物", "不适宜", "不当内容", "不良信息", "违法"),
)
_MODERATION = r"(?<!-)\bmoderation\b(?!-| (?:service|api|endpoint|model))"
_PATTERNS = (
    r"violat\w*[^.\n]{0,60}(?:polic|guideline|terms|content|safety|rule|standard|regulation|guardrail|law)",
    r"(?:polic|guideline|content|safety|moderation|prompt|copyright)\w*[^.\n]{0,60}violat",
    r"(?:prompt|input|content|request|image|text|video|output)\w*\b[^.\n]{0,40}\bflagged\b",
    rf"{_MODERATION}[^.\n]{{0,40}}(?:block|reject|fail|refus|flag|requir)",
    rf"(?:block|reject|refuse|filter|flagg|requir|fail)\w*[^.\n]{{0,40}}{_MODERATION}",
    r"\bsensitive (?:content|word|info|material|topic|or )|(?:contains?|be|input|prompt) sensitive\b",
    r"(?<!no )\b(?:contain|detect|depict|includ)\w*[^.\n]{0,24}\b(?:faces?|persons?|minors?)\b",
    r"(?:content|prompt|input|image)[^.\n]{0,30}\bprohibited\b",
    r"(?<!大小写)敏感|违规|違規|违反[^。]{0,20}(?:政策|规定|规范|规则|准则|法|协议)",
    r"(?<!未检测到)(?<!没有检测到)(?<!未识别到)(?:包含|含有|存在|涉及|检测到)[^，。]{0,6}人脸",
)

CONTENT_POLICY = FailureMode(
    id="http.content-policy",
    cls=ModeClass.HARD,
    title="Refused by a safety policy",
    meaning="Nothing was generated: a check that reads requests beforehand turned this one down.",
    cause=(
        "The prompt or a picture sent along touches violence, nudity, a real person, a brand, or a word on "
        "somebody's list; harmless sentences are caught as well."
    ),
    fixes=(
        "Reword the prompt: describe what is to be seen, and leave out names, brands and strong words.",
        "Send the prompt without its reference pictures, to learn which of the two is refused.",
        "Try another model, for every provider draws the line elsewhere.",
        "Do not send it again unchanged; some providers count refusals.",
    ),
    not_when=NotWhen(
        "The model began to answer and a filter cut it off: the status is 200 then, with a finish_reason.",
        "text.content-filter",
    ),
    source=GUIDE,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=unless(
        _ABOUT_SOMETHING_ELSE,
        one_of(
            numbered(kling=("1300", "1301"), zhipu=("1301",), minimax=("1026", "1027")),
            signs.error(
                codes=_CODES,
                code_patterns=_CODE_PATTERNS,
                phrases=_PHRASES,
                patterns=_PATTERNS,
                needs=(
                    " sensitive|contain|depict|detect|flagged|includ|moderation|prohibited|sensitive "
                    "|violat|人脸|敏感|违反|违规|違規"
                ),
            ),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(
            plays.refused(
                400,
                "The request was stopped by the provider's safety system before anything was generated",
                code="content_policy_violation",
            )
        ),
    ),
)

MODES = (CONTENT_POLICY,)
