"""A loop of its own around one that repeats already."""

import random
import time

from client import Client


class Twice(Client):
    tries = 3
    first_wait_s = 0.6

    def call(self, method, url, fields=None, *, billed=False, keyed=True):
        answer = super().call(method, url, fields, billed=billed, keyed=keyed)
        if not self.repeats(method, answer, billed=billed):
            return answer
        time.sleep(random.uniform(2.8, 4))
        return super().call(method, url, fields, billed=billed, keyed=keyed)


Twice().main()
