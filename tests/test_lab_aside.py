"""Protects the lab as a fixture of others' tests: without a loop, side by side, and told nothing."""

import math
import socket

import pytest

from cometplay.lab import Lab, newest

GET = b"GET /v1/models HTTP/1.1\r\nhost: x\r\nx-api-key: lab\r\n\r\n"
BODY = b'{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Say hello."}]}'
POST = b"POST %b HTTP/1.1\r\nhost: x\r\nx-api-key: lab\r\ncontent-length: 76\r\n\r\n" + BODY


def test_several_labs_stand_side_by_side_without_a_loop() -> None:
    with Lab({}, speed=math.inf) as one, Lab({}, speed=math.inf) as other:
        for lab, times in ((one, 2), (other, 1)):
            for _ in range(times):
                with socket.create_connection(("127.0.0.1", lab.port)) as link:
                    link.sendall(GET)
                    assert link.recv(12) == b"HTTP/1.1 200"
        assert (len(one.requests), len(other.requests)) == (2, 1)
        assert one.base_url() != other.base_url()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", one.port))


def test_a_lab_without_a_loop_says_when_its_port_is_taken() -> None:
    with Lab({}) as lab, pytest.raises(OSError, match="in use"), Lab({}, port=lab.port):
        pass


def test_only_the_newest_of_what_clients_left_is_kept() -> None:
    kept = newest.Newest[str, int](2)
    for place, name in enumerate("abac"):
        kept[name] = place
    assert kept == {"b": 1, "c": 3}


def test_a_lab_that_is_told_nothing_plays_what_is_installed() -> None:
    with Lab(speed=math.inf) as lab:
        path = b"/s/http.rate-limited/v1/chat/completions"
        with socket.create_connection(("127.0.0.1", lab.port)) as link:
            link.sendall(POST % path)
            assert link.recv(12) == b"HTTP/1.1 429"
