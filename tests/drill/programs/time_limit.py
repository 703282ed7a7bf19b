"""Waits for a key that works."""

import time

from client import Client


class Waiting(Client):
    def failure(self, answer):
        while answer.status == 401:
            time.sleep(1)
        return super().failure(answer)


Waiting().main()
