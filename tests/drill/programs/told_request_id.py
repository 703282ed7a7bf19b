"""Says that it failed, and nothing by which anybody could find out why."""

from client import Client


class Tight(Client):
    def told(self, error):
        return "failed"


Tight().main()
