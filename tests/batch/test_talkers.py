"""Arms of messages over two worker processes: one budget, one database, the same sessions as of one process."""

from __future__ import annotations

import pickle
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app import batch
from app.batch.job import Chunk
from app.batch.talkers import WorkerError, shares_of
from app.llm.errors import AnswerError, BudgetError, CredentialsError, TransportError
from app.llm.scripted import ScriptedServer
from app.plans import plan_of
from app.settings import Settings
from app.store.store import Store
from app.summary import Summary
from tests.batch.running import Stopping, newest, planned, rest_of_world, shown

USERS = 8


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with ScriptedServer(key="open sesame", keep=10_000) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "open sesame")
        yield running


def talking(**given: Any) -> Settings:
    usual = {
        "sessions": USERS,
        "max_turns": 3,
        "model": ("scripted",),
        "mind": "llm",
        "recommender": ("llm",),
    }
    return Settings(**(usual | given))


def run(folder: Path, **given: Any) -> tuple[Summary, list[Any], list[Any]]:
    """A run in a database of its own: what it came to, all exposures and all sessions."""
    with Store.open(folder / f"{given.get('workers', 1)}.db") as store:
        summary = batch.execute(talking(**given), store)
        return summary, shown(store, newest(store)), rest_of_world(store, newest(store))


@pytest.mark.slow
def test_two_workers_play_the_sessions_that_one_plays(tmp_path: Path, server: ScriptedServer) -> None:
    one, *stored_by_one = run(tmp_path)
    paid = server.counts()["calls"]
    two, *stored_by_two = run(tmp_path, workers=2)
    assert stored_by_two == stored_by_one
    assert [arm.metrics for arm in two.arms] == [arm.metrics for arm in one.arms]
    assert two.usage == one.usage
    assert two.usage["calls"] == paid == server.counts()["calls"] - paid
    with Store.open(tmp_path / "2.db") as store:
        taped = store.call_totals(newest(store).id)
    assert taped.calls == paid - 1  # the tiny call before the run is of no session
    assert taped.prompt_tokens + taped.completion_tokens == pytest.approx(
        two.usage["prompt_tokens"] + two.usage["completion_tokens"], abs=30
    )


@pytest.mark.slow
def test_a_budget_of_calls_is_one_for_all_workers(tmp_path: Path, server: ScriptedServer) -> None:
    _, *uncut = run(tmp_path)
    before = server.counts()["calls"]
    with Store.open(tmp_path / "2.db") as store:
        with pytest.raises(BudgetError, match="--max-calls is 25 and 25 are spent"):
            batch.execute(talking(workers=2, max_calls=25), store)
        assert server.counts()["calls"] - before == 25
        assert store.call_totals(newest(store).id).calls == 24
        assert newest(store).status == "interrupted"
        rest = batch.rest_of(store, newest(store))
        summary = batch.resume(store, rest, workers=2, limits={"max_calls": 1000})
        assert [shown(store, newest(store)), rest_of_world(store, newest(store))] == uncut
        assert summary.failed == 0
    sent = Counter(str(body) for body in server.requests()[before:])
    tiny = [count for body, count in sent.items() if "the word ok" in body]
    assert sum(sent.values()) - len(sent) == sum(tiny) - len(tiny)


@pytest.mark.slow
def test_tokens_stop_all_workers(tmp_path: Path, server: ScriptedServer) -> None:
    with Store.open(tmp_path / "a.db") as store, pytest.raises(BudgetError, match="--max-tokens is 9,000"):
        batch.execute(talking(workers=2, max_tokens=9_000, concurrency=2), store)
    spent = server.counts()["tokens"]
    assert 9_000 <= spent["prompt"] + spent["completion"] < 9_000 + 2 * 2_500


def test_a_wrong_key_stops_before_any_worker_starts(
    tmp_path: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "wrong")
    began = time.monotonic()
    with Store.open(tmp_path / "a.db") as store:
        with pytest.raises(CredentialsError) as caught:
            batch.execute(talking(workers=2), store)
        assert store.sessions(newest(store).id) == []
    assert time.monotonic() - began < 3.0
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_ctrl_c_brings_all_workers_to_rest(tmp_path: Path, server: ScriptedServer) -> None:
    _, *uncut = run(tmp_path)
    with Store.open(tmp_path / "2.db") as store:
        with pytest.raises(KeyboardInterrupt):
            batch.execute_plan(plan_of(talking(workers=2, concurrency=2)), store, Stopping(2))
        paid = server.counts()["calls"]
        time.sleep(0.3)
        assert server.counts()["calls"] == paid
        batch.resume(store, batch.rest_of(store, newest(store)))
        assert [shown(store, newest(store)), rest_of_world(store, newest(store))] == uncut


@pytest.mark.slow
def test_arms_of_messages_and_of_cohorts_share_a_run(tmp_path: Path, server: ScriptedServer) -> None:
    plan = planned(
        tmp_path,
        "sessions: 6\nmax_turns: 2\nmodel: [scripted]\nworkers: 2\n"
        "arms:\n  told: {mind: llm, recommender: agent}\n  cohort: {recommender: agent}\n"
        "  both: {mind: llm, recommender: llm}\n",
    )
    with Store.open(tmp_path / "a.db") as store:
        summary = batch.execute_plan(plan, store)
        assert [arm.sessions for arm in summary.arms] == [6, 6, 6]
        assert summary.usage["calls"] == server.counts()["calls"]


@pytest.mark.slow
def test_a_worker_that_dies_is_told_and_the_run_goes_on(
    tmp_path: Path, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.py"
    own.write_text(
        "import multiprocessing, os\nclass Dying:\n    def recommend(self, view):\n"
        "        if multiprocessing.parent_process() is not None: os._exit(7)\n"
        "        return [item.id for item in list(view.catalog)[:10]]\n"
    )
    given = {"recommender": (f"{own}:Dying",), "workers": 2}
    with Store.open(tmp_path / "a.db") as store:
        with pytest.raises(WorkerError, match="ended with code 7"):
            batch.execute(talking(**given), store)
        assert newest(store).status == "failed"


def test_shares_hold_every_user_once() -> None:
    chunk = Chunk(0, 1, np.arange(5), np.arange(5) + 10)
    shares = shares_of([chunk, Chunk(1, 2, np.arange(1), np.arange(1))], 3)
    assert [[c.places.tolist() for c in share] for share in shares] == [[[0, 3], [0]], [[1, 4]], [[2]]]
    assert len(shares_of([chunk], 9)) == 5


@pytest.mark.parametrize(
    "error",
    [
        BudgetError("used up"),
        CredentialsError("no key"),
        AnswerError("a refusal", "refusal", "I cannot"),
        TransportError("no answer", "timeout", 2.0),
    ],
)
def test_errors_of_models_reach_another_process_whole(error: Exception) -> None:
    there = pickle.loads(pickle.dumps(error))
    assert (type(there), str(there), vars(there)) == (type(error), str(error), vars(error))
