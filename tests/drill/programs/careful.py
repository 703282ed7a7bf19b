"""Breaks no rule."""

import sys

from client import Client


class Careful(Client):
    streams = "stream" in sys.argv


Careful().main()
