"""Does not read Retry-After."""

from client import Client


class Deaf(Client):
    def wait_s(self, attempt, answer):
        answer.headers.pop("retry-after", None)
        return super().wait_s(attempt, answer)


Deaf().main()
