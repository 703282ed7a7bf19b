"""Results brought home: base64 decoded, urls fetched at once, each kept as a file."""

import base64
import time
from pathlib import Path

from cometplay.core import wire
from cometplay.core.answers import Picture, pictures
from cometplay.core.events import NotSaved, Saved
from cometplay.core.retry import READ_REPEATS
from cometplay.core.wire import Phase, WireRequest
from cometplay.downloads import NotWrittenError, Part
from cometplay.session.conductor import Conductor


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


async def collect_video(conductor: Conductor, folder: Path, created: WireRequest, task_id: str) -> None:
    """The file of a task that succeeded: by its url, without one by the content route (6.4)."""
    task = conductor.run.transcript.task
    if task and task.look and task.look.url:
        request = wire.download(created, task.look.url)
    else:
        request = wire.content(created, conductor.plan.connection.base_url, task_id, Phase.DOWNLOAD)
    await _fetch(conductor, folder, request)


async def _fetch(conductor: Conductor, folder: Path, request: WireRequest) -> None:
    try:
        with Part(folder) as part:
            exchange = await conductor.send_repeating(request, READ_REPEATS, part.write)
            if exchange.succeeded:
                _keep(conductor, part)
    except NotWrittenError as error:
        conductor.tell(NotSaved(conductor.since(), str(error)))


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
