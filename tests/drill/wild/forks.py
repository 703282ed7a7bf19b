"""Leaves three children: one beside it, one in a session of its own, and one that wiped its environment too.

Their process ids go to the file that the first argument names. All hold the output open.
"""

import os
import subprocess
import sys
from pathlib import Path

from asking import ask

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
near = subprocess.Popen(SLEEP)
far = subprocess.Popen(SLEEP, start_new_session=True)
bare = subprocess.Popen(SLEEP, start_new_session=True, env={})
Path(sys.argv[1]).write_text(f"{near.pid} {far.pid} {bare.pid}", "utf-8")
print(ask(), flush=True)
os._exit(0)
