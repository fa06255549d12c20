"""Before a run: one tiny call per model."""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from llm_stub import Canned, Desk, Stub, refused, said, with_desk

from app.llm.errors import CredentialsError, EndpointError, UnknownModelError, UnreachableError
from app.llm.model import Model
from app.llm.preflight import ANSWER_TOKENS, preflight
from app.llm.scripted import ScriptedServer
from app.store.store import Store

Serve = Callable[..., Stub]


async def fly(desk: Desk) -> None:
    await preflight([desk.model, Model(desk.caller, "m", seed=1), Model(desk.caller, "n")])


async def one(desk: Desk) -> None:
    await preflight([desk.model])


def test_each_model_is_called_once(serve: Serve) -> None:
    server = serve(said("ok"))
    with_desk(server.base_url, fly)
    assert sorted(request["model"] for request in server.requests) == ["m", "n"]
    assert sum(len(str(request["messages"])) for request in server.requests) < 200


def test_preflight_calls_are_on_the_tape_outside_of_sessions(serve: Serve, store: Store, db: Path) -> None:
    with_desk(serve(said("ok")).base_url, fly, store=store)
    with closing(sqlite3.connect(db)) as connection, connection:
        rows = connection.execute("SELECT session, node, reply FROM v_calls").fetchall()
    connection.close()
    assert rows == [(None, "preflight", "ok")] * 2


@pytest.mark.parametrize(
    "canned", [said(""), said(None, refusal="no"), said("o", finish="length"), refused(429, "slow down")]
)
def test_any_sign_of_life_will_do(serve: Serve, canned: Canned) -> None:
    with_desk(serve(canned).base_url, one)


def test_an_answer_without_end_is_cut_short(serve: Serve) -> None:
    server = serve(said("ok ok ok ok", finish="length"))
    with_desk(server.base_url, one)
    assert [request["max_completion_tokens"] for request in server.requests] == [ANSWER_TOKENS]


def test_a_server_that_refuses_the_limit_is_asked_without_one(serve: Serve) -> None:
    server = serve(refused(422, "max_completion_tokens: extra fields not permitted"), said("ok"))
    with_desk(server.base_url, one)
    assert ["max_completion_tokens" in request for request in server.requests] == [True, False]


def unreachable() -> str:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{closed.getsockname()[1]}/v1"


def ends(base_url: str, kind: type[EndpointError], **options: object) -> str:
    start = time.perf_counter()
    with pytest.raises(kind) as caught:
        with_desk(base_url, one, **options)
    assert time.perf_counter() - start < 3.0
    assert (caught.value.exit_code, caught.value.stops_run) == (2, True)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_wrong_key_ends_the_run_at_once() -> None:
    with ScriptedServer(key="right") as server:
        assert "check OPENAI_API_KEY" in ends(server.base_url, CredentialsError, key="wrong-key")


def test_a_wrong_model_ends_the_run_at_once() -> None:
    with ScriptedServer(models=["known"]) as server:
        assert "does not know the model 'm'" in ends(server.base_url, UnknownModelError)


def test_a_wrong_address_ends_the_run_at_once() -> None:
    assert "does not answer (the connection failed" in ends(unreachable(), UnreachableError)


def test_a_server_that_is_down_ends_the_run_at_once(serve: Serve) -> None:
    assert "503: down" in ends(serve(refused(503, "down")).base_url, UnreachableError)


def test_a_passing_fault_does_not_end_the_run(serve: Serve) -> None:
    server = serve(refused(500, "hiccup"), Canned(cut=True), said("ok"))
    with_desk(server.base_url, one)
    assert len(server.requests) == 3


def test_nothing_is_listening_where_a_name_does_not_resolve() -> None:
    ends("http://no-such-host.invalid/v1", UnreachableError)
