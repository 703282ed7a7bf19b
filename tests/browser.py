"""Chromium without a window, spoken to over two pipes in its own protocol, as far as a test needs it."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--remote-debugging-pipe", "about:blank"),
)


class Page:
    """One page. `said` are its console's complaints, a blocked resource among them."""

    def __init__(self, writes: int, reads: int) -> None:
        self._writes, self._reads = os.fdopen(writes, "wb"), os.fdopen(reads, "rb")
        self._number = 0
        self._session: dict[str, str] = {}
        self.said: list[str] = []
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self._ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")
        self._ask("Emulation.setFocusEmulationEnabled", enabled=True)

    def open(self, url: str, *, scheme: str = "light") -> None:
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        origin = url.rstrip("/")
        self._ask("Browser.grantPermissions", origin=origin, permissions=["clipboardReadWrite"])
        self._ask("Page.navigate", url=url)
        self.run("new Promise(done => document.readyState == 'complete' ? done() : onload = done)")

    def run(self, code: str) -> object:
        """What a person would do there, or see. Raises RuntimeError when the page throws."""
        given = self._ask(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in given:
            raise RuntimeError(json.dumps(given["exceptionDetails"])[:1000])
        return given["result"].get("value")

    def see(self, condition: str) -> None:
        """Waits until it is so."""
        self.run(
            f"new Promise(done => {{ const look = () => ({condition}) ? done() : "
            "setTimeout(look, 20); look() })"
        )

    def close(self) -> None:
        self._session = {}
        self._ask("Browser.close")
        self._writes.close()
        self._reads.close()

    def _ask(self, method: str, **params: object) -> dict:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params, **self._session}
        self._writes.write(json.dumps(message).encode() + b"\0")
        self._writes.flush()
        while (answer := self._next()).get("id") != self._number:
            if answer.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
                self.said.append(json.dumps(answer["params"]))
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def _next(self) -> dict:
        data = bytearray()
        while (byte := self._reads.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("the browser is gone")
            data += byte
        return json.loads(data)


@contextlib.contextmanager
def browsing(profile: Path) -> Iterator[Page]:
    """A browser of its own, with nothing remembered."""
    from_us, to_us = os.pipe(), os.pipe()
    # the protocol's pipes are 3 and 4 (chromium, content/browser/devtools)
    code = f'exec "$0" "$@" 3<&{from_us[0]} 4>&{to_us[1]}'
    process = subprocess.Popen(
        ["/bin/bash", "-c", code, CHROMIUM, f"--user-data-dir={profile}", *_OPTIONS],
        pass_fds=(from_us[0], to_us[1]),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    os.close(from_us[0])
    os.close(to_us[1])
    try:
        page = Page(from_us[1], to_us[0])
        yield page
        page.close()
    finally:
        process.terminate()
        process.wait()
