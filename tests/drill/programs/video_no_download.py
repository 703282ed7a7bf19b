"""Prints the url, and leaves the rest to time."""

from client import Client


class Lazy(Client):
    def take(self, value):
        return value.get("video_url") or super().take(value)


Lazy().main()
