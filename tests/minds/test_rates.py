"""The rates of real feeds, and what good recommenders are worth: the films, everyone, 400 users."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from app.runner import run_cohort
from app.settings import Settings
from app.world import Stage, open_catalog, population
from graphs.messages import ACTIONS

pytestmark = pytest.mark.slow
USERS = 400
BASELINES = ("random", "popular", "content")


@dataclass
class Found:
    """Means over users, and rates per examined item."""

    turns: float
    satisfaction: float
    instruct_rate: float
    rates: dict[str, float]
    watched: np.ndarray
    """The watched fractions of what was opened."""


@cache
def found(recommender: str, instruct: bool = True) -> Found:
    settings = Settings(sessions=USERS, seed=7, instruct=instruct)
    stage = Stage(open_catalog(settings.catalog), settings)
    people, _, _ = population(settings, stage)
    turns, satisfaction, said = np.zeros(USERS), np.zeros(USERS), 0
    actions, watched = [], []
    for turn in run_cohort(
        stage.user, stage.recommender(recommender), stage.users(people), stage.visitors(people), 10, 20
    ):
        turns[turn.sessions], satisfaction[turn.sessions] = turn.number, turn.minds.satisfaction
        seen = np.arange(10) < turn.reviews.seen[:, None]
        actions.append(turn.reviews.actions[seen])
        watched.append(turn.reviews.watched[seen])
        said += int((turn.decisions.kind == 1).sum())
    done = np.concatenate(actions)
    rates = {name: float(((done >> bit) & 1).mean()) for bit, name in enumerate(ACTIONS)}
    opened = np.concatenate(watched)[(done & 2) > 0]
    return Found(turns.mean(), satisfaction.mean(), said / turns.sum(), rates, opened)


@pytest.mark.parametrize(
    ("action", "low", "high"),
    [
        ("open", 0.40, 0.48),
        ("watch", 0.25, 0.33),
        ("like", 0.012, 0.023),
        ("comment", 0.0012, 0.0042),
        ("save", 0.0003, 0.0022),
        ("share", 0.0003, 0.0020),
        ("dislike", 0.0001, 0.0014),
    ],
)
def test_a_random_feed_gives_the_rates_of_a_real_one(action: str, low: float, high: float) -> None:
    """KuaiRand: click .44, watched by half .27 (long view .31), like .017, comment .0026, forward .0010."""
    assert low < found("random").rates[action] < high


def test_opened_items_are_watched_as_far_as_real_ones() -> None:
    """KuaiRand's clicked videos: quartiles of the watch ratio .20, .65 and 1.02."""
    quartiles = np.quantile(found("random").watched, [0.25, 0.5, 0.75])
    assert quartiles == pytest.approx([0.20, 0.65, 1.02], abs=0.16)


def test_better_recommenders_make_longer_sessions() -> None:
    random, popular, content = (found(name).turns for name in BASELINES)
    assert random * 1.1 < popular
    assert popular * 1.1 < content
    assert content <= found("agent").turns
    assert found("agent").turns >= 1.5 * random


def test_better_recommenders_satisfy_more() -> None:
    random, popular, content = (found(name).satisfaction for name in BASELINES)
    assert random + 0.05 < popular
    assert popular + 0.03 < content
    assert content <= found("agent").satisfaction


@pytest.mark.parametrize("name", [*BASELINES, "agent"])
def test_users_say_something_now_and_then(name: str) -> None:
    assert 0.08 < found(name).instruct_rate < 0.25


def test_users_who_may_say_what_is_wrong_stay_longer() -> None:
    assert found("agent").turns > 1.2 * found("agent", instruct=False).turns
