"""Tastes learned from ratings: matrix factorization with biases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.catalog.catalog import Interactions

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer[Any]]

_BLOCK = 8192


@dataclass(frozen=True)
class Factors:
    """rating(u, i) = mean + user_bias[u] + item_bias[i] + user[u] · item[i], on the scale [0, 1].

    `user_bias` float32 (U,), `item_bias` (I,), `user` (U, d), `item` (I, d). Whoever and whatever has no
    rating has zeros, so that the prediction falls back on the rest.
    """

    user_bias: F32
    item_bias: F32
    user: F32
    item: F32
    mean: float

    def predict(self, user: Ints, item: Ints) -> F32:
        """float32 (m,): expected ratings of m pairs, clipped into [0, 1]."""
        taste = np.einsum("md,md->m", self.user[user], self.item[item])
        rating = self.mean + self.user_bias[user] + self.item_bias[item] + taste
        return np.asarray(np.clip(rating, 0.0, 1.0), np.float32)


def factors(
    interactions: Interactions,
    n_items: int,
    dims: int = 16,
    *,
    sweeps: int = 12,
    ridge: float = 11.0,
    bias_ridge: float = 3.0,
    seed: int = 0,
) -> Factors:
    """Fit `Factors` by alternating ridge regressions; rows without a rating (NaN) are left out.

    Every user's bias and taste are solved together against the items, then the reverse (Zhou et al., AAIM
    2008; Koren, Bell and Volinsky, IEEE Computer 2009), `sweeps` times. `bias_ridge` counts in ratings of
    pull toward zero; `ridge`, the pull on tastes, in standard deviations of the ratings, since what it must
    suppress grows with them (tuned on MovieLens 100K and two sets of other scales). The same input and seed
    give the same output whatever the threads.
    """
    # Imported here: printing help must not pay for them.
    from scipy.sparse import csr_array
    from threadpoolctl import threadpool_limits

    rated = ~np.isnan(interactions.rating)
    shape = (len(interactions.users), n_items)
    values = interactions.rating[rated].astype(np.float64)
    mean = float(values.mean()) if len(values) else 0.5
    pairs = (interactions.user[rated], interactions.item[rated])
    by_user = csr_array((values - mean, pairs), shape=shape)
    by_item = csr_array((values - mean, pairs[::-1]), shape=shape[::-1])
    spread = max(float(values.std()), 1e-6) if len(values) else 1.0
    pull = np.array([bias_ridge] + [ridge * spread] * dims)
    users, items = np.zeros((shape[0], dims + 1)), _start(n_items, dims, seed)
    with threadpool_limits(1):  # the order of sums, and so their rounding, would follow the threads
        for _ in range(sweeps):
            users = _solve(by_user, items, pull)
            items = _solve(by_item, users, pull)
    return Factors(
        user_bias=users[:, 0].astype(np.float32),
        item_bias=items[:, 0].astype(np.float32),
        user=users[:, 1:].astype(np.float32),
        item=items[:, 1:].astype(np.float32),
        mean=mean,
    )


def _start(n_items: int, dims: int, seed: int) -> F64:
    start = np.random.default_rng(seed).normal(0.0, 0.1, (n_items, dims + 1))
    start[:, 0] = 0.0
    return start


def _solve(ratings: Any, others: F64, pull: F64) -> F64:
    """float64 (n, 1 + d): bias and taste of each row of sparse `ratings` (n, m), given those of m others.

    The sums over a row's ratings are sparse products: with the others' outer products for the normal
    equations, and with their tastes for the right-hand sides.
    """
    from scipy.sparse import csr_array

    features = np.concatenate([np.ones((len(others), 1)), others[:, 1:]], axis=1)
    width = features.shape[1]
    outer = (features[:, :, None] * features[:, None, :]).reshape(len(others), width * width)
    out = np.empty((ratings.shape[0], width))
    for start in range(0, ratings.shape[0], _BLOCK):
        block = ratings[start : start + _BLOCK]
        ones = csr_array((np.ones_like(block.data), block.indices, block.indptr), shape=block.shape)
        residual = csr_array(
            (block.data - others[block.indices, 0], block.indices, block.indptr), shape=block.shape
        )
        normal = (ones @ outer).reshape(-1, width, width) + np.diag(pull)
        out[start : start + _BLOCK] = np.linalg.solve(normal, (residual @ features)[:, :, None])[:, :, 0]
    return out
