"""Sessions of messages in a run: any pair of minds, each turn stored as it ends, metrics as for cohorts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import batch
from app.llm.errors import BudgetError, CredentialsError
from app.llm.scripted import ScriptedServer
from app.session_view import session_data
from app.settings import Settings
from app.store.rows import FoundRun
from app.store.store import Store
from app.summary import Summary

USERS = 3


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with ScriptedServer(key="open sesame") as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "open sesame")
        yield running


def run(store: Store, **settings: Any) -> Summary:
    usual = {
        "sessions": USERS,
        "max_turns": 3,
        "model": ("scripted",),
        "mind": "llm",
        "recommender": ("llm",),
    }
    return batch.execute(Settings(**(usual | settings)), store)


def sessions(store: Store, key: str) -> list[dict[str, Any]]:
    found = store.find(key)
    assert isinstance(found, FoundRun)
    return [session_data(store, row.key) for row in store.sessions(found.run.id)]


@pytest.mark.parametrize(("mind", "recommender"), [("llm", "llm"), ("llm", "agent"), ("embedded", "llm")])
def test_any_pair_plays_and_is_stored_whole(
    mind: str, recommender: str, tmp_path: Path, server: ScriptedServer
) -> None:
    with Store.open(tmp_path / "a.db") as store:
        summary = run(store, mind=mind, recommender=(recommender,))
        played = sessions(store, summary.run)
    assert summary.failed == 0
    assert len(played) == USERS
    for data in played:
        assert data["status"] in ("left", "truncated")
        assert len(data["trace"]) == 7 * len(data["turns"])
        for turn in data["turns"]:
            assert turn["review"]["seen"] == len(turn["review"]["reactions"])
            assert all(reaction["thought"] for reaction in turn["review"]["reactions"])
    assert summary.data()["usage"]["calls"] == server.counts()["calls"]


def test_metrics_are_those_of_the_stored_sessions(tmp_path: Path, server: ScriptedServer) -> None:
    with Store.open(tmp_path / "a.db") as store:
        summary = run(store)
        played = sessions(store, summary.run)
    turns = [len(data["turns"]) for data in played]
    assert summary.arms[0].metrics["turns"]["mean"] == pytest.approx(sum(turns) / USERS)


def test_at_most_two_calls_a_turn_on_each_side(tmp_path: Path, server: ScriptedServer) -> None:
    with Store.open(tmp_path / "a.db") as store:
        summary = run(store)
        turns = sum(len(data["turns"]) for data in sessions(store, summary.run))
    assert summary.usage["calls"] <= 4 * turns + 1


def test_a_price_that_is_not_known_is_unknown(tmp_path: Path, server: ScriptedServer) -> None:
    with Store.open(tmp_path / "a.db") as store:
        assert run(store).data()["usage"]["usd"] is None


def test_a_spent_budget_stops_the_run_and_it_goes_on_with_a_larger_one(
    tmp_path: Path, server: ScriptedServer
) -> None:
    with Store.open(tmp_path / "a.db") as store:
        with pytest.raises(BudgetError, match="--max-calls is 10"):
            run(store, max_calls=10)
        (row,) = store.runs()
        assert row.status == "interrupted"
        assert server.counts()["calls"] == 10
        summary = batch.resume(store, batch.rest_of(store, row), limits={"max_calls": 500})
        played = sessions(store, summary.run)
        paid = server.counts()["calls"]
    assert [data["status"] in ("left", "truncated") for data in played] == [True] * USERS
    assert server.counts()["repeated"] <= 2  # the tiny call before each start
    assert summary.usage["calls"] <= paid


def test_the_same_run_again_is_served_from_the_cache(tmp_path: Path, server: ScriptedServer) -> None:
    with Store.open(tmp_path / "a.db") as store:
        first = run(store)
        paid = server.counts()["calls"]
        second = run(store, cache="read")
        assert server.counts()["calls"] == paid + 1
    assert second.usage["cached"] == first.usage["calls"] - 1
    assert first.arms[0].metrics == second.arms[0].metrics


def test_a_wrong_key_stops_the_run_before_any_session(
    tmp_path: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "wrong")
    with Store.open(tmp_path / "a.db") as store:
        with pytest.raises(CredentialsError):
            run(store)
        (row,) = store.runs()
        assert store.sessions(row.id) == []


def test_faulty_replies_fail_their_session_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = "invalid_json=.1,wrong_ids=.1,refusal=.1,missing_items=.1,truncation=.1"
    with ScriptedServer(faults=faults) as server, Store.open(tmp_path / "a.db") as store:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        summary = batch.execute(
            Settings(
                sessions=8, max_turns=3, model=("m",), mind="llm", recommender=("llm",), failure_limit=1.0
            ),
            store,
        )
        played = sessions(store, summary.run)
        assert summary.usage["calls"] == server.counts()["calls"]
    failed = [data for data in played if data["status"] == "failed"]
    assert len(failed) == summary.failed
    assert all(data["failure"]["message"] for data in failed)
    assert len(played) == 8
