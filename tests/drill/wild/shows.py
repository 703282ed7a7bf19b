"""Writes down its environment, its arguments and where it is."""

import json
import os
import sys
from pathlib import Path

from asking import ask

seen = {"env": dict(os.environ), "argv": sys.argv[2:], "cwd": str(Path.cwd())}
Path(sys.argv[1]).write_text(json.dumps(seen), "utf-8")
print(ask())
