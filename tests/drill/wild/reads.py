"""Waits for somebody to type."""

import sys

from asking import ask

print(repr(sys.stdin.read()), ask())
