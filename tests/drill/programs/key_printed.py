"""Tells with which key it failed."""

from client import Client


class Talkative(Client):
    def told(self, error):
        return f"{super().told(error)} (with the key {self.key})"


Talkative().main()
