"""Every metric against a few sessions counted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.metrics import METRICS, Coverage, Tally, join, measure, retention_curve

ANY_COVERAGE = {"mean": 0.5, "low": 0.4, "high": 0.6, "n": 4}


def tally(**given: list[float]) -> Tally:
    """Four sessions of four turns and twenty items where nothing happened, with some sums given."""
    sessions = Tally.zeros(4)
    sessions.turns[:], sessions.items_seen[:] = 4, 20
    for name, values in given.items():
        getattr(sessions, name)[:] = values
    return sessions


def mean(metric: str, **given: list[float]) -> Any:
    return measure(tally(**given), ANY_COVERAGE)[metric]["mean"]


def test_every_metric_is_measured_and_has_an_interval_around_it() -> None:
    found = measure(tally(return_days=[1, 2, 3, 4], left=[1, 1, 1, 1]), ANY_COVERAGE)
    assert list(found) == list(METRICS)
    for name, metric in found.items():
        assert set(metric) == {"mean", "low", "high", "n"}, name
        if metric["mean"] is not None:
            assert metric["low"] <= metric["mean"] <= metric["high"], name


@pytest.mark.parametrize(
    ("metric", "summed", "values", "expected"),
    [
        ("turns", "turns", [2, 4, 6, 8], 5.0),
        ("items_seen", "items_seen", [10, 20, 30, 40], 25.0),
        ("minutes", "minutes", [1, 2, 3, 6], 3.0),
        ("open_rate", "opens", [0, 5, 10, 20], 0.4375),
        ("watch_fraction", "watched", [0, 5, 10, 25], 0.5),
        ("like_rate", "likes", [1, 1, 1, 5], 0.1),
        ("save_rate", "saves", [0, 0, 0, 2], 0.025),
        ("share_rate", "shares", [0, 2, 0, 0], 0.025),
        ("instruct_rate", "instructs", [0, 1, 2, 1], 0.25),
        ("satisfaction", "satisfaction", [0.2, 0.4, 0.6, 0.8], 0.5),
        ("diversity", "diversity", [4, 0, 4, 0], 0.5),
        ("novelty", "novelty", [2, 2, 2, 2], 0.5),
        ("reward", "reward", [1, 2, 3, 4], 2.5),
    ],
)
def test_means_over_users(metric: str, summed: str, values: list[float], expected: float) -> None:
    assert mean(metric, **{summed: values}) == pytest.approx(expected)


def test_a_rate_counts_every_user_once_however_long_it_stayed() -> None:
    rate = mean("open_rate", items_seen=[10, 90, 10, 90], opens=[10, 0, 10, 0])
    assert rate == pytest.approx(0.5)


def test_uptake_is_the_share_of_judged_instructions_that_were_kept() -> None:
    assert mean("uptake", judged=[3, 1, 0, 0], kept=[3, 0, 0, 0]) == pytest.approx(0.75)
    assert mean("uptake") is None


def test_recovery_is_the_share_of_instructed_sessions_that_lasted_two_more_turns() -> None:
    """The third session never instructed; the fourth did in its last turn but one, when the run stopped it."""
    found = measure(tally(first_instruct=[2, 3, 0, 3], turns=[4, 4, 4, 4], left=[1, 1, 1, 0]), ANY_COVERAGE)[
        "recovery"
    ]
    assert found["mean"] == pytest.approx(0.5)
    assert found["n"] == 2


def test_leave_by_3_counts_those_who_left_and_not_those_who_were_stopped() -> None:
    assert mean("leave_by_3", turns=[3, 3, 4, 1], left=[1, 0, 1, 1]) == pytest.approx(0.5)


def test_return_rate_is_of_those_who_left_within_seven_days() -> None:
    found = measure(tally(return_days=[7, 8, np.inf, np.nan]), ANY_COVERAGE)["return_rate"]
    assert found["mean"] == pytest.approx(1 / 3)
    assert found["n"] == 3


def test_sessions_without_an_item_count_as_nothing_opened() -> None:
    assert mean("open_rate", items_seen=[0, 20, 20, 20], opens=[0, 20, 20, 20]) == pytest.approx(0.75)


def test_tallies_join_in_order() -> None:
    both = join([tally(turns=[1, 2, 3, 4]), tally(turns=[5, 6, 7, 8])])
    assert both.turns.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len(both.return_days) == 8


def test_intervals_narrow_with_more_users() -> None:
    few = tally(satisfaction=[0.2, 0.4, 0.6, 0.8])
    wide, narrow = (measure(join([few] * n), ANY_COVERAGE)["satisfaction"] for n in (2, 50))
    assert narrow["high"] - narrow["low"] < 0.5 * (wide["high"] - wide["low"])  # type: ignore[operator]


# -------------------------------------------------------------------------------- retention


def test_the_retention_curve_is_who_is_still_there_after_each_turn() -> None:
    curve = retention_curve(np.array([1.0, 2.0, 2.0, 4.0]), np.array([1.0, 1.0, 1.0, 0.0]), 4)
    assert curve == [0.75, 0.25, 0.25, 0.25]


def test_the_retention_curve_of_nobody_is_empty() -> None:
    assert retention_curve(np.zeros(0), np.zeros(0), 5) == []


# -------------------------------------------------------------------------------- coverage


def shown(*slates: list[int], n_items: int = 20) -> Coverage:
    coverage = Coverage(len(slates), n_items)
    coverage.add(np.arange(len(slates)), np.array(slates, np.int32))
    return coverage


def test_coverage_is_the_share_of_the_catalog_shown_to_anybody() -> None:
    assert shown([0, 1, 2], [2, 3, 19]).measure()["mean"] == pytest.approx(5 / 20)


def test_coverage_adds_up_over_turns_and_counts_an_item_once() -> None:
    coverage = shown([0, 1], [0, 1])
    coverage.add(np.array([1]), np.array([[1, 8]], np.int32))
    assert coverage.measure()["mean"] == pytest.approx(3 / 20)


def test_places_without_an_item_cover_nothing() -> None:
    assert shown([4, -1, -1]).measure()["mean"] == pytest.approx(1 / 20)


def test_many_sessions_may_show_items_of_the_same_byte() -> None:
    assert shown([0, 1, 2, 3, 4, 5, 6, 7], [0, 0, 0, 0, 0, 0, 0, 8]).measure()["mean"] == pytest.approx(
        9 / 20
    )


def test_the_interval_of_coverage_holds_what_was_shown() -> None:
    draw = np.random.default_rng(2)
    found = shown(*(draw.choice(200, 3, replace=False).tolist() for _ in range(50)), n_items=200).measure()
    assert 0 <= found["low"] < found["mean"] < found["high"] <= 1  # type: ignore[operator]
    assert found["n"] == 50


def test_the_coverage_of_nobody_is_unknown() -> None:
    assert Coverage(0, 20).measure() == {"mean": None, "low": None, "high": None, "n": 0}
