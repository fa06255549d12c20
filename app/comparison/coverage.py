"""The share of the catalog shown to anybody: no mean over users, so it has an interval of its own kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from app.comparison.arms import Side
from app.comparison.samples import Sample
from app.store.store import Store

F64 = npt.NDArray[np.float64]
_RESAMPLES, _PERMUTATIONS = 500, 999
_BLOCK = 50


class CoverageDifference(NamedTuple):
    """Shares of the catalog, and B - A with a 95 % interval, its variance and a permutation p-value."""

    a: float
    b: float
    low: float
    high: float
    variance: float
    p: float


def shown(store: Store, side: Side, sample: Sample) -> csr_array:
    """float64 (users, items), 1 where the user of that row was shown the item, by user number.

    Of the replicates those that the sample has, so that both sides showed slates equally often.
    """
    users = np.unique(sample.users)
    items = store.catalog_row(side.arms[0].catalog_id).items
    found = csr_array((len(users), items))
    for arm in side.arms[: int(sample.replicate.max(initial=-1)) + 1]:
        for chunk in store.shown_table(arm.id):
            who = np.searchsorted(users, chunk["scenario"])
            here = (who < len(users)) & (users[np.minimum(who, len(users) - 1)] == chunk["scenario"])
            where = (who[here], np.array(chunk["item"])[here])
            found = found + csr_array((np.ones(len(where[0])), where), shape=found.shape)
    return csr_array(found > 0, dtype=np.float64)


def coverage_difference(a: csr_array, b: csr_array, *, paired: bool, seed: int) -> CoverageDifference:
    """The interval is the bootstrap's spread over users, centered on what was shown: a resample has fewer
    different users than the sample and so always covers less."""
    rng = np.random.Generator(np.random.Philox(seed))
    value = _share(b, None) - _share(a, None)
    drawn = np.concatenate([_share(b, y) - _share(a, x) for x, y in _resamples(a, b, paired, rng)])
    low, high = value + np.quantile(drawn - drawn.mean(), [0.025, 0.975])
    null = _exchanged(a, b, rng) if paired else _dealt(a, b, rng)
    extreme = sum(int((np.abs(dealt) >= abs(value) - 1e-12).sum()) for dealt in null)
    p = (extreme + 1) / (_PERMUTATIONS + 1)
    return CoverageDifference(_one(a), _one(b), float(low), float(high), float(drawn.var()), p)


def _one(of: csr_array) -> float:
    return float(_share(of, None)[0])


def _share(of: csr_array, weights: F64 | None) -> F64:
    """The coverage under each row of weights (times, users), float64 (times,)."""
    counted = np.ones((1, of.shape[0])) if weights is None else weights
    return np.asarray(((of.T @ counted.T) > 0).mean(axis=0), np.float64)


def _resamples(
    a: csr_array, b: csr_array, paired: bool, rng: np.random.Generator
) -> Iterator[tuple[F64, F64]]:
    for _ in range(0, _RESAMPLES, _BLOCK):
        first = _counts(a.shape[0], rng)
        yield first, first if paired else _counts(b.shape[0], rng)


def _counts(n: int, rng: np.random.Generator) -> F64:
    return rng.multinomial(n, np.full(n, 1 / n), _BLOCK).astype(np.float64)


def _exchanged(a: csr_array, b: csr_array, rng: np.random.Generator) -> Iterator[F64]:
    """Differences with the sides of each user exchanged at random."""
    for size in _sizes():
        flips = rng.integers(0, 2, (size, a.shape[0])).astype(np.float64)
        first = _shares_of((a, 1 - flips), (b, flips))
        yield _shares_of((b, 1 - flips), (a, flips)) - first


def _dealt(a: csr_array, b: csr_array, rng: np.random.Generator) -> Iterator[F64]:
    """Differences with the users dealt anew to both sides."""
    n, m = a.shape[0], b.shape[0]
    hands = np.repeat([1.0, 0.0], [n, m])
    for size in _sizes():
        first = rng.permuted(np.broadcast_to(hands, (size, n + m)), axis=1)
        one = _shares_of((a, first[:, :n]), (b, first[:, n:]))
        yield _shares_of((a, 1 - first[:, :n]), (b, 1 - first[:, n:])) - one


def _sizes() -> Iterator[int]:
    for start in range(0, _PERMUTATIONS, _BLOCK):
        yield min(_BLOCK, _PERMUTATIONS - start)


def _shares_of(*weighted: tuple[csr_array, F64]) -> F64:
    return np.asarray((sum(of.T @ weights.T for of, weights in weighted) > 0).mean(axis=0), np.float64)
