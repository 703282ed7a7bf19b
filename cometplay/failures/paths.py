"""Nothing there, or nothing that takes this: the modes of paths, sizes and statuses without a row."""

from cometplay.core import errors
from cometplay.core.findings import Breakage, ModeClass, Rank, Reproduction, Retryable, Sighting
from cometplay.core.jsons import dig_text
from cometplay.core.transcript import Transcript
from cometplay.failures import plays, signs, tables
from cometplay.failures.combine import one_of
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import ERROR_PAGE, IMAGE_PAGE, OBSERVED, OTHER_GATEWAY
from cometplay.failures.tables import Row

_NO_PATH = frozenset({404, 405})
_ASTRAY = frozenset(range(300, 400))


def _astray(transcript: Transcript) -> Sighting | None:
    """A page for people where JSON was due, or a redirect (9.2, rows 2 and 3); Spring names the path."""
    last = transcript.last
    if last is None or last.fault:
        return None
    led_away = last.status in range(200, 400) or last.status in _NO_PATH
    if led_away and last.reading.page:
        return Sighting((), Rank.SPECIFIC)
    if last.told_status in _NO_PATH and dig_text(last.reading.value, "path").startswith("/"):
        return Sighting((), Rank.PHRASE)
    return Sighting((), Rank.STATUS) if last.status in _ASTRAY else None


WRONG_PATH = FailureMode(
    id="http.wrong-path",
    cls=ModeClass.HARD,
    title="Wrong path",
    meaning="The host is there, and keeps no API at this address: a page, a redirect or a router's no came.",
    cause="A base URL without /v1, or with it twice, http:// for https://, or a path of another API.",
    fixes=(
        "Set the base URL to https://api.cometapi.com/v1, without anything behind it.",
        "Compare the path with the endpoint's page; Kling, Runway and others live outside /v1.",
        "Do not follow a redirect: Location shows where the address should have pointed.",
        "Check the method too; a GET where a POST belongs is refused in the same way.",
    ),
    not_when=NotWhen(
        "The path was right and a single thing on it is absent, such as a file.",
        "http.not-found",
    ),
    source=ERROR_PAGE,
    row=Row(tables.HTTP_STATUS, "3xx"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=one_of(
        _astray,
        signs.error(
            codes=(
                *("unknown_url", "method_not_allowed", "methodnotallowed", "route_not_found"),
                *("endpoint_not_found", "path_not_found", "page_not_found", "url_not_found"),
            ),
            phrases=(
                *(
                    "unknown request url",
                    "unrecognized request url",
                    "404 page not found",
                    "no route matched",
                ),
                *(
                    "route not found",
                    "no such route",
                    "endpoint not found",
                    "unknown endpoint",
                    "path not found",
                ),
                *("no static resource", "method not allowed", "page could not be found", "unknown path"),
                *("requested url was not found", "plain http request was sent to https port"),
                *(
                    "接口不存在",
                    "路径不存在",
                    "路由不存在",
                    "接口地址不存在",
                    "请求地址不存在",
                    "请求方法不",
                    "不支持的请求方法",
                ),
            ),
            patterns=(
                r"invalid url \((?:get|post|put|patch|delete|head|options)\b",
                r"cannot (?:get|post|put|patch|delete) /",
                r"route (?:get|post|put|patch|delete)\b[^\n]{0,200} not found",
            ),
            needs=" not found|cannot |invalid url (",
            statuses=(405,),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.page(200, "CometAPI", "<p>One key for every model.</p>")),
        variants=(("redirect-loop", plays.broken(Breakage.REDIRECT_LOOP)),),
    ),
)

NOT_FOUND = FailureMode(
    id="http.not-found",
    cls=ModeClass.HARD,
    title="Not found",
    meaning="The API answered, and what the request points at does not exist for this key.",
    cause="A mistyped id, something deleted or expired, or a thing made with another account's key.",
    fixes=(
        "Check the id that the message names, character by character.",
        "Use the key and the route that the thing was made with.",
        "If the request points at nothing by id, look at the path and the model in it.",
    ),
    not_when=NotWhen(
        "A page or a redirect came: then the whole address leads somewhere else.",
        "http.wrong-path",
    ),
    source=OTHER_GATEWAY,
    row=Row(tables.HTTP_STATUS, "404"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=signs.error(
        codes=(
            *(
                "file_not_found",
                "resource_not_found",
                "object_not_found",
                "voice_not_found",
                "image_not_found",
            ),
            *(
                "upload_not_found",
                "batch_not_found",
                "assistant_not_found",
                "thread_not_found",
                "asset_not_found",
            ),
            *("previous_response_not_found", "response_not_found", "item_not_found", "session_not_found"),
            *("conversation_not_found", "vector_store_not_found", "job_not_found", "user_not_found"),
        ),
        patterns=(r"no such (?:file|batch|upload|assistant|thread|vector store|response|object)",),
        generic=("not_found", "not_found_error", "notfound", "resourcenotfound", "resourcenotfoundexception"),
        statuses=(404,),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(404, "No such file: file-7Qm2", code="file_not_found", param="id")),
    ),
)

PAYLOAD_TOO_LARGE = FailureMode(
    id="http.payload-too-large",
    cls=ModeClass.HARD,
    title="Body too large",
    meaning="The request has more bytes than the gateway or the provider takes in one piece.",
    cause="A picture or a video as base64 inside the JSON, which adds a third, or a very long history.",
    fixes=(
        "Shrink the attachment: fewer pixels, a stronger compression, a shorter clip.",
        "Pass a public url in place of base64 where the endpoint takes one.",
        "Leave old attachments out of the history that you send along.",
    ),
    not_when=NotWhen(
        "It counts tokens and not bytes: the words are too many, however small the body is.",
        "http.context-length",
    ),
    source=IMAGE_PAGE,
    row=Row(tables.HTTP_STATUS, "413"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=signs.error(
        codes=(
            *("request_too_large", "payload_too_large", "request_entity_too_large", "entity_too_large"),
            *("entitytoolarge", "body_too_large", "content_too_large", "file_too_large", "image_too_large"),
        ),
        phrases=(
            *(
                "entity too large",
                "payload too large",
                "body too large",
                "content too large",
                "file too large",
            ),
            *("file is too large", "length limit exceeded", "payload size exceeds", "maximum request size"),
            *(
                "请求体过大",
                "请求实体过大",
                "请求内容过大",
                "文件过大",
                "图片过大",
                "文件太大",
                "图片太大",
                "文件大小超",
            ),
        ),
        patterns=(
            r"(?:request|body|payload|file|image) (?:body |size ){1,2}(?:\w+ ){0,2}(?:exceed|too large)",
        ),
        statuses=(413,),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(413, "Request entity too large", code="request_too_large")),
    ),
)

_WITH_A_ROW = frozenset({400, 401, 402, 403, 404, 405, 408, 413, 422, 429, *range(500, 600)})
_STATUSES = (*range(100, 200), *range(errors.STATUSES.start, 500), *range(600, 700))

UNEXPECTED_STATUS = FailureMode(
    id="http.unexpected-status",
    cls=ModeClass.HARD,
    title="Unexpected status",
    meaning="The status is one that no document of the gateway speaks of.",
    cause="A proxy with ideas of its own, or a provider's status that was passed on untouched.",
    fixes=(
        "Read the raw body; whoever wrote the status mostly says why.",
        "For a 415, look at Content-Type: /v1/videos takes a form, the other endpoints take JSON.",
        "For a 407, give the proxy its user name and password.",
        "For a 409, wait until what you sent before is done, then decide whether to send again.",
    ),
    not_when=NotWhen(
        "The status is 400 or 422, which stand for a fault in the request and are well known.",
        "http.bad-request",
    ),
    source=OBSERVED,
    row=Row(tables.HTTP_STATUS, "other"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=signs.error(statuses=tuple(status for status in _STATUSES if status not in _WITH_A_ROW)),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.refused(409, "The request conflicts with one that is still open")),
    ),
)

MODES = (WRONG_PATH, NOT_FOUND, PAYLOAD_TOO_LARGE, UNEXPECTED_STATUS)
