"""Ranking over arrays: best k of each row, fused lists, lists of distinct items, maximal marginal relevance.

Rows are treated independently and ties go to the lower item position, so a result depends on its row alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from app.recommenders.rows import F32, I32, Bool, CandidateRows

I64 = npt.NDArray[np.int64]

MISSING = np.float32(-1e30)
"""Score of an item that may not be recommended."""
EXACT = np.float32(1.0 / (127.0 * 127.0))
"""Turns the product of two content vectors, an exact whole number, into their cosine."""

_CELLS = 400_000
_LOWEST = np.int64(np.iinfo(np.int64).min)
_LOW_BITS = np.int64(0x7FFFFFFF)
_RANKS = 60.0
_FUSED = 1 << 24
"""One unit of a fused score as a whole number, so that lists may be added in any order."""
_SOURCE_BITS = 9


def blocks(n: int, width: int) -> Iterator[slice]:
    """Consecutive rows of an (n, width) array, as many at a time as stay in the processor's cache."""
    step = max(16, min(512, _CELLS // max(width, 1)))
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))


def top_k(scores: F32, k: int, above: float = float(MISSING)) -> tuple[I32, F32]:
    """Positions int32 (n, k) and scores of the best k of each row that are above a bound; -1 where fewer are."""
    n, width = scores.shape
    k = min(k, width)
    items, top = np.full((n, k), -1, np.int32), np.full((n, k), MISSING, np.float32)
    least = np.nextafter(np.float32(above), np.float32(np.inf))
    for rows in blocks(n, width):
        keys = _best(scores[rows], k, least)
        there = keys != _LOWEST
        items[rows, : keys.shape[1]] = np.where(there, _LOW_BITS - (keys & _LOW_BITS), -1)
        top[rows, : keys.shape[1]] = np.where(there, _value(keys), MISSING)
    return items, top


def _best(scores: F32, k: int, least: np.float32) -> I64:
    """Sorted keys (n, <= k) of the best, `_LOWEST` where there are fewer."""
    n, width = scores.shape
    good = scores >= np.maximum(_reach(scores, k), least)[:, None]
    flat = np.flatnonzero(good)
    starts = np.searchsorted(flat, np.arange(n + 1) * width)
    counts = np.diff(starts)
    rows = np.repeat(np.arange(n), counts)
    keys = np.full((n, int(counts.max(initial=0))), _LOWEST)
    keys[rows, np.arange(len(flat)) - starts[rows]] = _key(scores.reshape(-1)[flat], flat - rows * width)
    keys.sort(axis=1)
    return keys[:, ::-1][:, :k]


def _reach(scores: F32, k: int) -> F32:
    """float32 (n,): a bound that at least k scores of each row reach, and few more.

    The k-th of the maxima of 4 k groups, which is found several times faster than the k-th of all.
    """
    n, width = scores.shape
    groups = 4 * k
    if width >= 2 * groups:
        size = width // groups
        scores = scores[:, : size * groups].reshape(n, size, groups).max(axis=1)
    at = scores.shape[1] - k
    return np.asarray(np.partition(scores, at, axis=1)[:, at])


def _key(values: F32, columns: I64) -> I64:
    """One number that sorts by value, then by falling column."""
    bits = (values + np.float32(0.0)).view(np.int32)  # adding 0 makes -0.0 the same as 0.0
    ordered = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))
    return np.asarray((ordered.astype(np.int64) << 32) | (_LOW_BITS - columns))


def _value(keys: I64) -> F32:
    ordered = (keys >> 32).astype(np.int32)
    return np.asarray((ordered ^ ((ordered >> 31) & np.int32(0x7FFFFFFF))).view(np.float32))


def first_unseen(order: I32, seen: Bool, k: int) -> I32:
    """The first k items of a common `order` int32 (I,) that each row has not seen, -1 where there are fewer."""
    n, width = seen.shape
    items = np.full((n, k), -1, np.int32)
    rows, reach = np.arange(n), min(width, 2 * k + 32)
    while rows.size:
        some = seen[:, order[:reach]] if len(rows) == n else seen[rows[:, None], order[:reach]]
        rank = np.cumsum(~some, axis=1, dtype=np.int32)
        at, columns = np.nonzero(~some & (rank <= k))
        items[rows[at], rank[at, columns] - 1] = order[columns]
        rows = rows[rank[:, -1] < k] if reach < width else rows[:0]
        reach = min(width, 4 * reach)
    return items


def mark(seen: Bool, left: I32, items: I32) -> None:
    """Add the shown items to `seen` and take them from `left`, in place; -1 is nothing.

    A row that has seen everything starts over, without what it has just been shown if that leaves any.
    """
    rows, slots = np.nonzero(items >= 0)
    shown = items[rows, slots]
    fresh = ~seen[rows, shown]
    seen[rows, shown] = True
    left -= np.bincount(rows[fresh], minlength=len(left)).astype(np.int32)
    for row in np.flatnonzero(left <= 0):
        seen[row] = False
        seen[row, shown[rows == row]] = True
        seen[row] &= not seen[row].all()
        left[row] = np.count_nonzero(~seen[row])


def diversify(relevance: F32, vectors: F32, k: int, weight: float) -> I32:
    """Slots int32 (n, k) of m candidates chosen greedily by relevance minus `weight` times the closest chosen.

    Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998). `relevance` (n, m); `vectors` (n, m, D)
    are content vectors, whose products are exact; only positive similarity counts. -1 where a row has fewer
    candidates.
    """
    n, m = relevance.shape
    rows = np.arange(n)
    left, closest = relevance.copy(), np.zeros_like(relevance)
    chosen = np.full((n, k), -1, np.int32)
    for slot in range(min(k, m)):
        best = (left - closest).argmax(axis=1)
        there = left[rows, best] > MISSING / 2
        chosen[:, slot] = np.where(there, best, -1)
        near = (vectors @ vectors[rows, best][:, :, None])[:, :, 0]
        np.maximum(closest, near * (np.float32(weight) * EXACT), out=closest)
        left[rows, best] = MISSING
    return chosen


def fuse(lists: Sequence[tuple[I32, float, np.uint16]], width: int, k: int) -> CandidateRows:
    """The best k of ranked lists (items (n, m), weight, source): the sum of weight / (60 + rank), rank from 1.

    Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), in steps of 2**-24; -1 is no item, a list
    has an item once, and the weights sum below 15. A candidate's `source` has the bits of all its lists.
    """
    listed = np.concatenate([items for items, _, _ in lists], axis=1).astype(np.int64)
    n = len(listed)
    flat = listed + np.arange(n)[:, None] * width
    sums = np.zeros(n * width, np.int32)
    start = 0
    for items, weight, source in lists:
        there, stop = items >= 0, start + items.shape[1]
        sums[flat[:, start:stop][there]] += np.broadcast_to(
            _gains(items.shape[1], weight, source), there.shape
        )[there]
        start = stop
    packed = sums[flat].astype(np.int64)
    keys = (packed >> _SOURCE_BITS << 40) | ((_LOW_BITS - listed) << _SOURCE_BITS)
    keys |= packed & ((1 << _SOURCE_BITS) - 1)
    return _unpacked(_distinct(np.where(listed >= 0, keys, -1), k))


def _gains(m: int, weight: float, source: np.uint16) -> npt.NDArray[np.int32]:
    """What the places of a list add: the fused score in the high bits, the list's bit in the low ones."""
    gain = np.rint(weight / (_RANKS + 1.0 + np.arange(m)) * _FUSED).astype(np.int32)
    return np.asarray((gain << _SOURCE_BITS) + np.int32(source))


def _distinct(keys: I64, k: int) -> I64:
    """The k largest different keys of each row, falling, -1 where there are fewer."""
    keys = np.sort(keys, axis=1)[:, ::-1]
    first = keys >= 0
    first[:, 1:] &= keys[:, 1:] != keys[:, :-1]
    rank = np.cumsum(first, axis=1)
    rows, at = np.nonzero(first & (rank <= k))
    best = np.full((len(keys), k), -1, np.int64)
    best[rows, rank[rows, at] - 1] = keys[rows, at]
    return best


def _unpacked(keys: I64) -> CandidateRows:
    there = keys >= 0
    items = np.where(there, _LOW_BITS - (keys >> _SOURCE_BITS & _LOW_BITS), -1)
    score = np.where(there, (keys >> 40) / _FUSED, MISSING)
    source: Any = np.where(there, keys & ((1 << _SOURCE_BITS) - 1), 0)
    return CandidateRows(items.astype(np.int32), score.astype(np.float32), source.astype(np.uint16))
