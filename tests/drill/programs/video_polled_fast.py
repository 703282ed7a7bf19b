"""Asks every second."""

from client import Client


class Impatient(Client):
    poll_every_s = 1.0


Impatient().main()
