"""Repeats at once, unless it is told how long to wait."""

from client import Client


class Restless(Client):
    def wait_s(self, attempt, answer):
        return super().wait_s(attempt, answer) if "retry-after" in answer.headers else 0


Restless().main()
