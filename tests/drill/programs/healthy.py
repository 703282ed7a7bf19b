"""Fails on a good day."""

from client import Client, GaveUpError


class Unwell(Client):
    def content(self, value, answer):
        super().content(value, answer)
        raise GaveUpError("something is wrong with me")


Unwell().main()
