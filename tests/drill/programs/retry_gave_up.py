"""Never tries again."""

from client import Client


class Once(Client):
    tries = 1


Once().main()
