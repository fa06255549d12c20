"""Every trait does what its name says, other things and all draws equal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.minds.rows import TRAITS
from tests.minds.world import LIKE, OPEN, Played, crowd, play, slates, stage, user

LOW, HIGH = 0.15, 0.85


def pair(trait: str, low: float = LOW, high: float = HIGH, **parameters: Any) -> tuple[Played, Played]:
    """The same crowd with little and with much of a trait, on the same slates and draws."""
    mind = user(**parameters)
    return play(mind, crowd(**{trait: low})), play(mind, crowd(**{trait: high}))


def first_opened(played: Played) -> np.ndarray:
    """Who opened what in the first slate, before sessions differ."""
    return (played.actions[0] & OPEN) > 0


def test_the_pickier_open_less_and_like_less() -> None:
    few, many = pair("pickiness")
    assert first_opened(many).mean() < first_opened(few).mean() - 0.1
    assert not (first_opened(many) & ~first_opened(few) & (few.actions[0] > 0)).any()
    assert ((many.actions & LIKE) > 0).sum() < ((few.actions & LIKE) > 0).sum()


def test_the_pickier_are_less_satisfied_and_leave_sooner() -> None:
    few, many = pair("pickiness")
    assert many.satisfaction.mean() < few.satisfaction.mean()
    assert many.turns.mean() < few.turns.mean()


def lift(played: Played, what: np.ndarray) -> float:
    """How much more of the upper than of the lower half by `what` (n, k) was opened in the first slate."""
    seen, opened = played.actions[0] > 0, first_opened(played)
    upper = what > np.median(what)
    return float(opened[seen & upper].mean() - opened[seen & ~upper].mean())


def test_conformists_open_what_is_popular() -> None:
    few, many = pair("conformity", 0.0, 1.0, leave=-20.0)
    popular = stage().user.items.numeric[slates()[0], 2]
    assert lift(many, popular) > lift(few, popular) + 0.1


def test_the_curious_open_what_they_do_not_know() -> None:
    few, many = pair("curiosity", 0.0, 1.0, leave=-20.0)
    items, known = stage().user.items, crowd().known
    rows = np.arange(len(known))[:, None, None]
    novel = ((1.0 - known[rows, items.facets[slates()[0]]]) * items.weight[slates()[0]]).sum(axis=2)
    assert lift(many, novel) > lift(few, novel) + 0.03


def test_the_patient_stay_longer() -> None:
    few, many = pair("patience")
    assert many.turns.mean() > few.turns.mean() + 0.5
    assert many.seen.mean() > few.seen.mean()


def test_the_expressive_say_more_often_what_is_wrong() -> None:
    few, many = pair("expressiveness")
    assert many.instructed.sum() / many.enough.sum() > few.instructed.sum() / few.enough.sum() + 0.2


def test_expressiveness_changes_nothing_before_one_has_had_enough() -> None:
    few, many = pair("expressiveness")
    assert np.array_equal(few.actions[0], many.actions[0])


def test_more_minutes_make_longer_sessions() -> None:
    few, many = pair("minutes", 5.0, 90.0)
    assert many.minutes.mean() > few.minutes.mean() + 1.0
    assert few.minutes.max() < 6.0


def test_the_loyal_come_back_more_often_and_sooner() -> None:
    few, many = pair("loyalty")
    assert np.array_equal(few.actions, many.actions)
    assert np.isinf(many.days).mean() < np.isinf(few.days).mean()
    both = np.isfinite(few.days) & np.isfinite(many.days)
    assert (many.days[both] <= few.days[both]).all()
    assert many.days[both].mean() < few.days[both].mean()


def values(items: list[int], person: int, **traits: float) -> np.ndarray:
    """The utility of each item shown alone to one user."""
    mind, users = user(), crowd(**traits).take(np.array([person]))
    minds = mind.start(users)
    shown = np.array([[item] for item in items], np.int32)
    out = [mind.review(users, minds, type("S", (), {"items": one[None]})(), 1).utility[0, 0] for one in shown]
    return np.array(out)


@settings(max_examples=40, deadline=None)
@given(
    person=st.integers(0, 299),
    items=st.lists(st.integers(0, 600), min_size=2, max_size=2, unique=True),
    trait=st.sampled_from(["patience", "minutes", "expressiveness", "loyalty"]),
    level=st.floats(0.0, 1.0),
)
def test_how_active_one_is_never_changes_what_one_prefers(
    person: int, items: list[int], trait: str, level: float
) -> None:
    other = level * 100.0 + 1.0 if trait == "minutes" else level
    assert np.array_equal(values(items, person), values(items, person, **{trait: other}))


@settings(max_examples=30, deadline=None)
@given(
    person=st.integers(0, 299),
    items=st.lists(st.integers(0, 600), min_size=2, max_size=2, unique=True),
    level=st.floats(0.0, 1.0),
)
def test_pickiness_lowers_all_items_alike(person: int, items: list[int], level: float) -> None:
    now, then = values(items, person), values(items, person, pickiness=level)
    assert now[0] - now[1] == pytest.approx(then[0] - then[1], abs=1e-4)


def test_traits_are_of_the_user_and_not_of_its_neighbors() -> None:
    users = crowd(20)
    mixed = users.traits.copy()
    mixed[7, TRAITS.index("pickiness")] = 1.0
    alone = replace(users, traits=mixed)
    shown = tuple(slate[:20] for slate in slates()[:1])
    same = np.arange(20) != 7
    before, after = play(user(), users, shown), play(user(), alone, shown)
    assert np.array_equal(before.utility[0][same], after.utility[0][same])
    assert (after.utility[0][7] < before.utility[0][7]).all()
