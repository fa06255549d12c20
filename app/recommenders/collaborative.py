"""Item-to-item models of interactions: EASE and item neighbors, as whole numbers that add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.catalog.catalog import Interactions
from app.errors import UsageError

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
Ints = npt.NDArray[np.integer[Any]]

POSITIVE = 0.6
"""A rating from here on says that the item was liked; no rating says so too."""
MAX_HISTORY = 1024
"""Items of one user, times the weight they are added with, that a score may sum."""
MAX_WEIGHT = (1 << 24) // MAX_HISTORY - 1
EASE_ITEMS = 12_000
DENSE_ITEMS = 5_000
_BLOCK = 512
_CELLS = 1 << 16


@dataclass(frozen=True)
class ItemWeights:
    """What having liked an item says for every other: whole numbers of at most 16,383 in float32.

    Dense: `weights` (I, I), row i is what item i says, and `neighbors` is None. Sparse: `weights` (I, N) for
    the items `neighbors` int32 (I, N). A weight of 1.0 in the model is `scale` here. Scores are sums of at
    most 1,024 weights, so they and every partial sum stay below 2**24 and are exact in float32: the order in
    which items are added, alone or in a batch, does not matter.
    """

    weights: F32
    scale: float
    neighbors: I32 | None = None

    @property
    def n_items(self) -> int:
        return len(self.weights)

    def add(self, scores: F32, rows: Ints, items: Ints, weight: int = 1) -> None:
        """Add `weight` times the weights of `items` (m,) to the score rows (n, I) of `rows` (m,), in place.

        A row may occur many times. `weight` is a whole number, negative to take an item back; the weights'
        absolute values must not sum above 1,024 in one row over its life.
        """
        if not len(rows):
            return
        if self.neighbors is None:
            self._add_dense(scores, rows, items, weight)
        else:
            self._add_sparse(scores, rows, items, weight)

    def initial(self, histories: Sequence[Ints]) -> F32:
        """Scores float32 (n, I) of n users who liked these items; of more than 1,024 the last count."""
        recent = [np.asarray(history)[-MAX_HISTORY:] for history in histories]
        scores = np.zeros((len(recent), self.n_items), np.float32)
        if recent:
            rows = np.repeat(np.arange(len(recent)), [len(history) for history in recent])
            self.add(scores, rows, np.concatenate(recent).astype(np.int64))
        return scores

    def _add_dense(self, scores: F32, rows: Ints, items: Ints, weight: int) -> None:
        from scipy.sparse import csr_array

        touched, row = np.unique(rows, return_inverse=True)
        amounts = np.full(len(items), weight, np.float32)
        wanted = csr_array((amounts, (row, items)), shape=(len(touched), self.n_items))
        step = max(1, _CELLS // self.n_items)
        for start in range(0, len(touched), step):  # small blocks stay in the cache: 14 ms instead of 38
            scores[touched[start : start + step]] += wanted[start : start + step] @ self.weights

    def _add_sparse(self, scores: F32, rows: Ints, items: Ints, weight: int) -> None:
        assert self.neighbors is not None
        order = np.argsort(rows, kind="stable")
        rows, items = rows[order], items[order]
        nth = np.arange(len(rows)) - np.searchsorted(rows, rows)
        for n in range(int(nth.max()) + 1):  # a pass hits no score twice
            now = nth == n
            scores[rows[now, None], self.neighbors[items[now]]] += (
                np.float32(weight) * self.weights[items[now]]
            )


def ease(interactions: Interactions, n_items: int, l2: float | None = None) -> ItemWeights:
    """EASE: item-to-item regression in closed form, zero diagonal (Steck, WWW 2019, arXiv 1905.03375).

    `l2` is the ridge in users. More than 12,000 items, or a ridge that is not positive, is a UsageError.
    """
    from threadpoolctl import threadpool_limits

    if n_items > EASE_ITEMS:
        raise UsageError(
            f"ease inverts a matrix of all items and takes at most {EASE_ITEMS:,}, "
            f"this catalog has {n_items:,}; use the recommender itemknn"
        )
    liked = _liked(interactions, n_items)
    ridge = _ridge(liked) if l2 is None else l2
    if ridge <= 0:
        raise UsageError(f"the ridge of ease must be positive, not {ridge:g}")
    gram = (liked.T @ liked).toarray()
    np.fill_diagonal(gram, gram.diagonal() + ridge)
    with threadpool_limits(1):  # the order of sums, and so their rounding, would follow the threads
        inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0.0)
    return ItemWeights(*_quantized(weights))


def _ridge(liked: Any) -> float:
    """50 times the 0.3rd power of the likes that the item of a random like has.

    Tuned on held-out parts of MovieLens 100K and two sets of other sizes, where it is 200 to 260 and its
    recall@20 is within 5 % of the best ridge between 20 and 1,000.
    """
    likes = np.asarray(liked.sum(axis=0), np.float64)
    typical = float((likes**2).sum() / max(likes.sum(), 1.0))
    return float(50.0 * max(typical, 1.0) ** 0.3)


def itemknn(
    interactions: Interactions, n_items: int, neighbors: int = 100, shrink: float = 5.0
) -> ItemWeights:
    """Cosine neighbors (Sarwar et al., WWW 2001): likes in common / (sqrt(likes · likes) + `shrink`).

    An item speaks for its `neighbors` nearest others, at equal similarity for the earlier in the catalog.
    Dense up to 5,000 items, else sparse.
    """
    liked = _liked(interactions, n_items)
    count = max(1, min(neighbors, n_items - 1))
    nearest, similarity = np.empty((n_items, count), np.int32), np.empty((n_items, count))
    for start in range(0, n_items, _BLOCK):
        rows = slice(start, min(start + _BLOCK, n_items))
        nearest[rows], similarity[rows] = _nearest(_cosine(liked, rows, shrink), count)
    weights, scale = _quantized(similarity)
    if n_items > DENSE_ITEMS:
        return ItemWeights(weights, scale, nearest)
    dense = np.zeros((n_items, n_items), np.float32)
    np.put_along_axis(dense, nearest.astype(np.int64), weights, axis=1)
    return ItemWeights(dense, scale)


def _cosine(liked: Any, rows: slice, shrink: float) -> F64:
    """float64 (rows, I): similarity of some items to all, 0 to themselves."""
    common = (liked[:, rows].T @ liked).toarray()
    likes = np.asarray(liked.sum(axis=0), np.float64)
    norm = np.sqrt(likes[rows, None] * likes[None, :]) + shrink
    similarity: F64 = np.divide(common, norm, out=np.zeros_like(common), where=norm > 0)
    similarity[np.arange(len(similarity)), np.arange(rows.start, rows.stop)] = 0.0
    return similarity


def _nearest(similarity: F64, count: int) -> tuple[I64, F64]:
    """The largest `count` of every row, unambiguous by ranking on (step of 2**-20, position)."""
    n_items = similarity.shape[1]
    rank = np.rint(similarity * (1 << 20)).astype(np.int64) * n_items + np.arange(n_items)[::-1]
    best = np.argpartition(rank, n_items - count, axis=1)[:, n_items - count :]
    best.sort(axis=1)
    return best, np.take_along_axis(similarity, best, axis=1)


def _liked(interactions: Interactions, n_items: int) -> Any:
    """Sparse float64 (U, I) of ones where the user liked the item."""
    from scipy.sparse import csc_array

    positive = ~(interactions.rating < POSITIVE)
    pairs = (interactions.user[positive], interactions.item[positive])
    liked = csc_array((np.ones(len(pairs[0])), pairs), shape=(len(interactions.users), n_items))
    liked.sum_duplicates()
    liked.data[:] = 1.0
    return liked


def _quantized(weights: F64) -> tuple[F32, float]:
    """Whole numbers of at most `MAX_WEIGHT`, and the power of two that 1.0 became, the finest that fits."""
    largest = float(np.abs(weights).max(initial=0.0))
    scale = 2.0 ** np.floor(np.log2(MAX_WEIGHT / largest)) if largest > 0 else 1.0
    return np.asarray(np.rint(weights * scale) + 0.0, np.float32), float(scale)
