"""One run of a person's program: started, drained, ended at its time limit, and its children with it."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cometplay.drill import kin
from cometplay.drill.capture import Capture
from cometplay.drill.observation import NOTHING, Output

NOT_FOUND = 127
"""The exit status that a shell gives a command that is not there."""
_GRACE_S = 1.0
"""From SIGTERM to SIGKILL; and how long the last output of what was killed may take."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run went. `leaked` names the streams on which the secret was printed."""

    exit: int
    timed_out: bool = False
    not_started: str = ""
    stdout: Output = NOTHING
    stderr: Output = NOTHING
    leaked: tuple[str, ...] = ()
    seconds: float = 0.0


async def run(
    argv: Sequence[str], environment: Mapping[str, str], folder: Path, limit_s: float, secret: str
) -> Ran:
    """Runs a command with nothing on standard input. `secret` is in its environment and nobody else's."""
    began = asyncio.get_running_loop().time()
    pipes = [await _pipe(secret), await _pipe(secret)]
    try:
        process = await _started(argv, environment, folder, pipes)
    except (OSError, ValueError) as error:
        await _drained(pipes)
        return Ran(NOT_FOUND, not_started=f"{argv[0]}: {getattr(error, 'strerror', None) or error}")
    try:
        timed_out = await _ended(process, limit_s)
        seconds = asyncio.get_running_loop().time() - began
    finally:
        kin.signal_session(process.pid, signal.SIGKILL)
        await asyncio.to_thread(kin.end_marked, secret)
        await process.wait()
        await _drained(pipes)
    out, err = (pipe.capture for pipe in pipes)
    named = (("standard output", out), ("standard error", err))
    leaked = tuple(name for name, capture in named if capture.leaked)
    return Ran(process.returncode or 0, timed_out, "", out.output(), err.output(), leaked, seconds)


async def _started(
    argv: Sequence[str], environment: Mapping[str, str], folder: Path, pipes: "Sequence[_Pipe]"
) -> asyncio.subprocess.Process:
    """Raises OSError when there is no such program, ValueError when its name can be none."""
    out, err = (pipe.entry for pipe in pipes)
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
    finally:
        os.close(out)
        os.close(err)


async def _ended(process: asyncio.subprocess.Process, limit_s: float) -> bool:
    """Waits for the end, and brings it about at the limit; tells whether it had to."""
    with suppress(TimeoutError):
        async with asyncio.timeout(limit_s):
            await process.wait()
            return False
    kin.signal_session(process.pid, signal.SIGTERM)
    with suppress(TimeoutError):
        async with asyncio.timeout(_GRACE_S):
            await process.wait()
    return True


@dataclass(frozen=True, slots=True)
class _Pipe:
    """A pipe of our own: it is closed when we say so, whoever else still holds its other end."""

    entry: int
    transport: asyncio.ReadTransport
    capture: Capture


async def _pipe(secret: str) -> _Pipe:
    exit_end, entry = os.pipe()
    transport, capture = await asyncio.get_running_loop().connect_read_pipe(
        lambda: Capture(secret.encode()), os.fdopen(exit_end, "rb", buffering=0)
    )
    return _Pipe(entry, transport, capture)


async def _drained(pipes: Sequence[_Pipe]) -> None:
    await asyncio.wait([pipe.capture.closed for pipe in pipes], timeout=_GRACE_S)
    for pipe in pipes:
        pipe.transport.close()
    await asyncio.gather(*(pipe.capture.closed for pipe in pipes))
