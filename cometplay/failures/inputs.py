"""Inputs that a request points to, and that nobody could read."""

from dataclasses import replace

from cometplay.core.drafts import ImageDraft, Kind, VideoDraft
from cometplay.core.findings import ModeClass, Reproduction, Retryable
from cometplay.core.jsons import compact
from cometplay.core.models import starting_draft
from cometplay.core.wire import Phase
from cometplay.failures import plays, signs, tables
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import OBSERVED
from cometplay.failures.tables import Row

_GONE = "https://pictures.example.invalid/gone.png"
_POINTING = (
    replace(
        starting_draft(Kind.TEXT),
        extra=compact(
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": "What is in this picture?"},
                            {"type": "image_url", "image_url": {"url": _GONE}},
                        ],
                    }
                ]
            }
        ),
    ),
    ImageDraft(
        model="doubao-seedream-4-0-250828",
        prompt="The same lighthouse, in winter",
        extra=compact({"image": [_GONE]}),
    ),
    VideoDraft(
        model="doubao-seedance-2-0",
        prompt="The waves of [Image 1] begin to move",
        extra=compact({"input_reference": _GONE}),
    ),
)

_INPUT = "images?|pictures?|photos?|videos?|audio|files?|media|urls?|base64|attachment|frame"
_READ = "download|fetch|retriev|load|access|open|decod|read"
_NOT = "fail\\w*|unable|could not|couldn't|cannot|can not|can't|error|timeout|timed out"
_SORTS = "(?:image|video|audio|file|media|base64|picture)"
_INPUT_ZH = "图片|图像|视频|音频|文件|素材|参考图|首帧|尾帧"
_READ_ZH = "下载|获取|读取|解码|解析|加载|访问|识别"

INPUT_UNREACHABLE = FailureMode(
    id="http.input-unreachable",
    cls=ModeClass.HARD,
    title="An input could not be read",
    meaning="A picture, video or file that the request points to could not be fetched, or not be decoded.",
    cause=(
        "The url needs a login, has expired or forbids robots; or the file is of a type that the provider "
        "does not read, or its base64 is damaged."
    ),
    fixes=(
        "Open the url in a private window: it has to work without a login, from anywhere.",
        "Send PNG, JPEG or WebP, and give base64 the data: prefix with the file's real type.",
        "Put the file on plain public storage, without redirects and with a right Content-Type.",
    ),
    not_when=NotWhen(
        "The file arrived, and a safety check did not like it.",
        "http.content-policy",
    ),
    source=OBSERVED,
    row=Row(tables.HTTP_STATUS, "400"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=signs.error(
        codes=(
            *("invalid_image_url", "invalid_image_file", "invalid_base64", "invalid_base64_image"),
            *(
                "image_parse_error",
                "unsupported_image_media_type",
                "empty_image_file",
                "image_file_not_found",
            ),
            *(
                "failed_to_download_image",
                "download_file_failed",
                "image_download_failed",
                "file_download_error",
            ),
            *("image_load_error", "file_format_error", "invalid_media", "invalid_input_image"),
        ),
        code_patterns=(
            rf"^invalid_?{_SORTS}(?:_?(?:url|file|format|data|mode|image|content|media_type|download))?$",
            r"^(?:invalid_?url|unsupported_?(?:image|video|audio|file|media)_?(?:format|type)?)$",
            rf"{_SORTS}_?(?:download|fetch|decode|load|read)\w*_?(?:fail|error|timeout)",
            r"(?:image|video|audio|file|media)_?(?:format|decode|parse)_?(?:error|invalid|illegal|unsupported)",
        ),
        phrases=(
            *("error while downloading", "failed to download", "unable to download"),
            *("could not download", "cannot download", "could not be downloaded", "could not be decoded"),
            *("cannot identify image", "could not process image", "unable to process input image"),
            *("provided image is not valid", "valid image", "invalid image", "unsupported image"),
            *("invalid base64", "illegal base64", "incorrect padding", "base64-encoded", "base64 encoded"),
            *("unsupported mime", "unsupported mimetype", "unsupported file type", "unsupported file format"),
            *("unsupported video format", "unsupported audio format", "get file data failed"),
            *(
                "下载失败",
                "下载超时",
                "无法下载",
                "图片地址",
                "不支持的图片",
                "不支持的文件",
                "无效的图片",
                "图片无效",
            ),
        ),
        patterns=(
            rf"(?:{_NOT})[^.\n]{{0,30}}(?:{_READ})\w*[^.\n]{{0,40}}\b(?:{_INPUT})\b",
            rf"\b(?:{_INPUT})\b[^\n]{{0,160}}(?:not (?:publicly )?|in|un)(?:accessible|reachable)",
            rf"\b(?:{_INPUT})\b[^\n]{{0,160}}(?:{_NOT}) be (?:{_READ}|pars)",
            rf"\b(?:{_READ})\w*[^.\n]{{0,40}}\b(?:{_INPUT})\b[^.\n]{{0,20}}(?:timed out|timeout|failed)",
            r"error while connecting[: ]+http|corrupt\w* (?:image|file|video)",
            r"(?:image|file|video)[^.\n]{0,20}corrupt",
            r"not (?:represent )?a valid (?:image|picture|video|audio|base64|file|data url)",
            r"base64[^.\n]{0,40}(?:invalid|decod|malformed|illegal|corrupt)",
            rf"(?:{_INPUT_ZH}|链接|url)[^，。\n]{{0,20}}(?:{_READ_ZH})[^，。\n]{{0,6}}(?:失败|超时|错误|异常|不到)",
            rf"(?:无法|不能|未能)[^，。\n]{{0,8}}(?:{_READ_ZH})[^，。\n]{{0,12}}(?:{_INPUT_ZH}|链接|地址|url)",
            rf"(?:{_INPUT_ZH})(?:的)?格式[^，。\n]{{0,6}}(?:不支持|错误|不正确|无效|有误)",
            r"base64[^，。\n]{0,12}(?:错误|无效|失败)",
        ),
        needs=(
            " be |a valid |access|base64|corrupt|decod|error while connecting|fetch|load|open|reachable"
            "|read|retriev|不到|不能|失败|异常|无法|未能|格式|超时|错误"
        ),
        among=(0, 200, 400, 403, 404, 415, 422, 500),
        phases=(Phase.CREATE,),
    ),
    reproduce=Reproduction(
        drafts=_POINTING,
        script=plays.play(
            plays.refused(
                400,
                "The picture at the given url could not be fetched: the server there answered 404",
                code="invalid_image_url",
            )
        ),
    ),
)
