"""How servers say that a field is missing, a value is off, or a body is no JSON: words as a table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Lower-case phrases, and regular expressions of them."""

    phrases: tuple[str, ...]
    patterns: tuple[str, ...]


_NO_FIELD = (
    "tool choice |payment |verification |authentication |authorization |streaming |api key |token |login |"
    "subscription |attention |action |upgrade "
)
"""What can be required without being a field of the body."""

MISSING_WORDS = Words(
    phrases=(
        *("field required", "missing required", "missing parameter", "missing field", "required parameter"),
        *("required field", "required property", "required argument", "cannot be empty", "can not be empty"),
        *(
            "must not be empty",
            "can't be empty",
            "should not be empty",
            "cannot be blank",
            "must be provided",
        ),
        *(
            "must be specified",
            "is not specified",
            "are not specified",
            "'required' tag",
            "missing properties",
        ),
        *(
            "is missing",
            "are missing",
            "cannot be null",
            "must not be null",
            "may not be empty",
            "not provided",
        ),
        *(
            "缺少",
            "缺失",
            "不能为空",
            "不可为空",
            "不得为空",
            "必填",
            "必传",
            "必须提供",
            "必须传",
            "为必须",
            "未传",
        ),
    ),
    patterns=(
        "".join(f"(?<!{word})" for word in _NO_FIELD.split("|"))
        + r"\b(?:is|are) (?:a )?required\b(?! to be)",
        r"\bmissing [`'\"]?\w+[`'\"]?(?: (?:field|param|parameter|argument|property|in))",
        r"must (?:provide|specify|include|supply|contain) (?:an?|the|either|at least one)\b(?! (?:word|n=))",
        r"\b(?:messages|prompt|model|input|contents?|image)[`'\"]? (?:is|are|was) (?:empty|null|blank)\b",
        r"(?:model|prompt|messages|image|参数|字段|模型|提示词|图片)[^，。\n]{0,10}(?:为空|未填|未提供|没有提供)",
        r"(?:请提供|请传入|请填写|请输入)[^，。\n]{0,12}(?:参数|字段|模型|提示词|model|prompt|图片)",
    ),
)

INVALID_JSON_WORDS = Words(
    phrases=(
        *("parse the json body", "looking for beginning", "json decode error", "json parse error"),
        *("unexpected token", "parse request body", "parsing the body", "parsing request body"),
        *(
            "malformed json",
            "not valid json",
            "unexpected end of json",
            "unexpected eof",
            "eof while parsing",
        ),
        *("expecting value", "expecting property name", "unterminated string", "expecting ',' delimiter"),
        *("failed to parse json", "cannot parse json", "could not parse json", "unable to parse json"),
        *("failed to decode json", "after object key", "after top-level value", "after array element"),
        *("in string literal", "json syntax", "jsondecodeerror", "could not be parsed as json", "not a json"),
        *("expected a json object", "trailing characters at", "control character", "bad control character"),
        *("expected , or }", "key must be a string at", "request body is empty", "empty request body"),
        *(
            "json解析",
            "json 解析",
            "解析json",
            "解析 json",
            "解析请求体",
            "请求体解析",
            "请求体格式",
            "请求体不是",
        ),
        *(
            "无效的json",
            "无效的 json",
            "不是有效的json",
            "不是有效的 json",
            "不是合法的json",
            "json格式",
            "json 格式",
        ),
    ),
    patterns=(
        r"invalid json\b(?!.{0,3}schema| payload received\. unknown name| in (?:the )?(?:tool|function|arg))",
        r"(?:error|fail\w*|unable|cannot)[^.\n]{0,20}(?:pars|decod|read)\w*[^.\n]{0,20}\bbody\b",
        r"json[^.\n]{0,20}(?:could not|cannot|failed to) be parsed|body[^.\n]{0,20}malformed json",
    ),
)

_TYPES = "string|number|integer|int|float|bool|boolean|array|object|list|dict|map|sequence|null"
_MEASURES = "size|ratio|aspect_ratio|resolution|duration|seconds|quality|n"

INVALID_VALUE_WORDS = Words(
    phrases=(
        *("invalid value", "must be one of", "must be between", "must be in the range", "out of range"),
        *("should be less", "should be greater", "should be between", "should be one of", "input should be"),
        *("must be less", "must be greater", "must be at least", "must be at most", "must be a multiple"),
        *(
            "must be divisible",
            "less than or equal",
            "greater than or equal",
            "is not one of",
            "not in range",
        ),
        *("expected one of", "supported values are", "allowed values", "valid values", "valid options"),
        *("valid range", "permitted values", "permitted: ", "acceptable values", "unknown variant"),
        *(
            "invalid type",
            "wrong type",
            "type mismatch",
            "is not of type",
            "cannot unmarshal",
            "value is not a",
        ),
        *(
            "invalid size",
            "invalid parameter",
            "invalid param",
            "param invalid",
            "invalid role",
            "invalid enum",
        ),
        *("invalid aspect", "invalid duration", "invalid resolution", "invalid schema", "unsupported size"),
        *("unsupported aspect ratio", "unsupported resolution", "unsupported duration", "unsupported ratio"),
        *("is too large", "is too small", "too big", "string too long", "string too short", "array too long"),
        *("is not a multiple of", "exceeds the maximum", "greater than the maximum", "less than the minimum"),
        *("does not match pattern", "did not match the", "should match pattern", "is not valid under any"),
        *(
            "参数错误",
            "参数无效",
            "参数不合法",
            "参数值",
            "无效的参数",
            "非法参数",
            "参数异常",
            "参数有误",
            "参数非法",
        ),
        *(
            "参数不正确",
            "参数校验",
            "取值",
            "超出范围",
            "不在范围",
            "范围内",
            "不合法",
            "类型错误",
            "格式错误",
            "格式不正确",
        ),
        *(
            "不支持的尺寸",
            "不支持的比例",
            "不支持的分辨率",
            "不支持的时长",
            "尺寸不支持",
            "无效的值",
            "无效值",
        ),
    ),
    patterns=(
        rf"(?:must|should) be (?:an? )?(?:valid |positive |non-negative |single )?(?:{_TYPES})\b",
        rf"expected (?:an? |type |to be )?(?:value|{_TYPES})",
        r"\bis not a valid\b|\bnot a valid (?:value|choice|option|type|number|integer|string|enum|size)\b",
        rf"\b(?:{_MEASURES})\b[`'\"]?[^.\n]{{0,60}}(?:not (?:supported|allowed|valid)|unsupported|invalid)",
        r"[`'\"]?\w+[`'\"]?: -?[\d.]+ [<>]=? -?[\d.]+|range[^.\n]{0,20}\[\s*-?[\d.]+\s*,|range: -?\d",
        r"(?:must|should) (?:be|not exceed|have) (?:[<>]=?|at most|at least|no more than)? ?-?\d",
        r"(?:必须|应|需|只能)(?:为|是|在|小于|大于|介于)|(?:不能|不得)(?:超过|大于|小于|低于)\s*-?\d",
        r"(?:must|should) be (?:non-negative|positive|finite|unique)",
        r"无效的[^，。\n]{0,6}(?:参数|值|尺寸|比例|分辨率|时长)",
        r"(?:尺寸|比例|分辨率|时长|数量)[^，。\n]{0,12}(?:不支持|无效|错误|有误)",
    ),
)
