"""Over several days users come back, or not, with what is left of their last session."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from app import batch
from app.metrics import DAY_METRICS, METRICS
from app.minds import returning
from app.minds.parameters import BehaviorParameters
from app.minds.rows import MindRows, UserRows
from app.plans import plan_of
from app.session_view import session_data
from app.settings import Settings
from app.store.rows import SessionRow
from app.store.store import Store
from app.summary import Summary, summarize
from app.world import Stage, open_catalog, population
from tests.batch.running import Stopping, newest, rest_of_world, settings, shown, whole

DAYS = 6


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, Path]:
    """Thirty users over six days, and their database."""
    folder = tmp_path_factory.mktemp("days")
    summary, _ = whole(folder, plan_of(settings(days=DAYS, recommender=("content",))))
    return summary, folder / "whole.db"


def visits(path: Path) -> dict[int, list[SessionRow]]:
    """The sessions of each user in order."""
    found: dict[int, list[SessionRow]] = defaultdict(list)
    with Store.open(path) as store:
        for row in store.sessions(newest(store).id, visits=True):
            found[row.scenario_id].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row.sums or {}).get("day", 0))
    return found


def test_first_sessions_are_those_of_a_run_of_one_day(ran: tuple[Summary, Path], tmp_path: Path) -> None:
    alone, exposures = whole(tmp_path, plan_of(settings(recommender=("content",))))
    with Store.open(ran[1]) as store:
        assert shown(store, newest(store)) == exposures
    assert {name: ran[0].arms[0].metrics[name] for name in METRICS} == alone.arms[0].metrics


def test_the_metrics_of_days_are_there_only_over_several_days(ran: tuple[Summary, Path]) -> None:
    assert list(ran[0].arms[0].metrics) == [*METRICS, *DAY_METRICS]
    assert ran[0].arms[0].metrics["d7_return"] == {"mean": None, "low": None, "high": None, "n": 0}


def test_a_user_comes_back_on_the_day_that_its_last_session_said(ran: tuple[Summary, Path]) -> None:
    later = 0
    for rows in visits(ran[1]).values():
        days = [(row.sums or {}).get("day", 0) for row in rows]
        for row, day, following in zip(rows, days, [*days[1:], None], strict=True):
            assert day < DAYS
            if row.status == "left":
                back = None if row.return_days is None else day + row.return_days
                assert following == (back if back is not None and back < DAYS else None)
                later += following is not None
    assert later > 10


def test_the_metrics_are_those_of_the_stored_sessions(ran: tuple[Summary, Path]) -> None:
    sessions = visits(ran[1]).values()
    on_day_1 = [any((row.sums or {}).get("day") == 1 for row in rows) for rows in sessions]
    minutes = [sum(row.minutes for row in rows) for rows in sessions]
    metrics = ran[0].arms[0].metrics
    assert metrics["d1_return"]["mean"] == pytest.approx(np.mean(on_day_1))
    assert metrics["total_minutes"]["mean"] == pytest.approx(np.mean(minutes), abs=1e-4)
    assert ran[0].arms[0].daily[:2] == [1.0, pytest.approx(np.mean(on_day_1), abs=1e-6)]


def test_the_summary_from_the_store_knows_the_days(ran: tuple[Summary, Path]) -> None:
    with Store.open(ran[1]) as store:
        assert summarize(store, newest(store), seconds=ran[0].seconds) == ran[0]


def test_a_later_session_is_found_and_shown_by_its_key(ran: tuple[Summary, Path]) -> None:
    keys = [row.key for rows in visits(ran[1]).values() for row in rows[1:2]]
    with Store.open(ran[1]) as store:
        data = session_data(store, keys[0])
    assert keys[0].endswith(".2")
    assert data["session"] == keys[0]
    assert data["turns"]


def test_what_was_opened_is_not_shown_again(ran: tuple[Summary, Path]) -> None:
    with Store.open(ran[1]) as store:
        for rows in list(visits(ran[1]).values())[:12]:
            opened: set[int] = set()
            for row in rows:
                exposures = store.session_rows(row.id).exposures
                assert not opened & {e.item for e in exposures}
                opened |= {e.item for e in exposures if e.actions & 2}


def test_later_sessions_have_luck_of_their_own(tmp_path: Path) -> None:
    whole(tmp_path, plan_of(settings(days=4, recommender=("random",), sessions=60)))
    path = tmp_path / "whole.db"
    with Store.open(path) as store:
        slates = [
            [[e.item for e in store.session_rows(row.id).exposures if e.turn == 1] for row in rows]
            for rows in visits(path).values()
            if len(rows) > 1
        ]
    assert slates
    assert all(not set(first) & set(second) or first != second for first, second, *_ in slates)


def test_days_do_not_depend_on_the_cohort(ran: tuple[Summary, Path], tmp_path: Path) -> None:
    other, _ = whole(tmp_path, plan_of(settings(days=DAYS, recommender=("content",), cohort=7)))
    assert other.arms[0].metrics == ran[0].arms[0].metrics
    with Store.open(ran[1]) as one, Store.open(tmp_path / "whole.db") as two:
        assert rest_of_world(one, newest(one)) == rest_of_world(two, newest(two))


def test_a_run_of_several_days_is_resumed(ran: tuple[Summary, Path], tmp_path: Path) -> None:
    plan = plan_of(settings(days=DAYS, recommender=("content",), cohort=7))
    with Store.open(tmp_path / "cut.db") as store, pytest.raises(KeyboardInterrupt):
        batch.execute_plan(plan, store, Stopping(7))
    with Store.open(tmp_path / "cut.db") as store, Store.open(ran[1]) as one:
        rest = batch.rest_of(store, newest(store))
        assert 0 < rest.missing < 30
        summary = batch.resume(store, rest)
        assert summary.arms[0].metrics == ran[0].arms[0].metrics
        assert rest_of_world(store, newest(store)) == rest_of_world(one, newest(one))


# ------------------------------------------------------------------------- what is left


@pytest.fixture(scope="module")
def users() -> UserRows:
    stage = Stage(open_catalog("films"), Settings(sessions=8))
    return stage.users(population(stage.settings, stage)[0])


def ended(users: UserRows) -> MindRows:
    """A session that ended badly."""
    from app.minds import mindset

    minds = mindset.start(BehaviorParameters(), users)
    minds.satisfaction[:], minds.trust[:], minds.fatigue[:], minds.seconds[:] = 0.1, 0.2, 0.9, 600.0
    minds.satiation[:, :-1] = 0.8
    minds.recent[:, -1] = 5
    return minds


@pytest.mark.parametrize("name", ["satisfaction", "trust", "satiation"])
def test_the_longer_one_is_away_the_less_is_left(users: UserRows, name: str) -> None:
    p, last = BehaviorParameters(), ended(users)
    fresh = getattr(returning.carried(p, users, last, np.full(8, 1e6)), name)
    off = [
        float(np.abs(getattr(returning.carried(p, users, last, np.full(8, days)), name) - fresh).mean())
        for days in (1.0, 5.0, 20.0)
    ]
    assert off[0] > off[1] > off[2] > 0


def test_who_was_away_is_rested_and_remembers_what_was_seen(users: UserRows) -> None:
    last = ended(users)
    back = returning.carried(BehaviorParameters(), users, last, np.full(8, 3.0))
    assert not back.fatigue.any()
    assert not back.seconds.any()
    assert (back.recent == last.recent).all()
    assert (back.known == last.known).all()


def test_everybody_comes_with_a_mood_of_the_day_around_the_same_one(users: UserRows) -> None:
    moods = np.stack(
        [returning.arriving(BehaviorParameters(), users, day * 16384).mood for day in range(1, 400)]
    )
    assert (moods.std(axis=0) > 0.1).all()
    base = returning.arriving(BehaviorParameters(), users, 0).mood
    assert np.abs(moods.mean(axis=0) - base).max() < 0.7
