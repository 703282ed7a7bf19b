"""Does not know when to stop."""

from client import Client


class Tireless(Client):
    tries = 9
    first_wait_s = 0.1

    def wait_s(self, attempt, answer):
        return super().wait_s(min(attempt, 3), answer)


Tireless().main()
