"""Results brought home: base64 decoded, urls fetched at once, each kept as a file."""

import base64
import time
from pathlib import Path

from cometplay.core import wire
from cometplay.core.accounts import results
from cometplay.core.answers import Picture, pictures
from cometplay.core.events import NotSaved, Saved
from cometplay.core.retry import READ_REPEATS
from cometplay.core.wire import Phase, WireRequest
from cometplay.downloads import NotWrittenError, Part
from cometplay.gateway.arrival import Sink
from cometplay.gateway.decoding import TruncatedError
from cometplay.session.conductor import Conductor
from cometplay.session.timeline import amount


async def collect_pictures(conductor: Conductor, folder: Path) -> None:
    """Every picture of an image answer."""
    create = conductor.run.transcript.create
    if create is None or create.request is None:
        return
    for picture in pictures(create.reading.value):
        if picture.url:
            await _fetch(conductor, folder, wire.download(create.request, picture.url))
        elif picture.b64:
            _decode(conductor, folder, picture)


async def collect_results(conductor: Conductor, folder: Path, created: WireRequest, task_id: str) -> None:
    """The files of a task that succeeded: by their urls, without one by the content route (6.4)."""
    transcript = conductor.run.transcript
    url = transcript.task.look.url if transcript.task and transcript.task.look else ""
    if url and transcript.api:
        for result in results(transcript.api.reading.value, url):
            await _fetch(conductor, folder, wire.download(created, result))
        return
    request = wire.content(created, conductor.plan.connection.base_url, task_id, Phase.DOWNLOAD)
    if request:
        await _fetch(conductor, folder, request)


async def _fetch(conductor: Conductor, folder: Path, request: WireRequest) -> None:
    try:
        with Part(folder) as part:
            sink = _limited(part, conductor.plan.largest_file)
            exchange = await conductor.send_repeating(request, READ_REPEATS, sink)
            if exchange.succeeded:
                _keep(conductor, part)
    except NotWrittenError as error:
        conductor.tell(NotSaved(conductor.since(), str(error)))


def _limited(part: Part, largest: int) -> Sink:
    def write(data: bytes) -> None:
        if part.size + len(data) > largest:
            raise TruncatedError(f"the file is larger than {amount(largest)}, and was left there")
        part.write(data)

    return write


def _decode(conductor: Conductor, folder: Path, picture: Picture) -> None:
    text = picture.b64.partition(",")[2] if picture.b64.startswith("data:") else picture.b64
    try:
        with Part(folder) as part:
            part.write(base64.b64decode(text, validate=True))
            _keep(conductor, part)
    except ValueError as error:  # binascii.Error is one, and so is text that is not ASCII
        conductor.tell(NotSaved(conductor.since(), f"the base64 does not decode: {error}"))
    except NotWrittenError as error:
        conductor.tell(NotSaved(conductor.since(), str(error)))


def _keep(conductor: Conductor, part: Part) -> None:
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(conductor.run.began_at))
    path = part.keep(f"cometplay-{conductor.plan.draft.kind.value}-{moment}")
    conductor.tell(Saved(conductor.since(), str(path), part.size, part.mime))
