"""Cohen's kappa against tables whose value is known, and intervals over sessions."""

from __future__ import annotations

import numpy as np
import pytest

from app.evaluate.agreement import agreement


def _one(table: list[list[int]]) -> np.ndarray:
    return np.array([table], np.float64)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.1304347826),
        ([[25, 35], [5, 35]], 0.2592592593),
        ([[7, 0], [0, 3]], 1.0),
        ([[0, 5], [5, 0]], -1.0),
        ([[10, 10], [10, 10]], 0.0),
        ([[44, 5, 1], [7, 20, 3], [9, 5, 6]], 0.4915254237),
    ],
)
def test_kappa_is_that_of_known_tables(table: list[list[int]], kappa: float) -> None:
    assert agreement(_one(table)).kappa == pytest.approx(kappa)


def test_kappa_of_those_who_always_say_the_same_cannot_be_told() -> None:
    found = agreement(_one([[0, 0], [0, 9]]))
    assert (found.agreement, found.kappa) == (1.0, None)


def test_nothing_said_is_nothing_known() -> None:
    found = agreement(np.zeros((2, 2, 2)))
    assert (found.n, found.agreement, found.kappa, found.agreement_interval) == (0, None, None, None)


def test_one_session_has_no_interval() -> None:
    found = agreement(_one([[20, 5], [10, 15]]))
    assert (found.agreement_interval, found.kappa_interval) == (None, None)


def test_an_interval_is_over_sessions_not_over_items() -> None:
    rng = np.random.default_rng(1)
    alike = rng.random(40) < 0.7
    tables = np.array([[[30, 0], [0, 30]] if same else [[0, 30], [30, 0]] for same in alike], np.float64)
    interval = agreement(tables).agreement_interval
    assert interval is not None
    width = 2 * 1.96 * np.sqrt(alike.mean() * (1 - alike.mean()) / len(alike))
    assert interval[1] - interval[0] == pytest.approx(width, rel=0.2)


def test_sessions_that_are_all_alike_leave_nothing_open() -> None:
    found = agreement(np.array([[[20, 5], [10, 15]]] * 4, np.float64))
    assert found.kappa_interval == pytest.approx((0.4, 0.4))
