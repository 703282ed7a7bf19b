"""Waits twice as long each time, to the millisecond."""

from client import Client


class Exact(Client):
    tries = 4

    def wait_s(self, attempt, answer):
        return super().wait_s(attempt, answer) if "retry-after" in answer.headers else 2**attempt


Exact().main()
