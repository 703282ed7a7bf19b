"""Takes the end of a stream for the end of the answer."""

from client import Client


class Credulous(Client):
    streams = True

    def judged(self, content, reason):
        return super().judged(content, "stop")


Credulous().main()
