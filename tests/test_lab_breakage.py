"""Protects the failures below HTTP: what the lab does on the wire, and what our own client makes of it."""

import asyncio
import math
import tempfile
from pathlib import Path

import pytest
from playing import FakeClock, converse
from test_lab_kit import CHAT, KEY, play

from cometplay.core.connection import LAB_KEY, Connection, Target
from cometplay.core.drafts import Kind
from cometplay.core.events import Fault
from cometplay.core.findings import Break, Breakage, Rule, Script
from cometplay.core.models import starting_draft
from cometplay.core.redact import Secret
from cometplay.lab import Lab
from cometplay.lab.breakage import HUGE_BYTES

pytestmark = pytest.mark.slow  # their time limits are real

STRIKES_S = 0.3


def lab_that(how: Breakage, **settings) -> Lab:
    return Lab({"it": Script((Rule(Break(how)),))}, **({"speed": math.inf} | settings))


def seen_by_a_socket(how: Breakage) -> tuple[bytes, bool]:
    """Everything that comes back for one chat, and whether the connection ended with a reset."""
    body = b'{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Hi"}]}'
    head = "POST /s/it/v1/chat/completions HTTP/1.1\r\nhost: lab\r\nauthorization: Bearer lab\r\n"
    asked = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body

    async def whole() -> tuple[bytes, bool]:
        async with lab_that(how) as lab:
            reader, writer = await asyncio.open_connection("127.0.0.1", lab.port)
            writer.write(asked)
            came = bytearray()
            try:
                async with asyncio.timeout(STRIKES_S):
                    while (data := await reader.read(65536)) and len(came) < 100_000:
                        came += data
            except ConnectionResetError:
                return bytes(came), True
            except TimeoutError:
                pass
            finally:
                writer.transport.abort()
            return bytes(came), False

    return asyncio.run(whole())


def body_of(came: bytes) -> bytes:
    return came.rpartition(b"\r\n\r\n")[2]


def length_of(came: bytes) -> int:
    return int(came.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])


def test_silence_is_nothing_at_all():
    assert seen_by_a_socket(Breakage.SILENCE) == (b"", False)


def test_a_reset_before_the_answer_is_a_reset():
    assert seen_by_a_socket(Breakage.RESET_BEFORE) == (b"", True)


@pytest.mark.parametrize("how", [Breakage.SHORT_BODY, Breakage.STALL])
def test_half_a_body_promises_the_whole(how):
    came, _ = seen_by_a_socket(how)
    assert came.startswith(b"HTTP/1.1 200 ")
    assert 0 < len(body_of(came)) < length_of(came)


def test_a_reset_in_the_body_comes_after_half_of_it():
    came, reset = seen_by_a_socket(Breakage.RESET_DURING)
    assert reset
    assert not came or len(body_of(came)) < length_of(came)


def test_a_chunked_body_lacks_its_end():
    came, _ = seen_by_a_socket(Breakage.CHUNKED_WITHOUT_END)
    assert b"transfer-encoding: chunked" in came
    assert not came.endswith(b"0\r\n\r\n")


def test_early_hints_come_before_a_whole_answer():
    came, _ = seen_by_a_socket(Breakage.EARLY_HINTS)
    assert came.startswith(b"HTTP/1.1 103 ")
    assert b"HTTP/1.1 200 " in came
    assert len(body_of(came)) == length_of(came)


def test_an_endless_body_goes_on():
    came, _ = seen_by_a_socket(Breakage.ENDLESS)
    assert len(came) >= 100_000


def test_a_slow_body_comes_byte_by_byte():
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def part(lab, http):
        url = lab.base_url("it") + "/chat/completions"
        return (await http.post(url, json=CHAT, headers=KEY)).content

    whole = play(part, {"it": Script((Rule(Break(Breakage.DRIP)),))}, speed=1.0, sleep=sleep)
    assert slept.count(1.0) == len(whole)


def sent(how: Breakage, kind: Kind = Kind.TEXT):
    """A run of the real session against a lab that breaks so."""

    async def whole():
        async with lab_that(how) as lab:
            connection = Connection(Target.LAB, lab.base_url("it"), Secret(LAB_KEY))
            with tempfile.TemporaryDirectory() as folder:
                return await converse(
                    starting_draft(kind),
                    connection,
                    clock=FakeClock(),
                    folder=Path(folder),
                    automatic=False,
                    request_limit_s=STRIKES_S,
                )

    return asyncio.run(whole())


MET = {
    Breakage.SILENCE: Fault.TIMEOUT,
    Breakage.RESET_BEFORE: Fault.INTERRUPTED,
    Breakage.RESET_DURING: Fault.INTERRUPTED,
    Breakage.SHORT_BODY: Fault.INTERRUPTED,
    Breakage.CHUNKED_WITHOUT_END: Fault.INTERRUPTED,
    Breakage.STALL: Fault.TIMEOUT,
    Breakage.ENDLESS: Fault.TIMEOUT,
    Breakage.GZIP_CUT: Fault.INTERRUPTED,
    Breakage.LONG_HEADER: None,
    Breakage.EARLY_HINTS: None,
}


@pytest.mark.parametrize(("how", "fault"), MET.items(), ids=lambda value: getattr(value, "name", ""))
def test_our_client_tells_each_for_what_it_is(how, fault):
    run = sent(how)
    assert run.transcript.last.fault is fault
    assert run.verdict.evidence


def test_a_redirect_of_an_api_call_is_not_followed():
    run = sent(Breakage.REDIRECT_LOOP)
    assert run.transcript.last.status == 302
    assert run.transcript.creates == 1


def test_a_picture_of_thirty_megabytes_arrives_whole():
    async def part(lab, http):
        url = lab.base_url("it") + "/images/generations"
        return (await http.post(url, json={"model": "gpt-image-2", "prompt": "Big"})).json()

    value = play(part, {"it": Script((Rule(Break(Breakage.HUGE)),))})
    assert len(value["data"][0]["b64_json"]) > HUGE_BYTES
