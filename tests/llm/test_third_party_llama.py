"""Servers of llama.cpp with a model of random numbers: what they say is nonsense, how they say it is real.

Needs the package `gguf`; `llama-server` on PATH or in RECOWORLD_TEST_LLAMA_SERVER; for the Python server a Python
with `llama_cpp.server` in RECOWORLD_TEST_LLAMA_PYTHON, or this one.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import pytest
from llm_stub import PROMPT, Desk, with_desk
from pydantic import BaseModel
from third_party import free_port, program, running
from tiny_gguf import CONTEXT, make

from app import batch
from app.llm.errors import AnswerError
from app.llm.request import Mode
from app.minds.llm_answers import DecideAnswer, check_decide
from app.prompts import Rendered
from app.settings import Settings
from app.store.store import Store
from app.summary import Summary

pytestmark = pytest.mark.slow
QUESTIONS, SESSIONS = 12, 8


class Choice(BaseModel):
    """An answer that any text of its schema is."""

    item: Literal["i1", "i2"]
    likes: list[Literal["open", "save"]]
    sure: bool
    note: str


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("gguf")
    return make(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture
def native(model: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a native server, not counted in yet."""
    port = free_port()
    size = ["--ctx-size", str(2 * CONTEXT), "--parallel", "2", "--threads", "1"]
    place = ["--host", "127.0.0.1", "--port", str(port), "--metrics", "--no-warmup"]
    command = [program("RECOWORLD_TEST_LLAMA_SERVER", "llama-server"), "--model", str(model), *size, *place]
    with running(command, f"http://127.0.0.1:{port}", "/health", tmp_path / "server.log") as address:
        yield address


@pytest.fixture
def python_server(model: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the Python server, which knows no `json_schema`."""
    python = os.environ.get("RECOWORLD_TEST_LLAMA_PYTHON") or sys.executable
    if python == sys.executable and find_spec("llama_cpp") is None:
        pytest.skip("llama_cpp is not installed; set RECOWORLD_TEST_LLAMA_PYTHON to a Python that has it")
    port = free_port()
    place = ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", str(CONTEXT)]
    command = [python, "-m", "llama_cpp.server", "--model", str(model), *place]
    with running(command, f"http://127.0.0.1:{port}", "/v1/models", tmp_path / "server.log") as address:
        yield address


async def choices(desk: Desk) -> list[Choice]:
    prompt = Rendered(PROMPT[1], PROMPT[0], "You are a user.", "Which of i1 and i2?")
    places = [desk.place(turn) for turn in range(1, QUESTIONS + 1)]
    return [await desk.model.ask(at, prompt, Choice) for at in places]


def calls(db: Path) -> list[sqlite3.Row]:
    connection = sqlite3.connect(db)
    connection.row_factory = sqlite3.Row
    rows = connection.execute("SELECT * FROM call").fetchall()
    connection.close()
    return rows


def total(rows: list[sqlite3.Row], column: str) -> int:
    return sum(row[column] or 0 for row in rows)


def counted(address: str) -> dict[str, float]:
    """What the native server counted since its start."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=5.0) as reply:
        lines = reply.read().decode().splitlines()
    pairs = [line.removeprefix("llamacpp:").split() for line in lines if not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


def run(store: Store, address: str, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Summary:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{address}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    usual = {"mind": "llm", "model": ("tiny",), "sessions": SESSIONS, "max_turns": 1, "concurrency": 2}
    return batch.execute(Settings(**(usual | {"failure_limit": 1.0} | settings)), store)


def test_an_enforced_schema_is_answered_at_the_first_try(
    native: str, store: Store, session: int, db: Path
) -> None:
    given = with_desk(f"{native}/v1", choices, store=store, session=session)
    rows = calls(db)
    assert len(given) == len(rows) == QUESTIONS
    assert all(row["accepted"] for row in rows)
    assert {row["finish_reason"] for row in rows} == {"stop"}


def test_the_tape_counts_the_tokens_that_the_native_server_counts(
    native: str, store: Store, session: int, db: Path
) -> None:
    with_desk(f"{native}/v1", choices, store=store, session=session)
    rows, server = calls(db), counted(native)
    assert total(rows, "completion_tokens") == server["tokens_predicted_total"]
    assert total(rows, "cached_tokens") == server["prompt_tokens_cached_total"] > 0
    fresh = total(rows, "prompt_tokens") - total(rows, "cached_tokens")
    assert fresh == server["prompt_tokens_total"]


def test_a_decision_is_read_or_fails_with_what_is_wrong(native: str, store: Store, session: int) -> None:
    async def decide(desk: Desk) -> list[DecideAnswer | AnswerError]:
        ends: list[DecideAnswer | AnswerError] = []
        prompt = Rendered(PROMPT[1], PROMPT[0], "You are a user.", "What now?")
        for turn in range(1, QUESTIONS + 1):
            try:
                ends.append(await desk.model.ask(desk.place(turn), prompt, DecideAnswer, check_decide))
            except AnswerError as error:
                ends.append(error)
        return ends

    ends = with_desk(f"{native}/v1", decide, store=store, session=session)
    read = [end for end in ends if isinstance(end, DecideAnswer)]
    assert read
    assert all(end.kind == "invalid" and end.reply for end in ends if isinstance(end, AnswerError))


def test_whole_sessions_of_nonsense_end_or_fail_as_data(
    native: str, store: Store, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = run(store, native, monkeypatch, recommender=("agent",), per_item=True)
    ended = Counter(row.status for row in store.sessions(store.runs()[0].id))
    assert set(ended) <= {"left", "truncated", "failed"}
    assert ended["failed"] == summary.failed < SESSIONS
    rows, server = calls(db), counted(native)
    assert summary.usage["calls"] == len(rows)
    assert total(rows, "completion_tokens") == server["tokens_predicted_total"]


def test_a_recommender_of_nonsense_fails_its_sessions_with_the_reason(
    native: str, store: Store, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = run(store, native, monkeypatch, recommender=("llm",))
    assert summary.failed == SESSIONS
    errors = [row["error"] for row in calls(db) if row["node"] == "rerank"]
    assert len(errors) == 2 * SESSIONS
    assert all(error.startswith("invalid: slots") for error in errors)


def test_a_server_that_knows_no_schema_is_asked_for_json_and_then_for_a_tool(
    python_server: str, store: Store, session: int, db: Path
) -> None:
    async def work(desk: Desk) -> Mode:
        await choices(desk)
        return desk.caller.endpoint.ability("m").mode

    mode = with_desk(f"{python_server}/v1", work, store=store, session=session)
    rows = calls(db)
    refused, shapeless, *_ = rows
    assert refused["error"].startswith("unsupported_format: 500")
    assert shapeless["error"].startswith("invalid: item: Field required")
    assert mode is Mode.TOOLS
    assert total(rows[-QUESTIONS // 2 :], "accepted") == QUESTIONS // 2
