"""A whole run while everything goes wrong at once: no session is lost, and no call is lost or counted twice."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from app import batch
from app.llm.scripted import ScriptedServer
from app.llm.scripted.options import FAULTS
from app.settings import Settings
from app.store.store import Store

SESSIONS = 40
KIND = {
    "rate_limit": "rate_limit", "server_error": "server_error", "timeout": "timeout", "cut": "connection",
    "refusal": "refusal", "truncation": "truncated", "empty_choices": "empty",
}  # fmt: skip
"""How the tape calls a fault of the server; the others spoil an answer, which is then invalid or still good."""


def rows(db: Path, statement: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(db)
    found = connection.execute(statement).fetchall()
    connection.close()
    return found


@pytest.mark.slow
def test_with_every_fault_at_once_sessions_end_or_fail_and_the_counts_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = tmp_path / "world.db"
    settings = Settings(
        sessions=SESSIONS, max_turns=4, model=("m",), mind="llm", recommender=("llm",), failure_limit=1.0, timeout=1.0
    )  # fmt: skip
    server = ScriptedServer(faults="all=0.3", latency=0.002, retry_after=0.05, hold=5, seed=5)
    with server, Store.open(db) as store:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        summary = batch.execute(settings, store)
        outcomes = Counter(server.counts()["outcomes"])
    kinds = Counter(error.partition(":")[0] for (error,) in rows(db, "SELECT coalesce(error, '') FROM call"))
    assert {fault for fault in FAULTS if outcomes[fault]} == set(FAULTS)
    assert summary.usage["calls"] == kinds.total() == outcomes.total()
    assert {fault: kinds[kind] for fault, kind in KIND.items()} == {fault: outcomes[fault] for fault in KIND}
    assert set(kinds) == {"", "invalid", *KIND.values()}

    ended = rows(db, "SELECT status, failure FROM session")
    failures = [json.loads(failure) for status, failure in ended if status == "failed"]
    assert (len(ended), len(failures)) == (SESSIONS, summary.failed)
    assert {status for status, _ in ended} == {"left", "truncated", "failed"}
    assert all(failure["kind"] == "AnswerError" and failure["message"] for failure in failures)
