"""Believes task_not_exist at the first word."""

from client import Client


class Hasty(Client):
    young_s = 0


Hasty().main()
