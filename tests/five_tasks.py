"""Five tasks in a program of its own, to be killed: `five_tasks.py FOLDER BASE_URL start|go-on [PAUSE_S]`.

Each event is one line on standard output, `ready` the first, `over` the last. Started again it goes on with
what is kept, and makes nothing.
"""

import asyncio
import random
import secrets
import sys
from pathlib import Path

from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import VideoDraft
from cometplay.core.polling import PollPolicy
from cometplay.core.redact import Secret
from cometplay.history import History
from cometplay.session.clock import PatientClock
from cometplay.session.plan import Plan
from cometplay.session.tasks import Means, Tasks, TaskView

POLICY = PollPolicy().every(0.02)


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  it is what the test reads


def shown(view: TaskView) -> None:
    event = view.run.transcript.events[-1] if view.run else None
    say(f"{view.task.key} {type(event).__name__}")


async def main(folder: Path, base_url: str, what: str) -> None:
    connection = Connection(Target.LAB, base_url, Secret(LAB_KEY))
    means = Means(
        clock=PatientClock,
        jitter=random.random,
        folder=folder / "made",
        name=lambda: secrets.token_hex(8),
        fault=say,
    )
    with History(folder / "data", tell=say) as history:
        async with Tasks(history, means, shown) as tasks:
            say("ready")
            if what == "start":
                for number in range(5):
                    draft = VideoDraft(model="veo3-fast", prompt=f"task {number}")
                    tasks.start(Plan(draft=draft, connection=connection, policy=POLICY))
            else:
                for view in tasks.views():
                    if view.can_resume:
                        tasks.resume(view.task.key, connection, POLICY)
            await tasks.over()
    say("over")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
