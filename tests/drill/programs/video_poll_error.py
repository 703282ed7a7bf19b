"""Takes a poll that fails for a task that failed."""

from client import Client


class Nervous(Client):
    def ends_on_error(self):
        return True


Nervous().main()
