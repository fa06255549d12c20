"""Instructing instead of leaving, coming back, and how long sessions last."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app import draws
from app.minds import endings, mindset
from app.minds.behavior import sigmoid
from app.minds.parameters import BehaviorParameters
from app.minds.rows import MindRows, UserRows
from tests.minds.world import crowd, play, slates, user

P = BehaviorParameters()
MANY = 20_000


def neutral(n: int = MANY, satisfaction: float = 0.5) -> tuple[UserRows, MindRows]:
    """n users of middling loyalty, who end a session satisfied to a degree."""
    users = crowd(300, loyalty=0.5).take(np.arange(n) % 300)
    users = replace(users, key=draws.keys(3, np.arange(n)))
    return users, replace(mindset.start(P, users), satisfaction=np.full(n, satisfaction))


def days(p: BehaviorParameters = P, satisfaction: float = 0.5) -> np.ndarray:
    return endings.return_days(p, *neutral(satisfaction=satisfaction), 4)


def test_gaps_between_sessions_are_a_discrete_weibull() -> None:
    gaps = days(replace(P, churn=-40.0))
    t = np.arange(0, 31)
    survival = P.gap_q ** (t**P.gap_shape)
    expected = survival[:-1] - survival[1:]
    found = np.bincount(gaps.astype(int), minlength=40)[1:31] / len(gaps)
    assert np.abs(found - expected).sum() / 2 < 0.02
    assert gaps.min() == 1


def test_some_never_come_back() -> None:
    assert np.isinf(days()).mean() == pytest.approx(sigmoid(np.array(P.churn)), abs=0.01)


def test_the_satisfied_come_back_more_often_and_sooner() -> None:
    poor, good = days(satisfaction=0.2), days(satisfaction=0.8)
    assert np.isinf(good).mean() < 0.5 * np.isinf(poor).mean()
    both = np.isfinite(poor) & np.isfinite(good)
    assert (good[both] <= poor[both]).all()
    assert good[both].mean() < poor[both].mean()


def spoken(**changed: np.ndarray) -> float:
    users, minds = neutral()
    return float(endings.instructs(P, users, replace(minds, **changed), 2).mean())


def test_who_trusts_and_was_heard_says_more() -> None:
    usual = spoken()
    assert spoken(trust=np.full(MANY, 0.9)) > usual + 0.1
    assert spoken(unheard=np.full(MANY, 3, np.int32)) < usual - 0.1


def test_the_patient_say_more() -> None:
    hasty, patient = (
        endings.instructs(P, users, mindset.start(P, users), 1).mean()
        for users in (crowd(patience=0.0), crowd(patience=1.0))
    )
    assert patient > hasty + 0.1


@pytest.mark.slow
def test_sessions_differ_as_much_as_real_ones_do() -> None:
    """The coefficient of variation of items seen: 1.4 to 3.6 in real logs; nearer the lower end here."""
    seen = play(user(), crowd(300), slates(300, 60)).seen
    assert 0.7 < seen.std() / seen.mean() < 3.6


@pytest.mark.slow
def test_who_has_stayed_longer_is_less_likely_to_leave_at_the_next_item() -> None:
    """Of a session's first items, each ends more sessions than a later one: the opposite of a fixed page count."""
    played = play(user(), crowd(300), slates(300, 60))
    ended = played.left

    def hazard(low: int, high: int) -> float:
        at_risk = np.clip(played.seen, low, high) - low
        return float((ended & (played.seen > low) & (played.seen <= high)).sum() / at_risk.sum())

    assert hazard(0, 5) > 1.2 * hazard(5, 40)
    assert hazard(0, 40) > 1.05 * hazard(80, 600)
