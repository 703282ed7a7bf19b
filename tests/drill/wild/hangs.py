"""Never ends, and does not listen to SIGTERM."""

import signal
import time

from asking import ask

signal.signal(signal.SIGTERM, signal.SIG_IGN)
ask()
while True:
    time.sleep(60)
