"""One field of a request: a parameter that the model does not take, or more text than it can hold."""

from dataclasses import replace

from cometplay.core.drafts import Draft, ImageDraft, Kind, TextDraft
from cometplay.core.findings import Has, ModeClass, Reproduction, Retryable, Rule, Script
from cometplay.core.jsons import compact
from cometplay.failures import plays, repairs, signs, tables
from cometplay.failures.combine import numbered, one_of, unless
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import ERROR_PAGE, OTHER_GATEWAY
from cometplay.failures.tables import Row

ASKED = (0, 200, 400, 404, 413, 422, 500)
"""Statuses at which words about a request's fields are about the request; 0 where nobody wrote one down."""

_A_VALUE = (
    r"\b(?:size|ratio|aspect_ratio|resolution|duration|seconds|dimension)s?\b[^.\n]{0,60}"
    r"(?:not supported|unsupported|not allowed)|(?:尺寸|比例|分辨率|时长)[^，。\n]{0,12}不支持"
    r"|unsupported (?:size|aspect ratio|resolution|duration)|不支持的?(?:尺寸|比例|分辨率|时长)"
)
"""A value that is not taken, of a parameter that is."""

_REFUSED = (
    r"(?:unsupported|deprecated|disabled|not (?:supported|allowed|permitted|available|compatible|enabled))"
)

_FIELD_OF = {Kind.TEXT: "temperature", Kind.IMAGE: "style", Kind.VIDEO: "fps"}


def _with_a_stranger(draft: Draft) -> Draft:
    """The draft with a field that its model does not take."""
    if isinstance(draft, TextDraft):
        return replace(draft, temperature=0.2)
    if isinstance(draft, ImageDraft):
        return replace(draft, extra=compact({"style": "vivid"}))
    return replace(draft, extra=compact({"fps": 24}))


UNSUPPORTED_PARAMETER = FailureMode(
    id="http.unsupported-parameter",
    cls=ModeClass.HARD,
    title="A parameter too many",
    meaning="The request holds a parameter, or a fixed choice, that this model has no use for and refuses.",
    cause=(
        "Code written for another model: reasoning models take no temperature, newer ones say "
        "max_completion_tokens, and each provider has extras of its own."
    ),
    fixes=(
        "Remove the parameter that the message names.",
        "Rename it if the message says what to use instead.",
        "Keep a list of parameters per model in your program, not one for all.",
    ),
    not_when=NotWhen(
        "The model does take the parameter, and only its value is off.",
        "http.invalid-value",
    ),
    source=ERROR_PAGE,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=unless(
        _A_VALUE,
        signs.error(
            codes=("extra_forbidden", "unexpected_keyword_argument", "value_error.extra"),
            code_patterns=(
                r"^(?:unsupported|unknown|unrecogni[sz]ed|unexpected)_?(?:parameter|param|value|field|argument)s?\b",
            ),
            phrases=(
                *("unknown parameter", "unrecognized request argument", "unknown field", "unrecognized key"),
                *(
                    "unsupported parameter",
                    "unsupported value",
                    "unrecognized parameter",
                    "unexpected parameter",
                ),
                *(
                    "unexpected keyword argument",
                    "extra inputs are not permitted",
                    "extra fields not permitted",
                ),
                *(
                    "extra fields are not",
                    "additional properties are not allowed",
                    "unknown name",
                    "unknown param",
                ),
                *(
                    "unrecognized argument",
                    "unrecognized field",
                    "unexpected field",
                    "invalid parameter name",
                ),
                *("cannot both be specified", "cannot be used together", "only the default ("),
                *(
                    "不支持参数",
                    "不支持的参数",
                    "未知参数",
                    "多余的参数",
                    "不支持的字段",
                    "未知字段",
                    "未知的参数",
                ),
                *("该模型不支持", "此模型不支持", "当前模型不支持", "模型暂不支持"),
            ),
            patterns=(
                rf"{_REFUSED}[^.\n]{{0,12}} (?:with|by|for|on|in) (?:this|the|that|your)(?: \S+)? model",
                rf"\b(?:parameter|param|argument|field|option)s?\b[^.\n]{{0,60}}{_REFUSED}",
                r"\bmodels?\b[^.\n]{0,60}(?:not|n't|cannot) (?:support|accept|take)\b",
                r"不支持[^，。\n]{0,24}(?:参数|字段)|(?:参数|字段)[^，。\n]{0,40}不(?:被)?支持",
            ),
            needs="allowed|available|compatible|deprecated|disabled|enabled|model|permitted|supported|支持",
            among=ASKED,
        ),
    ),
    repair=repairs.drop_or_rename,
    reproduce=Reproduction(
        drafts=signs.drafts(_with_a_stranger),
        script=Script(
            rules=tuple(
                Rule(
                    plays.refused(
                        400,
                        f"Unsupported parameter: '{name}' has no meaning for this model",
                        code="unsupported_parameter",
                        kind="invalid_request_error",
                        param=name,
                    ),
                    when=Has(name),
                )
                for name in _FIELD_OF.values()
            )
        ),
    ),
)

_MORE = r"(?:exceed\w*|longer than|larger than)"
_ROOM = r"\b(?:tokens?|context|window)\b"

CONTEXT_LENGTH = FailureMode(
    id="http.context-length",
    cls=ModeClass.HARD,
    title="Too much text for the model",
    meaning="The input, or the input and the room for an answer together, is longer than the model can hold.",
    cause="A history that grows with every turn, a whole document in one message, or too high a token cap.",
    fixes=(
        "Drop or summarise the oldest messages before each request.",
        "Lower max_tokens: it is reserved in the same window before the model begins.",
        "Cut the document into pieces and ask about each of them.",
        "Take a model with a larger window.",
    ),
    not_when=NotWhen(
        "The answer began and was cut at its own cap: then the request was not too long.",
        "text.truncated",
    ),
    source=OTHER_GATEWAY,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=one_of(
        numbered(zhipu=("1261",), minimax=("1039",)),
        signs.error(
            codes=(
                *("context_length_exceeded", "too_many_prompt_tokens", "too_many_tokens", "prompt_too_long"),
                *(
                    "exceed_context_size_error",
                    "outofcontexterror",
                    "context_window_exceeded",
                    "input_too_long",
                ),
                *(
                    "context_too_long",
                    "model_context_window_exceeded",
                    "max_tokens_exceeded",
                    "tokens_exceeded",
                ),
            ),
            code_patterns=(r"context_?(?:length|window|size)_?(?:exceed|limit|overflow|error)",),
            phrases=(
                *("maximum context length", "max context length", "context length", "context window"),
                *(
                    "context size",
                    "prompt is too long",
                    "prompt too long",
                    "input is too long",
                    "input too long",
                ),
                *("too many tokens", "too many input tokens", "too many prompt tokens", "input token count"),
                *(
                    "maximum prompt length",
                    "reduce the length",
                    "exceed max message tokens",
                    "`inputs` tokens",
                ),
                *("range of input length", "model token limit", "input length and `max_tokens` exceed"),
                *("input length and max_tokens exceed", "messages is too long", "messages are too long"),
                *(
                    "上下文长度",
                    "上下文窗口",
                    "最大上下文",
                    "超长",
                    "提示词过长",
                    "输入过长",
                    "内容过长",
                    "文本过长",
                ),
            ),
            patterns=(
                r"\b(?:prompt|messages|input|content|text|instructions)\b[^.\n]{0,40}(?:string )?too long",
                rf"\b(?:input|prompt|context|message|request)\w*[^.\n]{{0,60}}{_MORE}[^.\n]{{0,60}}{_ROOM}",
                r"\btokens?\b[^.\n]{0,40}exceed\w*[^.\n]{0,40}(?:context|window|max|limit of the model)",
                r"(?:输入|提示词|prompt|消息|内容|文本|token)[^，。\n]{0,16}(?:过长|太长|超过最大|超出最大|超过模型|超出模型)",
                r"超(?:过|出)[^，。\n]{0,16}(?:最大|上限|限制)[^，。\n]{0,8}(?:token|上下文|长度)",
            ),
            needs="exceed|larger than|longer than|too long|上限|太长|最大|超出模型|超过模型|过长|限制",
            among=ASKED,
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(
            lambda draft: replace(draft, token_cap=4_000_000) if isinstance(draft, TextDraft) else draft
        ),
        script=plays.play(
            plays.refused(
                400,
                "This request and the room it reserves need 4000021 tokens, more than the model's window",
                code="context_length_exceeded",
                kind="invalid_request_error",
                param="messages",
            )
        ),
    ),
)

MODES = (CONTEXT_LENGTH, UNSUPPORTED_PARAMETER)
