"""A stored session comes out the same when it is played again, and what was changed is found."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from app.errors import UsageError
from app.llm.scripted import ScriptedServer
from app.replay.replaying import replaying
from app.replay.restoring import restored, restored_run
from app.replay.verifying import Verdict, verified
from app.store.rows import FoundRun
from app.store.store import Store


def verdicts(store: Store, key: str) -> list[Verdict]:
    async def again() -> list[Verdict]:
        found = store.find(key)
        sessions = restored_run(store, found.run) if isinstance(found, FoundRun) else [restored(store, key)]
        async with replaying(store) as replay:
            return [await verified(replay, session) for session in sessions]

    return asyncio.run(again())


def tamper(store: Store, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(store.url.removeprefix("sqlite:///"))) as connection, connection:
        assert connection.execute(statement, values).rowcount > 0


def test_all_sessions_of_cohorts_over_days_come_out_the_same(store: Store) -> None:
    found = verdicts(store, "latest~1")
    assert len(found) > 8
    assert all(verdict.equal and verdict.events > 10 for verdict in found)
    assert any("." in verdict.session for verdict in found)


def test_sessions_of_models_come_from_the_tape_without_a_call(store: Store, server: ScriptedServer) -> None:
    before = server.counts()["calls"]
    found = verdicts(store, "latest")
    assert [verdict.difference for verdict in found] == [None] * len(found)
    assert any("." in verdict.session and verdict.calls for verdict in found)
    assert server.counts()["calls"] == before


def test_a_changed_feeling_is_the_first_difference(store: Store) -> None:
    session = restored(store, "latest~1-1-1").seat.id
    tamper(store, "update mindset set trust = 0.123 where session_id = ? and turn = 1", session)
    (verdict,) = verdicts(store, "latest~1-1-1")
    assert verdict.difference is not None
    assert (verdict.difference.turn, verdict.difference.where) == (1, "mindset trust")
    assert verdict.difference.stored == 0.123


def test_a_changed_answer_of_a_model_is_found_at_its_node(store: Store) -> None:
    session = restored(store, "latest-1-1").seat.id
    tamper(store, "delete from call where session_id = ? and turn = 2 and node = 'review'", session)
    (verdict,) = verdicts(store, "latest-1-1")
    assert verdict.difference is not None
    assert (verdict.difference.turn, verdict.difference.now) == (2, "nothing")


def test_a_run_is_no_session(store: Store) -> None:
    with pytest.raises(UsageError, match="is a run, not a session"):
        restored(store, "latest")
