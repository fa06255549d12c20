"""A run that stopped goes on, and comes to what it would have come to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import batch
from app.batch import job, playing
from app.batch.running import PlayedElsewhere
from app.errors import TooManyFailures, UsageError
from app.plans import Plan, plan_of
from app.store.store import Store
from app.summary import Summary, restored, summarize
from tests.batch.running import Stopping, newest, planned, rest_of_world, settings, shown, whole

TWO_ARMS = """
sessions: 40
max_turns: 8
replicates: 2
cohort: 10
arms:
  popular: {recommender: popular}
  agent:
    recommender: agent
    mindset: {mood: -0.5}
    goal: {"genre:Comedy": 1.0}
    perturbations: {drop: 0.3, bad_slate: {turn: 2, share: 0.5}}
"""


@pytest.fixture(scope="module")
def uncut(tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, Path]:
    """What the run of two arms comes to when nothing stops it, and its database."""
    folder = tmp_path_factory.mktemp("uncut")
    return whole(folder, planned(folder, TWO_ARMS))[0], folder / "whole.db"


def interrupted(folder: Path, plan: Plan, after: int, name: str = "cut.db") -> Path:
    with Store.open(folder / name) as store, pytest.raises(KeyboardInterrupt):
        batch.execute_plan(plan, store, Stopping(after))
    return folder / name


def gone_on(path: Path, **how: Any) -> Summary:
    with Store.open(path) as store:
        return batch.resume(store, batch.rest_of(store, newest(store)), **how)


def same(one: Summary, other: Summary) -> bool:
    """Whether two runs came to the same, but for their keys and how long they took."""

    def plain(summary: Summary) -> dict[str, Any]:
        data = replace(summary, run="", seconds=0.0).stored()
        for arm in data["arms"]:
            for story in ("best", "worst"):
                arm[story]["key"] = arm[story]["key"].partition("-")[2]
        return data

    return plain(one) == plain(other)


def test_a_resumed_run_equals_one_that_never_stopped(tmp_path: Path, uncut: tuple[Summary, Path]) -> None:
    path = interrupted(tmp_path, planned(tmp_path, TWO_ARMS), 60)
    assert same(gone_on(path), uncut[0])
    with Store.open(path) as store, Store.open(uncut[1]) as other:
        assert shown(store, newest(store)) == shown(other, newest(other))
        assert rest_of_world(store, newest(store)) == rest_of_world(other, newest(other))


@pytest.mark.slow
def test_a_run_stopped_again_and_again_still_comes_to_the_same(
    tmp_path: Path, uncut: tuple[Summary, Path]
) -> None:
    path = interrupted(tmp_path, planned(tmp_path, TWO_ARMS), 10)
    for after in (10, 30, 20):
        with pytest.raises(KeyboardInterrupt):
            gone_on(path, progress=Stopping(after))
    assert same(gone_on(path), uncut[0])


def test_what_is_kept_and_what_is_missing_is_counted(tmp_path: Path) -> None:
    path = interrupted(tmp_path, planned(tmp_path, TWO_ARMS), 60)
    with Store.open(path) as store:
        rest = batch.rest_of(store, newest(store))
        assert rest.kept == len(store.sessions(newest(store).id)) >= 60
    assert (rest.kept + rest.missing, rest.failed, rest.done) == (160, 0, False)


def test_a_run_that_is_done_has_nothing_left(tmp_path: Path) -> None:
    plan = plan_of(settings())
    with Store.open(tmp_path / "r.db") as store:
        batch.execute_plan(plan, store)
        rest = batch.rest_of(store, newest(store))
    assert (rest.done, rest.kept, rest.missing) == (True, 30, 0)


def test_a_run_killed_before_its_status_was_written_is_closed_by_resuming(tmp_path: Path) -> None:
    plan = plan_of(settings())
    ended, _ = whole(tmp_path, plan, "r.db")
    with Store.open(tmp_path / "r.db") as store:
        store.finish_run(newest(store).id, "running", 0.0)
    assert same(gone_on(tmp_path / "r.db"), ended)
    with Store.open(tmp_path / "r.db") as store:
        assert newest(store).status == "done"


def test_the_summary_from_the_store_is_the_summary_of_the_run(uncut: tuple[Summary, Path]) -> None:
    summary, path = uncut
    with Store.open(path) as store:
        run = newest(store)
        assert summarize(store, run, seconds=summary.seconds) == summary == restored(run.usage or {})


def test_an_unfinished_run_has_a_summary_of_what_is_there(tmp_path: Path) -> None:
    path = interrupted(tmp_path, planned(tmp_path, TWO_ARMS), 60)
    with Store.open(path) as store:
        summary = summarize(store, newest(store))
        stored = len(store.sessions(newest(store).id))
    assert (summary.status, summary.planned, summary.done) == ("interrupted", 160, stored)
    assert sum(arm.sessions for arm in summary.arms) == stored


def test_two_that_go_on_at_once_store_every_session_once(tmp_path: Path) -> None:
    plan = plan_of(settings(sessions=60, cohort=10))
    ended, exposures = whole(tmp_path, plan)
    path = interrupted(tmp_path, plan, 20)
    with Store.open(path) as store:
        late = batch.rest_of(store, newest(store))
        assert same(batch.resume(store, batch.rest_of(store, newest(store))), ended)
        with pytest.raises(PlayedElsewhere, match="nothing is stored twice"):
            batch.resume(store, late)
        assert shown(store, newest(store)) == exposures
        assert newest(store).status == "done"


def test_one_that_comes_second_in_the_middle_stops_and_leaves_the_other_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(settings(sessions=60, cohort=10))
    ended, _ = whole(tmp_path, plan)
    path = interrupted(tmp_path, plan, 20)
    overtaken: list[Summary] = []

    def run_chunk(*chunk: Any) -> Any:
        result, ticket = job.run_chunk(*chunk)
        ticket.wait()
        monkeypatch.undo()
        overtaken.append(gone_on(path))
        return result, ticket

    monkeypatch.setattr(playing, "run_chunk", run_chunk)
    with pytest.raises(PlayedElsewhere):
        gone_on(path)
    assert same(overtaken[0], ended)
    with Store.open(path) as store:
        assert newest(store).status == "done"
        assert len(store.sessions(newest(store).id)) == 60


BROKEN = """
class Broken:
    def recommend(self, view):
        if view.persona.id.endswith(("3", "7")):
            raise RuntimeError("no luck")
        return [item.id for item in view.catalog if item.id not in view.shown][: view.slate_size]
"""


def test_sessions_that_failed_are_played_again(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(BROKEN)
    plan = plan_of(settings(recommender=(f"{mine}:Broken",), failure_limit=0.0))
    with Store.open(tmp_path / "r.db") as store, pytest.raises(TooManyFailures):
        batch.execute_plan(plan, store)
    with Store.open(tmp_path / "r.db") as store:
        before = [row.id for row in store.sessions(newest(store).id)]
        rest = batch.rest_of(store, newest(store))
        assert (rest.failed, rest.kept + rest.failed, rest.missing) == (6, 30, 0)
        with pytest.raises(TooManyFailures):
            batch.resume(store, rest)
        assert [row.id for row in store.sessions(newest(store).id)] == before


def test_a_changed_recommender_is_named_and_refused(tmp_path: Path) -> None:
    mine = tmp_path / "own.py"
    mine.write_text(BROKEN.replace("Broken", "Own"))
    path = interrupted(tmp_path, plan_of(settings(sessions=60, cohort=10, recommender=(f"{mine}:Own",))), 10)
    mine.write_text(BROKEN.replace("Broken", "Own") + "\n# another day\n")
    with Store.open(path) as store:
        with pytest.raises(UsageError, match=r"own\.py:Own") as refused:
            batch.rest_of(store, newest(store))
        assert "--allow-drift" in str(refused.value)
        assert batch.rest_of(store, newest(store), allow_drift=True).kept >= 10


def test_changed_code_is_named_and_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = interrupted(tmp_path, plan_of(settings(sessions=60, cohort=10)), 10)
    monkeypatch.setattr("app.batch.drift.__version__", "9.9")
    with Store.open(path) as store, pytest.raises(UsageError, match=r"recoworld's code \(.* then, 9\.9 "):
        batch.rest_of(store, newest(store))


def test_a_changed_run_file_is_named_but_one_that_is_gone_is_not_missed(tmp_path: Path) -> None:
    path = interrupted(tmp_path, planned(tmp_path, TWO_ARMS), 60)
    (tmp_path / "run.yaml").write_text("changed")
    with Store.open(path) as store, pytest.raises(UsageError, match=r"run\.yaml"):
        batch.rest_of(store, newest(store))
    (tmp_path / "run.yaml").unlink()
    with Store.open(path) as store:
        assert batch.rest_of(store, newest(store)).missing > 0


def test_a_catalog_imported_anew_does_not_change_a_run_that_goes_on(tmp_path: Path) -> None:
    table = tmp_path / "mini.csv"
    rows = [f"{i},Film {i},{1950 + i},{'Drama' if i % 2 else 'Comedy'}\n" for i in range(60)]
    table.write_text("id,title,year,genres\n" + "".join(rows))
    plan = plan_of(settings(sessions=60, cohort=10, catalog=str(table)))
    ended, _ = whole(tmp_path, plan)
    path = interrupted(tmp_path, plan, 10)
    table.write_text("id,title,year,genres\n" + "".join(rows[:40]))
    assert same(gone_on(path), ended)


def test_a_run_of_an_older_version_says_that_it_cannot_be_read(tmp_path: Path) -> None:
    with Store.open(tmp_path / "r.db") as store:
        run = store.start_run("", 7, {"sessions": 3}, 3, "0.0.1")
        with pytest.raises(UsageError, match="another version"):
            batch.rest_of(store, run)


@pytest.mark.slow
def test_a_resumed_run_of_two_workers_equals_one_that_never_stopped(tmp_path: Path) -> None:
    plan = plan_of(settings(sessions=60, cohort=10, workers=2))
    ended, exposures = whole(tmp_path, plan_of(settings(sessions=60, cohort=10)))
    path = interrupted(tmp_path, plan, 20)
    assert same(gone_on(path, workers=2), ended)
    with Store.open(path) as store:
        assert shown(store, newest(store)) == exposures
