"""Copying by both ways: the terminal's own (OSC 52) and the system's, which may stall for seconds."""

import asyncio
import threading
from collections.abc import Callable

from cometplay.core import plain

LIMIT_S = 1.5


def _system_copy(text: str) -> str:
    """Copies with the system's tool; "" or why that was not possible."""
    import pyperclip

    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError, UnicodeError):
        return "this system has no clipboard tool"
    return ""


async def copy(
    text: str, terminal_copy: Callable[[str], None], system_copy: Callable[[str], str] = _system_copy
) -> str:
    """Copies both ways, and says in a clause which of them worked."""
    text = plain.encodable(text)
    terminal_copy(text)
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str] = loop.create_future()

    def finish(fault: str) -> None:
        if not done.done():
            done.set_result(fault)

    def work() -> None:
        fault = system_copy(text)
        if not loop.is_closed():
            loop.call_soon_threadsafe(finish, fault)

    # a daemon, because a tool that hangs must not keep the program from ending
    threading.Thread(target=work, daemon=True).start()
    try:
        async with asyncio.timeout(LIMIT_S):
            fault = await done
    except TimeoutError:
        fault = "the system clipboard does not answer"
    if not fault:
        return "on the system clipboard"
    return f"handed to the terminal (OSC 52), which may not take it; {fault}"
