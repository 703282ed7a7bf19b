"""Prints 1 GB, and its key at the very end of it."""

import os
import sys

from asking import ask

block = b"x" * 2**20
for _ in range(2**10):
    os.write(1, block)
sys.stdout.write(ask() + os.environ["COMETAPI_KEY"])
