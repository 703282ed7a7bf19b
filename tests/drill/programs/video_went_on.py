"""Knows only the words of success."""

from client import DONE, Client


class Stubborn(Client):
    def over(self, value):
        return str(value["status"]).lower() in DONE


Stubborn().main()
