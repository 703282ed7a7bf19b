"""Asked of the wrong model, or at the wrong place."""

from dataclasses import replace

from cometplay.core.drafts import Draft, Kind
from cometplay.core.findings import Finding, IsNot, ModeClass, Reproduction, Retryable
from cometplay.core.models import known_models, starting_draft
from cometplay.failures import inputs, plays, repairs, signs, tables
from cometplay.failures.combine import numbered, one_of, unless
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import ERROR_PAGE, IMAGE_PAGE
from cometplay.failures.tables import Row

_ID = r"[`'\"“「\[(<]?[\w./:@+-]*[`'\"”」\])>]?"
"""A model id where a message has one, with whatever stands around it."""

_ROUTES = r"v1/(?:responses|chat/completions|completions|images|videos|embeddings|audio|messages|rerank)"

_SORTS = "chat|embeddings?|completions?|text|image|video|audio|rerank\\w*|speech|vision|language"

WRONG_ENDPOINT = FailureMode(
    id="http.wrong-endpoint",
    cls=ModeClass.HARD,
    title="Right model, wrong endpoint",
    meaning="The gateway knows the model, and this route cannot talk to it.",
    cause=(
        "Models of one kind live on several routes: some pictures come from Gemini's or Flux's own, some "
        "texts from /v1/responses, Kling's videos from /kling."
    ),
    fixes=(
        "Look up the model's own page, and use the route that stands there.",
        "Choose a model that this route serves, if the code shall stay as it is.",
        "Check that the tab fits the model: text, image or video.",
    ),
    not_when=NotWhen(
        "No route at all serves the model under this id.",
        "http.model-not-found",
    ),
    source=IMAGE_PAGE,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=signs.error(
        codes=(
            *("convert_request_failed", "unsupported_protocol", "protocol_not_supported", "not_implemented"),
            *(
                "api_not_implemented",
                "unsupported_endpoint",
                "endpoint_not_supported",
                "operationnotsupported",
            ),
            *("opperationnotsupported", "unimplemented", "unsupported_api", "invalid_endpoint"),
        ),
        phrases=(
            *("not implemented", "only imagen models", "unsupported protocol", "protocol not supported"),
            *("not supported model for", "does not work with the specified model", "use the responses api"),
            *(
                "不支持该接口",
                "不支持此接口",
                "不支持当前接口",
                "该接口仅支持",
                "该接口只支持",
                "未实现",
                "协议不支持",
            ),
        ),
        patterns=(
            rf"not an? (?:valid )?(?:{_SORTS})(?: generation| completions?)? model",
            rf"only (?:be )?(?:supported|available|served|used)[^.\n]{{0,20}}(?:{_ROUTES}|responses api)",
            rf"not supported (?:in|on|by|with|via|for)[^.\n]{{0,20}}{_ROUTES}",
            rf"(?:did you mean to use|please use|use|try|switch to)[^.\n]{{0,20}}{_ROUTES}",
            r"model[^.\n]{0,80}not supported \w+ (?:this|the|that)[^.\n]{0,30} (?:endpoint|route|api)\b",
            r"unsupported model for|no adapt[eo]r for|unsupported (?:relay|api) (?:mode|type|format)",
            r"(?:not|n't) support (?:the )?(?:\w+ )?(?:endpoint|api|operation|protocol|route)\b",
            rf"(?:not|n't) support (?:{_SORTS}) (?:generation|completions?)",
            r"不支持[^，。\n]{0,16}(?:接口|端点|协议|调用方式)|(?:接口|端点|协议)[^，。\n]{0,10}不支持[^，。\n]{0,8}模型",
            r"请(?:使用|改用|调用)[^，。\n]{0,30}(?:接口|端点)",
            r"不是(?:对话|聊天|嵌入|向量|绘图|图像|视频|文本)[^，。]{0,4}模型",
        ),
        needs=(
            " model| support |audio|completion|embeddings|generation|images|messages|no adapt"
            "|not supported |only |rerank|responses|unsupported |videos|不支持|不是|接口|端点"
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(
            plays.refused(
                500,
                "this model is served on a route of its own, and the request could not be converted to it",
                code="convert_request_failed",
            )
        ),
    ),
)


def _nearest(draft: Draft, _: Finding) -> Draft | None:
    return repairs.nearest_model(draft)


_NAMED = rf"models?(?: or endpoint)?(?: id| name| identifier)?[: =]*{_ID}(?: or endpoint)?,?"
_GONE = (
    r"(?:does not|doesn't|do not|not) exist|unknown|invalid|deprecated|retired|removed|decommissioned|"
    r"shut down|no longer|not (?:found|supported|available|recogni[sz]ed|valid|allowed|configured|enabled)"
)
"""What is said of a model that cannot be had."""

_SLIPS = {Kind.TEXT: "gpt-5.4-mnii", Kind.IMAGE: "gpt-image2", Kind.VIDEO: "veo3-fsat"}
"""Slips of the finger, each one near a model that there is."""

MODEL_NOT_FOUND = FailureMode(
    id="http.model-not-found",
    cls=ModeClass.HARD,
    title="Unknown model",
    meaning="No channel of this gateway serves that model id for your key.",
    cause="A slip in the id, an alias without its date, a retired model, or one that your group lacks.",
    fixes=(
        "Compare the id with the public list at /api/models, sign by sign.",
        "Take the dated id where the short one is refused; an alias may exist and have no price.",
        "Choose another model if yours is not in the list: no repeat brings it back, not even after a 503.",
        "If it is in the list, try once more a minute later, then show support the request id.",
    ),
    not_when=NotWhen(
        "The model exists, and it is the route that does not fit it.",
        "http.wrong-endpoint",
    ),
    source=ERROR_PAGE,
    row=Row(tables.HTTP_STATUS, "503"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=unless(
        r"model[^.\n]{0,60}(?:temporarily|currently) (?:unavailable|not available|overloaded)|暂时不可用",
        one_of(
            numbered(kling=("1203",), zhipu=("1211", "1212", "1222")),
            signs.error(
                codes=(
                    *("model_not_found", "model_not_supported", "model_price_error", "modelnotopen"),
                    *("invalid_model", "unknown_model", "unsupported_model", "no_available_channel"),
                    *(
                        "model.accessdenied",
                        "model_access_denied",
                        "deploymentnotfound",
                        "model_decommissioned",
                    ),
                    *("model_deprecated", "model_not_available", "model_disabled", "model_terms_required"),
                ),
                code_patterns=(
                    r"^model_?(?:id_?)?(?:is_?)?not_?(?:found|supported|exists?|open|available|allowed|valid)",
                    r"^(?:invalid|unknown|unsupported)_?model(?:_?(?:id|name))?$|^invalidendpointormodel\b",
                ),
                phrases=(
                    *(
                        "no available channel",
                        "has not been priced",
                        "ratio or price not set",
                        "model: not found",
                    ),
                    *(
                        "not found for api version",
                        "no endpoints found",
                        "no endpoints allowed",
                        "no such model",
                    ),
                    *("no endpoints available", "no allowed providers", "unknown model", "unsupported model"),
                    *(
                        "not a valid model",
                        "not found the model",
                        "unable to access model",
                        "model not exist",
                    ),
                    *(
                        "model identifier is invalid",
                        "non-serverless model",
                        "invalid version or not permitted",
                    ),
                    *(
                        "deployment for this resource does not exist",
                        "access to the model",
                        "access to model",
                    ),
                    *("could not find model", "cannot find model", "can't find model", "unrecognized model"),
                    *(
                        "无可用渠道",
                        "没有可用渠道",
                        "没有可用的渠道",
                        "可用渠道不存在",
                        "模型不存在",
                        "模型未开通",
                        "未知模型",
                    ),
                    *(
                        "倍率或价格未配置",
                        "价格未配置",
                        "价格尚未由管理员配置",
                        "未找到模型",
                        "找不到模型",
                        "没有找到模型",
                    ),
                    *(
                        "无效的模型",
                        "模型无效",
                        "不支持的模型",
                        "不支持该模型",
                        "不支持此模型",
                        "模型已下线",
                        "模型名称错误",
                    ),
                ),
                patterns=(
                    rf"{_NAMED}(?: (?:is|was|are|has been))? ?(?:{_GONE})\b(?! (?:with|by|param|value))",
                    r"invalid model\b(?! (?:param|output|response|argument|config|setting|input|type))",
                    r"(?m:^model: \S+$)",
                    r"(?ms:invalid value.*^model$)",
                    r"不支持(?:的|该|此|当前)?模型",
                    r"application [^.\n]{1,60} not found",
                    r"模型[^，。\n]{0,60}(?:不存在|未开通|已下线|未找到|未配置|没有权限|无权限)",
                ),
                needs=(
                    "application |invalid value|model"
                    "|不存在|不支持|已下线|无权限|未开通|未找到|未配置|没有权限"
                ),
            ),
        ),
    ),
    repair=_nearest,
    reproduce=Reproduction(
        drafts=tuple(replace(starting_draft(kind), model=slip) for kind, slip in _SLIPS.items()),
        script=plays.play(
            plays.refused(
                503, "no available channel serves this model for your group", code="model_not_found"
            ),
            when=IsNot("model", tuple(model for kind in Kind for model in known_models(kind))),
        ),
    ),
)

MODES = (inputs.INPUT_UNREACHABLE, WRONG_ENDPOINT, MODEL_NOT_FOUND)
