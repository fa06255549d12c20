"""Ranking over arrays: best k of each row, lists of distinct items, and diversity by maximal marginal relevance.

Rows are treated independently and ties go to the lower item position, so a result depends on its row alone.
"""

from __future__ import annotations

import numpy as np

from app.recommenders.rows import F32, I32, Bool

MISSING = np.float32(-1e30)
"""Score of an item that may not be recommended."""


def top_k(scores: F32, k: int) -> tuple[I32, F32]:
    """Positions int32 (n, k) and scores of the best k of each row; -1 where a row has fewer."""
    n, width = scores.shape
    k = min(k, width)
    # Partitioning values and picking what reaches the k-th is several times faster than `argpartition`.
    reach = np.partition(scores, width - k, axis=1)[:, width - k]
    rows, columns = np.nonzero(scores >= reach[:, None])
    values = scores[rows, columns]
    order = np.lexsort((columns, -values, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, np.arange(n))[rows]
    best = rank < k
    items = np.full((n, k), -1, np.int32)
    top = np.full((n, k), MISSING, np.float32)
    items[rows[best], rank[best]] = np.where(values[best] > MISSING, columns[best], -1)
    top[rows[best], rank[best]] = values[best]
    return items, top


def first_unseen(order: I32, seen: Bool, k: int) -> I32:
    """The first k items of a common `order` int32 (I,) that each row has not seen, -1 where there are fewer."""
    n, width = seen.shape
    reach = min(width, k + int(seen.sum(axis=1).max(initial=0)))
    free = ~seen[:, order[:reach]]
    rank = np.cumsum(free, axis=1, dtype=np.int32)
    rows, columns = np.nonzero(free & (rank <= k))
    items = np.full((n, k), -1, np.int32)
    items[rows, rank[rows, columns] - 1] = order[columns]
    return items


def mark(seen: Bool, items: I32) -> Bool:
    """`seen` with the shown items added; -1 is nothing. A row with too little left to show starts over."""
    seen = seen.copy()
    rows, slots = np.nonzero(items >= 0)
    seen[rows, items[rows, slots]] = True
    spent = np.flatnonzero((~seen).sum(axis=1) < items.shape[1])
    if spent.size:
        seen[spent] = False
        again = np.isin(rows, spent)
        seen[rows[again], items[rows[again], slots[again]]] = True
    return seen


def diversify(relevance: F32, similarity: F32, k: int, weight: float) -> I32:
    """Slots int32 (n, k) of m candidates chosen greedily by relevance minus `weight` times the closest chosen.

    Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998). `relevance` (n, m), `similarity`
    (n, m, m) in [-1, 1]. -1 where a row has fewer candidates.
    """
    n, m = relevance.shape
    rows = np.arange(n)
    left = relevance.copy()
    closest = np.zeros_like(relevance)
    chosen = np.full((n, k), -1, np.int32)
    for slot in range(min(k, m)):
        best = (left - np.float32(weight) * closest).argmax(axis=1)
        there = left[rows, best] > MISSING / 2
        chosen[:, slot] = np.where(there, best, -1)
        closest = np.maximum(closest, similarity[rows, best])
        left[rows, best] = MISSING
    return chosen


def reciprocal_ranks(lists: list[tuple[I32, float]], width: int, constant: float = 60.0) -> F32:
    """Fused scores float32 (n, width) of ranked lists (items (n, m), weight): sum of weight / (constant + rank).

    Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009). -1 is no item; unlisted items score 0.
    """
    n = len(lists[0][0])
    fused = np.zeros((n, width), np.float32)
    for items, weight in lists:
        gain = (weight / (constant + 1.0 + np.arange(items.shape[1]))).astype(np.float32)
        rows, slots = np.nonzero(items >= 0)
        fused[rows, items[rows, slots]] += gain[slots]
    return fused
