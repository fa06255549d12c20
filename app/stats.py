"""Bootstrap intervals over users, and tests of the difference between two arms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtrit

F64 = npt.NDArray[np.float64]

RESAMPLES = 1000
PERMUTATIONS = 9999
_BLOCK = 64
_DIGITS = 12
"""Sums of the same numbers in another order are taken as equal."""


def bootstrap_ratios(
    parts: Mapping[str, tuple[F64, F64]], seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, dict[str, float | int | None]]:
    """sum(numerator) / sum(denominator) of each entry with its 95 % percentile interval over users.

    All arrays are float64 (n,), one entry a user; users with a denominator of 0 do not count in `n`. A mean
    has denominators of 1. Without any user the values are None.
    """
    names = list(parts)
    if not names:
        return {}
    over = np.stack([parts[name][0] for name in names], axis=1)
    under = np.stack([parts[name][1] for name in names], axis=1)
    ratios = _resampled(over, under, np.random.Generator(np.random.Philox(seed)), resamples)
    low, high = np.nanquantile(ratios, [0.025, 0.975], axis=0) if len(over) else (None, None)
    out: dict[str, dict[str, float | int | None]] = {}
    for i, name in enumerate(names):
        n = int((under[:, i] > 0).sum())
        if n == 0:
            out[name] = {"mean": None, "low": None, "high": None, "n": 0}
            continue
        assert low is not None
        assert high is not None
        mean = float(over[:, i].sum() / under[:, i].sum())
        out[name] = {"mean": mean, "low": float(low[i]), "high": float(high[i]), "n": n}
    return out


def _resampled(over: F64, under: F64, rng: np.random.Generator, resamples: int) -> F64:
    """float64 (resamples, metrics); a resample without any denominator repeats the overall ratio."""
    n = len(over)
    total = np.maximum(under.sum(axis=0), 1e-300)
    blocks = []
    for start in range(0, resamples, _BLOCK):
        size = min(_BLOCK, resamples - start)
        picks = rng.integers(0, max(n, 1), (size, n))
        counts = np.zeros((size, n))
        for row in range(size):
            counts[row] = np.bincount(picks[row], minlength=n)
        below = counts @ under
        blocks.append(
            np.where(below > 0, (counts @ over) / np.maximum(below, 1e-300), over.sum(axis=0) / total)
        )
    return np.concatenate(blocks)


# ------------------------------------------------------------------- differences of two arms


class Sums(NamedTuple):
    """Numerators and denominators of m ratios, summed per user: float64 (n, m) each. A mean has counts below."""

    over: F64
    under: F64

    def ratios(self) -> F64:
        """float64 (m,); NaN without any denominator."""
        return _ratio(self.over.sum(axis=0), self.under.sum(axis=0))

    def of(self, users: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Sums:
        return Sums(self.over[users], self.under[users])

    def columns(self, chosen: slice) -> Sums:
        return Sums(self.over[:, chosen], self.under[:, chosen])


class Difference(NamedTuple):
    """B - A of m ratios: float64 (m,) each with its 95 % interval, and the resamples it comes from, (R, m)."""

    value: F64
    low: F64
    high: F64
    resampled: F64

    @property
    def variance(self) -> F64:
        return np.asarray(self.resampled.var(axis=0))


def difference(a: Sums, b: Sums, *, paired: bool, seed: int = 0, resamples: int = RESAMPLES) -> Difference:
    """Ratios of `b` less those of `a`, with bootstrap intervals over users.

    Paired: row i of both is the same user, and users are drawn with both their rows; else each side is drawn
    for itself. A ratio without denominators is NaN. The intervals are BCa (Efron, JASA 1987), but nowhere
    narrower than Student's t with the bootstrap's standard error: where few users make all of a difference,
    BCa alone covers zero in 78 to 86 of 100 A/A comparisons (docs/comparison.md).
    """
    value = np.round(b.ratios() - a.ratios(), _DIGITS)
    rng = np.random.Generator(np.random.Philox(seed))
    if paired:
        over, under = (np.concatenate([x, y], axis=1) for x, y in zip(a, b, strict=True))
        first, second = np.split(_resampled(over, under, rng, resamples), 2, axis=1)
        left_out = [_left_one_out(b) - _left_one_out(a)]
    else:
        first, second = (_resampled(side.over, side.under, rng, resamples) for side in (a, b))
        left_out = [-_left_one_out(a), _left_one_out(b)]
    resampled = np.round(second - first, _DIGITS)
    low, high = bca(value, resampled, left_out)
    reach = _student_reach(resampled, min(len(a.over), len(b.over)))
    return Difference(value, np.minimum(low, value - reach), np.maximum(high, value + reach), resampled)


def _student_reach(resampled: F64, n: int) -> F64:
    """Half of Student's interval for n users, whose spread the bootstrap makes smaller by a factor of n - 1 in n."""
    if n < 2:
        return np.zeros(resampled.shape[1])
    return np.asarray(stdtrit(n - 1, 0.975) * np.sqrt(n / (n - 1)) * resampled.std(axis=0))


def bca(value: F64, resampled: F64, left_out: Sequence[F64]) -> tuple[F64, F64]:
    """Ends of the 95 % bias-corrected and accelerated intervals, float64 (m,) each.

    `value` (m,), `resampled` (R, m), and for each independent sample the values without one of its users,
    (n, m). Where the correction is not defined, the percentiles are taken as they are.
    """
    below = ((resampled < value).mean(axis=0) + (resampled <= value).mean(axis=0)) / 2
    with np.errstate(all="ignore"):
        deviations = [(len(x) - 1) * (x.mean(axis=0) - x) / len(x) for x in left_out]
        cubes, squares = (sum((u**power).sum(axis=0) for u in deviations) for power in (3, 2))
        acceleration = np.asarray(cubes / (6 * squares**1.5))
        shifted = ndtri(below) + ndtri(np.array([[0.025], [0.975]]))
        levels = ndtr(ndtri(below) + shifted / (1 - acceleration * shifted))
    levels = np.where(np.isfinite(levels).all(axis=0), levels, [[0.025], [0.975]])
    ends = [
        np.quantile(resampled[:, j], levels[:, j]) if np.isfinite(value[j]) else (np.nan, np.nan)
        for j in range(len(value))
    ]
    low, high = np.array(ends, np.float64).reshape(-1, 2).T
    return low, high


def permutation_p(a: Sums, b: Sums, *, paired: bool, seed: int = 0, permutations: int = PERMUTATIONS) -> F64:
    """Two-sided p-values of equal ratios, float64 (m,): NaN without denominators, never 0.

    Paired: each user's two sides are exchanged at random (of a mean: the sign of its difference is flipped);
    else users are dealt anew to both sides.
    """
    value = np.abs(b.ratios() - a.ratios())
    rng = np.random.Generator(np.random.Philox(seed))
    dealt = _exchanged(a, b, rng, permutations) if paired else _dealt(a, b, rng, permutations)
    extreme = np.zeros(len(value))
    for first, second in dealt:
        null = np.abs(_ratio(*second) - _ratio(*first))
        extreme += (~(np.round(null, _DIGITS) < np.round(value, _DIGITS))).sum(axis=0)
    return np.where(np.isfinite(value), np.asarray((extreme + 1) / (permutations + 1)), np.nan)


_Totals = tuple[F64, F64]


def _exchanged(a: Sums, b: Sums, rng: np.random.Generator, times: int) -> Iterator[tuple[_Totals, _Totals]]:
    totals = [[x.sum(axis=0) for x in side] for side in (a, b)]
    for size in _blocks(times):
        flips = rng.integers(0, 2, (size, len(a.over)), dtype=np.uint8).astype(np.float64)
        over, under = (flips @ (y - x) for x, y in zip(a, b, strict=True))
        (over_a, under_a), (over_b, under_b) = totals
        yield (over_a + over, under_a + under), (over_b - over, under_b - under)


def _dealt(a: Sums, b: Sums, rng: np.random.Generator, times: int) -> Iterator[tuple[_Totals, _Totals]]:
    over, under = (np.concatenate([x, y]) for x, y in zip(a, b, strict=True))
    hands = np.repeat([1.0, 0.0], [len(a.over), len(b.over)])
    for size in _blocks(times):
        first = rng.permuted(np.broadcast_to(hands, (size, len(hands))), axis=1)
        over_a, under_a = first @ over, first @ under
        yield (over_a, under_a), (over.sum(axis=0) - over_a, under.sum(axis=0) - under_a)


def _blocks(times: int) -> Iterator[int]:
    for start in range(0, times, _BLOCK):
        yield min(_BLOCK, times - start)


def _ratio(over: F64, under: F64) -> F64:
    return np.asarray(np.where(under > 0.5, over / np.where(under > 0.5, under, 1.0), np.nan))


def _left_one_out(sums: Sums) -> F64:
    """float64 (n, m): the ratios without each user; where none is left, those of all."""
    without = _ratio(sums.over.sum(axis=0) - sums.over, sums.under.sum(axis=0) - sums.under)
    return np.where(np.isnan(without), sums.ratios(), without)


def holm(p_values: F64) -> F64:
    """p-values adjusted for their number (Holm 1979), float64 (m,); NaN stays and does not count."""
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def bands(found: Difference) -> tuple[F64, F64]:
    """Ends that hold all m differences at once with 95 %: the bootstrap's largest standardized deviation."""
    spread = found.resampled.std(axis=0)
    moved = np.abs(found.resampled - found.value) / np.where(spread > 0, spread, np.inf)
    wide = float(np.quantile(moved.max(axis=1), 0.95)) if moved.size else 0.0
    return found.value - wide * spread, found.value + wide * spread
