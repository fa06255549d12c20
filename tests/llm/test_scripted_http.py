"""The scripted server at the level of HTTP/1.1: connections, pipelines, pieces and junk."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator

import pytest
from scripted_asking import chat, request_bytes

from app.llm.scripted import ScriptedServer


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def talk(server: ScriptedServer, *sent: bytes) -> bytes:
    """What comes back on one connection until the server closes it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        for piece in sent:
            raw.sendall(piece)
            time.sleep(0.02)
        return b"".join(iter(lambda: raw.recv(65536), b""))


def test_requests_sent_at_once_are_answered_in_order(server: ScriptedServer) -> None:
    bodies = [chat("hello", seed=seed, model=f"m{seed}") for seed in range(3)]
    end = request_bytes(bodies[2], "Connection: close")
    said = talk(server, request_bytes(bodies[0]) + request_bytes(bodies[1]) + end)
    assert said.count(b"HTTP/1.1 200 OK") == 3
    assert said.index(b'"m0"') < said.index(b'"m1"') < said.index(b'"m2"')


def test_requests_sent_at_once_are_answered_in_order_with_latency() -> None:
    with ScriptedServer(latency=0.05) as server:
        said = talk(
            server, request_bytes(chat(model="a")) + request_bytes(chat(model="b"), "Connection: close")
        )
    assert said.count(b"200 OK") == 2
    assert said.index(b'"model":"a"') < said.index(b'"model":"b"')


def test_a_request_may_come_in_pieces(server: ScriptedServer) -> None:
    whole = request_bytes(chat(), "Connection: close")
    assert b"200 OK" in talk(server, whole[:10], whole[10:200], whole[200:])


def test_a_client_that_waits_for_continue_gets_it(server: ScriptedServer) -> None:
    whole = request_bytes(chat("hello"), "Expect: 100-continue", "Connection: close")
    head, _, body = whole.partition(b"\r\n\r\n")
    said = talk(server, head + b"\r\n\r\n", body)
    assert said.startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert b"200 OK" in said


def test_http_1_0_is_answered_and_closed(server: ScriptedServer) -> None:
    assert b"200 OK" in talk(server, request_bytes(chat("hello"), version="1.0"))


@pytest.mark.parametrize(
    "junk", [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n"]
)
def test_what_is_no_http_gets_400_and_is_closed(server: ScriptedServer, junk: bytes) -> None:
    assert talk(server, junk).startswith(b"HTTP/1.1 400 ")


def test_junk_after_a_request_with_latency_is_400_after_the_answer() -> None:
    with ScriptedServer(latency=0.05) as server:
        said = talk(server, request_bytes(chat("hello")) + b"junk\r\n\r\n")
    assert said.index(b"200 OK") < said.index(b"400 ")


def test_a_body_beyond_the_limit_is_413(server: ScriptedServer) -> None:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(head)
        with pytest.raises(ConnectionError):
            raw.sendall(b" " * 99_999_999)
    assert server.counts()["paths"]["other"]["bad_request"] == 1


def test_a_connection_serves_many_requests(server: ScriptedServer) -> None:
    before = server.counts()["connections"]["total"]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    for stream in (False, True, False):
        connection.request("POST", "/v1/chat/completions", json.dumps(chat(stream=stream)))
        assert connection.getresponse().read()
    connection.close()
    assert server.counts()["connections"]["total"] == before + 1
