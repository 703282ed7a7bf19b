"""Trusts that every answer has the usual form."""

from client import Client


class Trusting(Client):
    def content(self, value, answer):
        value["choices"][0]["message"]["role"]
        return super().content(value, answer)


Trusting().main()
