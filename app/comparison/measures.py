"""The metrics of `app.metrics` as numerators and denominators per user, which a difference is made of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.comparison.samples import Sample
from app.metrics import METRICS, RETURN_WITHIN_DAYS, Tally
from app.stats import Sums

F64 = npt.NDArray[np.float64]

NAMES = tuple(name for name in METRICS if name != "coverage")
"""The metrics that are ratios of sums over users, in order; coverage is of all users together."""


def parts(tally: Tally, horizon: int) -> dict[str, tuple[F64, F64]]:
    """(numerator, denominator) of each session, float64 (n,) each; turns are cut at the horizon."""
    one = np.ones_like(tally.turns)
    lasted = tally.turns - tally.first_instruct >= 2
    instructed = (tally.first_instruct > 0) & (lasted | (tally.left > 0))
    known = ~np.isnan(tally.return_days)
    soon = known & (np.where(known, tally.return_days, np.inf) <= RETURN_WITHIN_DAYS)
    means = {
        "turns": np.minimum(tally.turns, horizon),
        "items_seen": tally.items_seen,
        "minutes": tally.minutes,
        **_per_item(tally),
        **_per_turn(tally),
        "satisfaction": tally.satisfaction,
        "leave_by_3": ((tally.left > 0) & (tally.turns <= 3)).astype(float),
        "reward": tally.reward,
    }
    return {name: (values, one) for name, values in means.items()} | {
        "uptake": (tally.kept, tally.judged),
        "recovery": ((lasted & instructed).astype(float), instructed.astype(float)),
        "return_rate": (soon.astype(float), known.astype(float)),
    }


def _per_item(tally: Tally) -> dict[str, F64]:
    sums = {"open_rate": tally.opens, "watch_fraction": tally.watched, "like_rate": tally.likes}
    sums |= {"save_rate": tally.saves, "share_rate": tally.shares}
    return {name: values / np.maximum(tally.items_seen, 1.0) for name, values in sums.items()}


def _per_turn(tally: Tally) -> dict[str, F64]:
    sums = {"instruct_rate": tally.instructs, "diversity": tally.diversity, "novelty": tally.novelty}
    return {name: values / np.maximum(tally.turns, 1.0) for name, values in sums.items()}


def user_sums(sample: Sample, horizon: int) -> Sums:
    """One row a user: the metrics of NAMES, then whether still there after turn 1 … horizon."""
    found = parts(sample.tally, horizon)
    turns, one = sample.tally.turns, np.ones(len(sample))
    ends = np.where(sample.tally.left > 0, turns, np.inf)
    columns = [found[name] for name in NAMES]
    columns += [((ends > t).astype(float), one) for t in range(1, horizon + 1)]
    return Sums(*(_by_user(sample, np.stack(side, axis=1)) for side in zip(*columns, strict=True)))


def _by_user(sample: Sample, values: F64) -> F64:
    """Sums over the sessions of each user, in the order of their numbers."""
    users, first = np.unique(sample.users, return_inverse=True)
    summed = np.zeros((len(users), values.shape[1]))
    np.add.at(summed, first, values)
    return summed
