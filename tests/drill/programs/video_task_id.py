"""Gives up, and the task id with it."""

from client import Client


class Forgetful(Client):
    def kept(self):
        return "the task"


Forgetful().main()
