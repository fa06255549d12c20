"""Runs from names into the store: what is stored, what does not matter, and what fails as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app import batch
from app.errors import TooManyFailures, UsageError
from app.metrics import METRICS
from app.session_view import session_data
from app.settings import Settings
from app.store.rows import FoundRun
from app.store.store import Store
from app.summary import Summary, restored


def run(folder: Path, name: str = "r.db", **settings: Any) -> tuple[Summary, Path]:
    path = folder / name
    given = Settings(**({"sessions": 30, "recommender": ("popular",), "max_turns": 6} | settings))
    with Store.open(path) as store:
        return batch.execute(given, store), path


def stored(path: Path, run_key: str) -> list[tuple[Any, ...]]:
    """Every exposure of a run as (arm, user, turn, position, item, actions, utility)."""
    with Store.open(path) as store:
        found = store.find(run_key)
        assert isinstance(found, FoundRun)
        names = ("arm", "scenario", "turn", "position", "item", "actions", "utility")
        rows = [
            row
            for chunk in store.exposure_table(run_id=found.run.id)
            for row in zip(*(chunk[name] for name in names), strict=True)
        ]
    return sorted(rows)


def test_a_run_prints_the_documented_object(tmp_path: Path) -> None:
    summary, _ = run(tmp_path, name="a.db", sessions=20)
    data = summary.data()
    assert set(data) == {"run", "name", "seed", "seconds", "sessions", "usage", "arms"}
    assert data["sessions"] == {"planned": 20, "done": 20, "failed": 0}
    (arm,) = data["arms"]
    assert set(arm) == {"name", "recommender", "mind", "sessions", "metrics", "retention"}
    assert list(arm["metrics"]) == list(METRICS)
    assert all(set(metric) == {"mean", "low", "high", "n"} for metric in arm["metrics"].values())
    assert len(arm["retention"]) == 6


def test_the_same_seed_gives_the_same_sessions_whatever_the_cohort(tmp_path: Path) -> None:
    one, path_one = run(tmp_path, "one.db", recommender=("agent",), cohort=30)
    many, path_many = run(tmp_path, "many.db", recommender=("agent",), cohort=7)
    assert stored(path_one, one.run) == stored(path_many, many.run)
    assert [arm.metrics for arm in one.arms] == [arm.metrics for arm in many.arms]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_sessions_whatever_the_workers(tmp_path: Path) -> None:
    one, path_one = run(tmp_path, "one.db", sessions=60)
    two, path_two = run(tmp_path, "two.db", sessions=60, workers=2)
    assert stored(path_one, one.run) == stored(path_two, two.run)


def test_another_seed_gives_other_sessions(tmp_path: Path) -> None:
    one, path = run(tmp_path, recommender=("random",), seed=1)
    two, _ = run(tmp_path, recommender=("random",), seed=2)
    assert stored(path, one.run) != stored(path, two.run)


def test_two_arms_meet_the_same_users_with_the_same_draws(tmp_path: Path) -> None:
    summary, path = run(tmp_path, recommender=("popular", "popular"))
    rows = stored(path, summary.run)
    arms = sorted({row[0] for row in rows})
    first, second = ([row[2:] for row in rows if row[0] == arm] for arm in arms)
    assert first == second
    assert summary.arms[0].metrics == summary.arms[1].metrics


def test_a_stored_session_is_whole(tmp_path: Path) -> None:
    summary, path = run(tmp_path, recommender=("agent",))
    with Store.open(path) as store:
        data = session_data(store, f"{summary.run}-1-3")
    assert data["status"] in ("left", "truncated")
    for turn in data["turns"]:
        assert turn["review"]["seen"] == len(turn["review"]["reactions"]) <= len(turn["slate"])
        assert all(reaction["thought"] for reaction in turn["review"]["reactions"])
        assert all(slot["reason"] for slot in turn["slate"])
        assert set(turn["before"]) == set(turn["after"])
    asked = [turn for turn in data["turns"] if turn["decision"]["kind"] == "instruct"]
    assert all(turn["decision"]["instruction"]["words"] for turn in asked)


def test_a_stored_summary_is_the_summary(tmp_path: Path) -> None:
    summary, path = run(tmp_path)
    with Store.open(path) as store:
        found = store.find(summary.run)
        assert isinstance(found, FoundRun)
        assert found.run.status == "done"
        assert found.run.usage is not None
        assert restored(found.run.usage).data() == summary.data()


def test_users_who_may_not_instruct_never_do(tmp_path: Path) -> None:
    summary, _ = run(tmp_path, recommender=("random",), instruct=False)
    assert summary.arms[0].metrics["instruct_rate"]["mean"] == 0.0
    assert summary.arms[0].metrics["uptake"] == {"mean": None, "low": None, "high": None, "n": 0}


BROKEN = """
class Broken:
    def recommend(self, view):
        if view.persona.id.endswith(("3", "7")):
            raise RuntimeError("no luck")
        return [item.id for item in view.catalog if item.id not in view.shown][: view.slate_size]
"""


def test_a_failing_recommender_fails_its_sessions_as_data(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(BROKEN)
    spec = f"{tmp_path / 'mine.py'}:Broken"
    summary, path = run(tmp_path, recommender=(spec,), failure_limit=0.5)
    assert 0 < summary.failed < 15
    with Store.open(path) as store:
        found = store.find(summary.run)
        assert isinstance(found, FoundRun)
        failed = [row for row in store.sessions(found.run.id) if row.status == "failed"]
    assert len(failed) == summary.failed
    assert failed[0].failure == {"node": "rerank", "kind": "RuntimeError", "message": "no luck", "turn": 1}


def test_too_many_failures_end_the_run_with_an_error_after_it_is_stored(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(BROKEN)
    with pytest.raises(TooManyFailures, match="of 30 sessions failed"):
        run(tmp_path, recommender=(f"{tmp_path / 'mine.py'}:Broken",), failure_limit=0.0)
    with Store.open(tmp_path / "r.db") as store:
        assert [row.status for row in store.runs()] == ["failed"]


def test_a_slate_larger_than_the_catalog_is_refused_before_anything_is_stored(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--slate-size 700 is larger than the catalog"):
        run(tmp_path, slate_size=700)
    with Store.open(tmp_path / "r.db") as store:
        assert store.runs() == []


def test_an_unknown_recommender_is_refused_before_anything_is_stored(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean 'popular'"):
        run(tmp_path, recommender=("populr",))
    with Store.open(tmp_path / "r.db") as store:
        assert store.runs() == []


def test_an_interrupted_run_keeps_what_finished(tmp_path: Path) -> None:
    class Impatient:
        def total(self, n: int) -> None:
            self.done = 0

        def advance(self, n: int, text: str) -> None:
            self.done += n
            if self.done >= 25:
                raise KeyboardInterrupt

    given = Settings(sessions=100, recommender=("popular",), max_turns=5)
    with Store.open(tmp_path / "r.db") as store, pytest.raises(KeyboardInterrupt):
        batch.execute(given, store, Impatient())
    with Store.open(tmp_path / "r.db") as store:
        (row,) = store.runs()
        assert row.status == "interrupted"
        assert 25 <= len(store.sessions(row.id)) < 100


def test_recommenders_that_learn_from_ratings_need_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'films' has none"):
        run(tmp_path, recommender=("ease",))


@pytest.mark.slow
def test_the_order_of_recommenders_on_the_films(tmp_path: Path) -> None:
    names = ("random", "popular", "content", "agent")
    summary, _ = run(tmp_path, recommender=names, sessions=400, max_turns=20)
    turns = [arm.metrics["turns"]["mean"] for arm in summary.arms]
    satisfied = [arm.metrics["satisfaction"]["mean"] for arm in summary.arms]
    assert turns[0] < turns[1] < turns[2] <= turns[3]  # type: ignore[operator]
    assert satisfied[0] < satisfied[1] < satisfied[2] <= satisfied[3]  # type: ignore[operator]
    assert turns[3] >= 1.5 * turns[0]  # type: ignore[operator]


@pytest.mark.slow
def test_the_order_of_recommenders_on_movielens(tmp_path: Path, shared_data: Path) -> None:
    names = ("random", "popular", "itemknn", "agent")
    catalog = str(shared_data / "movielens" / "ml-100k.zip")
    summary, _ = run(
        tmp_path, recommender=names, catalog=catalog, personas="from-ratings", sessions=200, max_turns=20
    )
    turns = [arm.metrics["turns"]["mean"] for arm in summary.arms]
    assert turns[0] < turns[1] < turns[2] <= turns[3]  # type: ignore[operator]
    assert turns[3] >= 1.5 * turns[0]  # type: ignore[operator]
