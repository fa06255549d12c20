"""The reason named for a reaction is a part of the utility that decided, and points the way it went."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.minds import behavior, mindset
from app.minds.explaining import reasons
from app.minds.parameters import BehaviorParameters
from app.minds.rows import FACTORS, ReviewRows, UserRows
from tests.minds.world import crowd, slates, stage

P = replace(BehaviorParameters(), leave=-30.0)


@pytest.fixture(scope="module")
def reviewed() -> tuple[UserRows, ReviewRows]:
    """A slate seen to its end by users who are tired of some things and have just asked for others."""
    users = crowd(minutes=500.0)
    minds = mindset.start(P, users)
    draw = np.random.default_rng(3)
    minds.satiation[:, :-1] = draw.random(minds.satiation[:, :-1].shape) ** 2
    minds.wish_facet[:, :-1] = draw.choice([0.0, 0.0, 1.0, -1.0], minds.wish_facet[:, :-1].shape)
    minds.recent[:, -1] = slates()[0][:, 4]
    return users, behavior.review(P, stage().user.items, users, minds, slates()[0], 1)


def of(out: ReviewRows, *names: str) -> np.ndarray:
    return np.isin(out.factor, [FACTORS.index(name) for name in names])


def test_a_reason_of_taste_wish_novelty_mood_or_clickbait_points_the_way_the_utility_went(
    reviewed: tuple[UserRows, ReviewRows],
) -> None:
    _, out = reviewed
    felt = of(out, "taste", "wish", "novelty", "mood", "clickbait")
    assert felt.sum() > 500
    assert (np.sign(out.part[felt]) == np.where(out.utility[felt] > 0, 1, -1)).all()


def test_the_facet_behind_a_taste_is_liked_where_the_item_was_and_disliked_where_not(
    reviewed: tuple[UserRows, ReviewRows],
) -> None:
    users, out = reviewed
    empty = users.facet.shape[1] - 1
    rows, slots = np.nonzero(of(out, "taste") & (out.facet < empty))
    weights = users.facet[rows, out.facet[rows, slots]]
    assert len(rows) > 500
    assert (np.sign(weights) == np.where(out.utility[rows, slots] > 0, 1, -1)).all()


def test_the_facet_behind_boredom_is_one_the_item_has_and_the_user_is_tired_of(
    reviewed: tuple[UserRows, ReviewRows],
) -> None:
    _, out = reviewed
    rows, slots = np.nonzero(of(out, "boredom"))
    assert len(rows) > 100
    facets = out.facet[rows, slots]
    assert (stage().user.items.facets[out.items[rows, slots]] == facets[:, None]).any(axis=1).all()
    assert (out.mind.satiation[rows, facets] > 0).all()


def test_the_size_of_a_part_is_what_it_added(reviewed: tuple[UserRows, ReviewRows]) -> None:
    _, out = reviewed
    items = stage().user.items
    for name, part in (
        ("quality", P.quality * items.quality[out.items]),
        ("clickbait", -P.clickbait * items.clickbait[out.items]),
    ):
        where = of(out, name)
        assert where.any()
        assert out.part[where] == pytest.approx(part[where], abs=1e-5)


def parts(**given: float) -> dict[str, np.ndarray]:
    return {name: np.array([[value]]) for name, value in given.items()}


@pytest.mark.parametrize(
    ("utility", "given", "named"),
    [
        (1.0, {"taste": 0.5, "wish": 0.2}, "taste"),
        (-1.0, {"taste": 0.5, "wish": -0.2}, "wish"),
        (-1.0, {"taste": 0.5, "quality": 0.3}, "quality"),
        (1.0, {"taste": 0.5, "boredom": -0.8}, "boredom"),
        (-1.0, {"taste": 2.0, "quality": 0.1}, "quality"),
        (1.0, {"clickbait": -0.9, "mood": 0.1}, "mood"),
    ],
)
def test_the_strongest_part_that_speaks_truly_is_named(
    utility: float, given: dict[str, float], named: str
) -> None:
    factor, size = reasons(np.array([[utility]], np.float32), parts(**given))
    assert FACTORS[factor[0, 0]] == named
    assert size[0, 0] == pytest.approx(given[named])
