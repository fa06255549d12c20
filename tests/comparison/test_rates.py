"""A/A comparisons: intervals cover zero, and p-values reject, at the rates that they promise."""

from __future__ import annotations

import numpy as np
import pytest

from app import batch
from app.comparison.measures import NAMES, user_sums
from app.comparison.samples import load
from app.settings import Settings
from app.stats import Sums, difference, permutation_p
from app.store.store import Store

REPEATS, USERS = 200, 40
USUAL = ("turns", "items_seen", "minutes", "open_rate", "watch_fraction", "satisfaction", "reward")
"""Metrics to which every user contributes."""


def covers_zero(a: Sums, b: Sums, *, paired: bool, seed: int) -> np.ndarray:
    found = difference(a, b, paired=paired, seed=seed)
    return np.asarray((found.low <= 0) & (found.high >= 0))


def lengths(rng: np.random.Generator, stay: np.ndarray) -> Sums:
    """Turns until one leaves, 20 at most, and instructions kept of those made: a mean and a ratio."""
    turns = np.minimum(rng.geometric(1 - stay), 20).astype(float)
    made = rng.binomial(turns.astype(int), 0.5).astype(float)
    kept = rng.binomial(made.astype(int), stay).astype(float)
    return Sums(np.stack([turns, kept], 1), np.stack([np.ones(len(turns)), made], 1))


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False])
def test_intervals_of_the_same_arm_cover_zero_at_the_nominal_rate(paired: bool) -> None:
    covered = []
    for seed in range(REPEATS):
        rng = np.random.default_rng(seed)
        stay = rng.beta(6, 2, (2, USERS))
        a, b = lengths(rng, stay[0]), lengths(rng, stay[0 if paired else 1])
        covered.append(covers_zero(a, b, paired=paired, seed=seed))
    rates = np.mean(covered, axis=0)
    assert ((rates >= 0.92) & (rates <= 0.98)).all(), rates


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False])
def test_p_values_of_the_same_arm_are_below_a_twentieth_in_a_twentieth(paired: bool) -> None:
    p_values = []
    for seed in range(REPEATS):
        rng = np.random.default_rng(1000 + seed)
        stay = rng.beta(6, 2, (2, USERS))
        a, b = lengths(rng, stay[0]), lengths(rng, stay[0 if paired else 1])
        p_values.append(permutation_p(a, b, paired=paired, seed=seed, permutations=999))
    rejected = (np.array(p_values) <= 0.05).mean(axis=0)
    assert ((rejected >= 0.02) & (rejected <= 0.08)).all(), rejected


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sums, Sums]:
    """The sums of 8,000 users under two recommenders, with the same luck."""
    settings = Settings(
        sessions=REPEATS * USERS, recommender=("popular", "content"), max_turns=8, slate_size=5
    )
    with Store.open(tmp_path_factory.mktemp("real") / "aa.db") as store:
        batch.execute(settings, store)
        run = store.runs(1)[0]
        arms = [load(store, run, (arm,)) for arm in store.arms(run.id)]
    a, b = (user_sums(arm, settings.max_turns).columns(slice(len(NAMES))) for arm in arms)
    return a, b


def nominal(covered: list[np.ndarray]) -> bool:
    """Whether zero is covered at the nominal rate; of rare events, such as saves, at least nearly."""
    rates = dict(zip(NAMES, np.mean(covered, axis=0).tolist(), strict=True))
    print({name: round(rate, 3) for name, rate in rates.items()})
    return min(rates.values()) >= 0.9 and all(0.92 <= rates[name] <= 0.98 for name in USUAL)


@pytest.mark.slow
def test_real_sessions_of_the_same_arm_cover_zero_at_the_nominal_rate(real: tuple[Sums, Sums]) -> None:
    """Other users on either side: 100 A/A comparisons of each recommender."""
    groups = np.arange(REPEATS * USERS).reshape(REPEATS // 2, 2, USERS)
    pairs = [(arm.of(a), arm.of(b)) for arm in real for a, b in groups]
    assert nominal([covers_zero(a, b, paired=False, seed=i) for i, (a, b) in enumerate(pairs)])


@pytest.mark.slow
def test_real_pairs_dealt_by_a_coin_cover_zero_at_the_nominal_rate(real: tuple[Sums, Sums]) -> None:
    """A coin for each user says which of its two sessions is A's, so neither side can be better."""
    coins = np.random.default_rng(0).random((REPEATS * USERS, 1)) < 0.5
    a, b = (Sums(*(np.where(coins == c, x, y) for x, y in zip(*real, strict=True))) for c in (True, False))
    groups = np.arange(REPEATS * USERS).reshape(REPEATS, USERS)
    assert nominal([covers_zero(a.of(g), b.of(g), paired=True, seed=i) for i, g in enumerate(groups)])
