"""The lab's sockets and their addresses: the API, the files, and a port that is held and does not listen."""

import asyncio
import socket
from collections.abc import Mapping

from cometplay.core.findings import Listen, Script
from cometplay.core.wire import Phase
from cometplay.lab.places import prefix


class Doors:
    """Binds what `host` says and nothing else. Port 0 is any free one; the other two always are."""

    def __init__(
        self, host: str, port: int, scripts: Mapping[str, Script], standing: str | None = None
    ) -> None:
        self._host = host
        self._wanted = port
        self._scripts = scripts
        self._standing = standing
        self._shut: socket.socket | None = None
        self._api = self._files = self._unheard = 0

    async def open(self) -> tuple[socket.socket, socket.socket]:
        """The sockets of the API and of the files, listening. Raises OSError when a port is taken."""
        infos = await asyncio.get_running_loop().getaddrinfo(
            self._host, self._wanted, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, address = infos[0][0], infos[0][4]  # one address: two would have two free ports
        bound: list[socket.socket] = []
        try:
            bound.append(socket.create_server((str(address[0]), self._wanted), family=family))
            bound.append(socket.create_server((str(address[0]), 0), family=family))
            self._shut = socket.socket(family, socket.SOCK_STREAM)
            self._shut.bind((str(address[0]), 0))
        except OSError:
            for opened in bound:
                opened.close()
            self.close()
            raise
        api, files = bound
        self._api, self._files = _port(api), _port(files)
        self._unheard = _port(self._shut)
        return api, files

    def close(self) -> None:
        """Lets go of the port that does not listen; whoever serves the other two closes them."""
        if self._shut is not None:
            self._shut.close()

    @property
    def port(self) -> int:
        return _known(self._api)

    @property
    def files_port(self) -> int:
        return _known(self._files)

    def base_url(self, scenario: str | None, phase: Phase | None) -> str:
        """Where a client is pointed to play a scenario: its address, ending in /v1."""
        script = self._scripts.get(scenario or self._standing or "", Script())
        path = prefix(scenario, phase) + "/v1"
        match script.listen:
            case Listen.NORMALLY:
                return self._origin("http", self.port) + path
            case Listen.NOT_AT_ALL:
                return self._origin("http", _known(self._unheard)) + path
            case Listen.IN_PLAIN:
                return self._origin("https", self.port) + path

    def file_url(self, before: str, name: str) -> str:
        """A file's url on the second port, below the scenario `before` that made it."""
        return f"{self._origin('http', self.files_port)}{before}/files/{name}"

    def _origin(self, scheme: str, port: int) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{host}:{port}"


def _port(bound: socket.socket) -> int:
    port: int = bound.getsockname()[1]
    return port


def _known(port: int) -> int:
    if not port:
        raise RuntimeError("the lab has not been started: it has no port yet")
    return port
