"""Waits about as long every time."""

import random

from client import Client


class Even(Client):
    def wait_s(self, attempt, answer):
        return super().wait_s(attempt, answer) if "retry-after" in answer.headers else random.uniform(1, 1.15)


Even().main()
