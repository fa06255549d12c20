"""The fixture server aimock (npm `@copilotkit/aimock`): its faults, our retries, and the same count on both sides.

Needs `llmock`, the server's command, on PATH or in RECOWORLD_TEST_AIMOCK.
"""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from llm_stub import GOOD, Desk, Pick, with_desk
from third_party import free_port, program, running

from app.llm.errors import CredentialsError, RequestError, TransportError
from app.llm.retrying import Retries
from app.store.store import Store

pytestmark = pytest.mark.slow
ASKED = 40
RETRIES = Retries(times=16, limited=30, first=0.01, longest=0.05, patience=5.0, chance=Random(2))
KIND = {
    "drop": "server_error",
    "malformed": "malformed",
    "disconnect": "connection",
    "rateLimit": "rate_limit",
}
"""How the tape calls a fault of the server's journal."""

Aimock = Callable[..., str]


@pytest.fixture
def aimock(tmp_path: Path) -> Iterator[Aimock]:
    """Starts a server of one fixture, by default a good answer; keywords are rates of its faults."""
    command = program("RECOWORLD_TEST_AIMOCK", "llmock")
    with ExitStack() as stack:

        def start(response: Any = None, **rates: float) -> str:
            port = free_port()
            fixtures = tmp_path / f"{port}.json"
            fixture = {"match": {}, "response": response or {"content": GOOD}}
            fixtures.write_text(json.dumps({"fixtures": [fixture]}))
            faults = [text for name, rate in rates.items() for text in (f"--chaos-{name}", str(rate))]
            line = [command, "--port", str(port), "--fixtures", str(fixtures), *faults]
            log = tmp_path / f"{port}.log"
            return stack.enter_context(running(line, f"http://127.0.0.1:{port}", "/health", log))

        yield start


def answered(address: str) -> Counter[str]:
    """Chat requests by fault, `none` for those without, out of the server's journal."""
    with urllib.request.urlopen(f"{address}/__aimock/journal", timeout=5.0) as reply:
        journal = json.loads(reply.read())
    entries = journal if isinstance(journal, list) else journal["entries"]
    chats = [entry for entry in entries if entry["path"].endswith("/chat/completions")]
    return Counter(entry["response"].get("chaosAction") or "none" for entry in chats)


def recorded(db: Path) -> Counter[str]:
    connection = sqlite3.connect(db)
    rows = connection.execute("SELECT error FROM call").fetchall()
    connection.close()
    return Counter((error or "none").partition(":")[0] for (error,) in rows)


async def many(desk: Desk) -> list[Pick]:
    return [await desk.ask(turn) for turn in range(1, ASKED + 1)]


def test_a_fixture_is_an_answer_like_any_other(aimock: Aimock, store: Store, session: int, db: Path) -> None:
    address = aimock()
    assert len(with_desk(f"{address}/v1", many, store=store, session=session)) == ASKED
    assert recorded(db) == answered(address) == {"none": ASKED}


@pytest.mark.parametrize("fault", ["drop", "malformed", "disconnect"])
def test_a_fault_is_tried_again_until_there_is_an_answer(
    fault: str, aimock: Aimock, store: Store, session: int, db: Path
) -> None:
    address = aimock(**{fault: 0.3})
    picks = with_desk(f"{address}/v1", many, store=store, session=session, retries=RETRIES)
    server = answered(address)
    assert len(picks) == ASKED
    assert server[fault] > 0
    assert recorded(db) == {KIND.get(name, name): n for name, n in server.items()}


def test_faults_of_all_kinds_are_counted_alike_on_both_sides(
    aimock: Aimock, store: Store, session: int, db: Path
) -> None:
    address = aimock(drop=0.1, malformed=0.1, disconnect=0.1, ratelimit=0.02)
    with_desk(f"{address}/v1", many, store=store, session=session, retries=RETRIES)
    assert recorded(db) == {KIND.get(name, name): n for name, n in answered(address).items()}


def test_a_rate_limit_is_waited_for_as_the_server_asks(
    aimock: Aimock, store: Store, session: int, db: Path
) -> None:
    address, retries = aimock(ratelimit=1.0), replace(RETRIES, limited=1)
    started = time.perf_counter()
    with pytest.raises(TransportError) as caught:
        with_desk(f"{address}/v1", many, store=store, session=session, retries=retries)
    assert caught.value.kind == "rate_limit"
    assert time.perf_counter() - started >= (caught.value.retry_after or 0.0) > 0.0
    assert recorded(db) == {"rate_limit": answered(address)["rateLimit"]} == {"rate_limit": 2}


def test_a_server_that_drops_every_connection_is_given_up(aimock: Aimock) -> None:
    with pytest.raises(TransportError, match="connection failed") as caught:
        with_desk(f"{aimock(disconnect=1.0)}/v1", many)
    assert caught.value.kind == "connection"


@pytest.mark.parametrize(("status", "kind"), [(401, CredentialsError), (400, RequestError)])
def test_a_refusal_is_asked_once(status: int, kind: type[Exception], aimock: Aimock) -> None:
    address = aimock({"error": {"message": "no", "type": "error"}, "status": status})
    with pytest.raises(kind):
        with_desk(f"{address}/v1", many)
    assert answered(address).total() == 1
