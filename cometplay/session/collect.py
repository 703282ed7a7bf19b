"""Results brought home: base64 decoded, urls fetched at once, each kept as a file."""

import asyncio
import base64
from pathlib import Path

from cometplay.core import redact, wire
from cometplay.core.accounts import results
from cometplay.core.answers import Picture, is_file, pictures
from cometplay.core.events import PROGRESS_S, Expires, NotSaved, Progress, Saved
from cometplay.core.expiry import expires_at
from cometplay.core.retry import READ_REPEATS
from cometplay.core.wire import Phase, WireRequest
from cometplay.downloads import NotWrittenError, Part, named
from cometplay.gateway.arrival import SHOWN_OF_FILE
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
            await _decode(conductor, folder, picture)


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
    told = conductor.run.transcript.api
    try:
        with Part(folder) as part:
            sink = _Limited(part, conductor)
            exchange = await conductor.send_repeating(request, READ_REPEATS, sink)
            if exchange.succeeded:
                _keep(conductor, part)
    except NotWrittenError as error:
        conductor.tell(NotSaved(conductor.since(), str(error)))
    moment = expires_at(request.url, told.reading.value if told else None)
    if moment is not None:
        conductor.tell(Expires(conductor.since(), moment, moment - conductor.clock.wall()))


class _Limited:
    """A file that takes so many bytes and no more, and tells how many of them came."""

    def __init__(self, part: Part, conductor: Conductor) -> None:
        self._part = part
        self._conductor = conductor
        self._largest = conductor.plan.most_bytes(conductor.plan.draft.kind)
        self._of = 0
        self._due = conductor.since() + PROGRESS_S

    def expect(self, size: int) -> None:
        if size > self._largest:
            raise TruncatedError(
                f"the file of {amount(size)} is larger than {self._most}, and was left there"
            )
        self._of = size

    def take(self, data: bytes) -> None:
        if self._part.size + len(data) > self._largest:
            raise TruncatedError(f"the file is larger than {self._most}, and was left there")
        self._part.write(data)
        now = self._conductor.since()
        if now >= self._due:
            self._due = now + PROGRESS_S
            self._conductor.tell(Progress(now, self._part.size, self._of))

    @property
    def _most(self) -> str:
        return amount(self._largest)


async def _decode(conductor: Conductor, folder: Path, picture: Picture) -> None:
    try:
        with Part(folder) as part:
            # 30 MB take long enough to be felt at every key
            head = await asyncio.to_thread(_written, part, picture.b64)
            if is_file(head):
                _keep(conductor, part)
            else:
                conductor.tell(NotSaved(conductor.since(), "the base64 holds a text, and no picture"))
    except ValueError as error:  # binascii.Error is one, and so is text that is not ASCII
        conductor.tell(NotSaved(conductor.since(), f"the base64 does not decode: {error}"))
    except NotWrittenError as error:
        conductor.tell(NotSaved(conductor.since(), str(error)))


_CHUNK = 262_144
"""Characters of base64 that are decoded at once, a multiple of four: no other thread waits longer."""


def _written(part: Part, b64: str) -> bytes:
    """Decodes into the file, and gives the beginning of it. Raises ValueError for what is no base64."""
    start = b64.find(",") + 1 if b64.startswith("data:") else 0
    head = b""
    for place in range(start, len(b64), _CHUNK):
        text = b64[place : place + _CHUNK]
        if place + _CHUNK < len(b64) and "=" in text:
            raise ValueError("its padding stands in the middle")
        data = base64.b64decode(text, validate=True)
        part.write(data)
        head = head or data[:SHOWN_OF_FILE]
    return head


def _keep(conductor: Conductor, part: Part) -> None:
    draft = conductor.plan.draft
    name = named(conductor.run.began_at, redact.key_like(draft.model), redact.key_like(draft.prompt))
    path = part.keep(name)
    conductor.tell(Saved(conductor.since(), str(path), part.size, part.mime))
