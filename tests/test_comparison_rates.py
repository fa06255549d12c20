"""A/A comparisons: intervals cover zero, and p-values reject, at the rates that they promise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app import batch
from app.comparison.measures import NAMES, user_sums
from app.comparison.samples import load
from app.settings import Settings
from app.stats import Sums, difference, permutation_p
from app.store.store import Store

REPEATS, USERS = 200, 40
CHECKED = ("turns", "minutes", "open_rate", "satisfaction", "leave_by_3", "novelty")


def covers_zero(a: Sums, b: Sums, *, paired: bool, seed: int) -> np.ndarray:
    found = difference(a, b, paired=paired, seed=seed)
    return np.asarray((found.low <= 0) & (0 <= found.high))


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


@pytest.mark.slow
def test_real_sessions_of_one_recommender_cover_zero_at_the_nominal_rate(tmp_path: Path) -> None:
    """One run of `popular`, cut into 200 pairs of 40 users each, other ones on either side."""
    settings = Settings(sessions=2 * REPEATS * USERS, recommender=("popular",), max_turns=8, slate_size=5)
    with Store.open(tmp_path / "aa.db") as store:
        batch.execute(settings, store)
        run = store.runs(1)[0]
        sums = user_sums(load(store, run, store.arms(run.id)), settings.max_turns)
    columns = [NAMES.index(name) for name in CHECKED]
    groups = np.arange(len(sums.over)).reshape(REPEATS, 2, USERS)
    chosen = Sums(sums.over[:, columns], sums.under[:, columns])
    covered = [
        covers_zero(chosen.of(a), chosen.of(b), paired=False, seed=i) for i, (a, b) in enumerate(groups)
    ]
    rates = np.mean(covered, axis=0)
    assert ((rates >= 0.92) & (rates <= 0.98)).all(), dict(zip(CHECKED, rates, strict=True))
