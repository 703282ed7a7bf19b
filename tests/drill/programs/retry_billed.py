"""Sends a create again when no answer came."""

from client import Client


class Spender(Client):
    def repeats(self, method, answer, *, billed):
        unheard = answer.status in {0, 524} and answer.sent
        return unheard or super().repeats(method, answer, billed=billed)


Spender().main()
