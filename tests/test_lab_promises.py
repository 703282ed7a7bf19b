"""Protects the wire: each scenario, asked with nothing but h11, answers exactly what its entry promises.

What a run asks is taken from the record of one lab, and asked again of another with the same seed: there
every id is the same, and no client stands between.
"""

import json
import math
import re
import socket
import time
from dataclasses import dataclass

import h11
import pytest
from playing import EPOCH, on_stage

from cometplay.core.drafts import Kind
from cometplay.core.findings import REQUEST_ID, RESULT_URL, TASK_ID, Reply, Say
from cometplay.failures.catalogue import CATALOGUE
from cometplay.lab import Lab, LabRequest
from cometplay.stage import scripts

pytestmark = pytest.mark.slow

REQUEST_ID_HEADER = "x-cometapi-request-id"
IN_UTC_PLUS_8 = time.strftime("%Y%m%d%H%M%S", time.gmtime(EPOCH + 8 * 3600))
ID = rf"{IN_UTC_PLUS_8}\d{{9}}[A-Za-z0-9]{{8}}"


@dataclass(frozen=True)
class Got:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def request_id(self) -> str:
        return dict(self.headers)[REQUEST_ID_HEADER]


def asked(lab: Lab, request: LabRequest) -> Got:
    """The answer to a recorded request, by h11 alone."""
    port = lab.files_port if "/files/" in request.path else lab.port
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    headers |= {"host": f"127.0.0.1:{port}", "content-length": str(len(request.body.encode()))}
    headers |= {"authorization": "Bearer lab"} if "authorization" in headers else {}
    http = h11.Connection(h11.CLIENT)
    said = http.send(h11.Request(method=request.method, target=request.path, headers=list(headers.items())))
    said += http.send(h11.Data(data=request.body.encode())) + http.send(h11.EndOfMessage())
    body = b""
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(said)
        while not isinstance(event := http.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                http.receive_data(link.recv(65536))
            elif isinstance(event, h11.Data):
                body += event.data
            else:
                head = event
    fields = tuple((name.decode(), value.decode()) for name, value in head.headers)
    return Got(head.status_code, fields, body.decode("utf-8", "replace"))


def replayed(mode_id: str, kind: Kind) -> list[Got]:
    """What a run asks, asked again."""

    async def act(here) -> tuple[LabRequest, ...]:
        await here.play(mode_id, kind, automatic=False)
        return here.lab.requests

    requests = on_stage(act)
    with Lab(scripts(), speed=math.inf, wall=lambda: EPOCH) as lab:
        return [asked(lab, request) for request in requests]


def keeps(got: Got, step: Reply) -> bool:
    """Whether an answer is the one that a step promises, to the byte."""
    pattern = re.escape(step.body)
    holders = ((REQUEST_ID, re.escape(got.request_id)), (TASK_ID, r"[\w-]*"), (RESULT_URL, r"[^\"<\s]*"))
    for holder, stands in holders:
        pattern = pattern.replace(re.escape(holder), stands)
    length = ("content-length", str(len(got.body.encode())))
    promised = (*step.headers, (REQUEST_ID_HEADER, got.request_id), length)
    return got.status == step.status and got.headers == promised and bool(re.fullmatch(pattern, got.body))


def says(got: Got, step: Say) -> bool:
    """Whether a whole chat says what a step wants; a streamed one is for the tests of streams."""
    if got.status != 200 or not got.body.startswith("{"):
        return False
    choice = json.loads(got.body)["choices"][0]
    return (choice["message"]["content"], choice["finish_reason"]) == (step.content, step.finish_reason)


PROMISING = [
    pytest.param(mode.id, kind, id=f"{mode.id}-{kind.value}")
    for mode in CATALOGUE
    for kind in sorted(mode.kinds)
    if any(isinstance(rule.step, Reply | Say) for rule in getattr(mode.reproduce.script, "rules", ()))
]


def test_most_scenarios_promise_something():
    assert len(PROMISING) > 100


@pytest.mark.parametrize(("mode_id", "kind"), PROMISING)
def test_a_scenario_answers_what_its_entry_promises(mode_id, kind):
    came = replayed(mode_id, kind)
    steps = [rule.step for rule in scripts()[mode_id].rules]
    kept = [
        step
        for step in steps
        for got in came
        if (isinstance(step, Reply) and keeps(got, step)) or (isinstance(step, Say) and says(got, step))
    ]
    assert kept, (steps, came)
    for got in came:
        assert re.fullmatch(ID, got.request_id), "the id is in UTC+8"
        for told in re.findall(r"request id: (\w+)", got.body):
            assert told == got.request_id
