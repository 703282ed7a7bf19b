"""Repeats whatever fails, also what no retry can help."""

from client import Client


class Hopeful(Client):
    tries = 3

    def repeats(self, method, answer, *, billed):
        return super().repeats(method, answer, billed=billed) or 400 <= answer.status < 504


Hopeful().main()
