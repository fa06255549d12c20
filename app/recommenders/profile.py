"""A user's content profile, learned from the visible past and the visible reactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.recommenders.knowledge import Visitor, flat
from app.recommenders.rows import F32, I32, Bool
from graphs.messages import ACTIONS
from graphs.state import Rows

OPEN, LIKE, DISLIKE, SAVE, SHARE = (
    np.uint8(1 << ACTIONS.index(name)) for name in ("open", "like", "dislike", "save", "share")
)


@dataclass
class ProfileRows(Rows):
    """`total` float32 (n, D): sums of weights times content vectors; integers, so exact in any order.

    `liked` int32 (n,): the item liked last, -1 where there is none.
    """

    total: F32
    liked: I32

    def near(self, dense: F32) -> F32:
        """float32 (n, I): products of the profiles' directions and the items, exact however many rows there are."""
        return np.asarray(integer_direction(self.total) @ dense.T)


def integer_direction(total: F32) -> F32:
    """The direction of each row as integers in [-127, 127]; sums of 64 products stay below 2**24."""
    exact = total.astype(np.float64)
    length = np.sqrt((exact * exact).sum(axis=1, keepdims=True))
    return np.asarray(np.rint(exact * (127.0 / np.maximum(length, 1e-9))), np.float32)


def profile(dense: F32, visitors: Sequence[Visitor]) -> ProfileRows:
    """Profiles of the visible pasts."""
    total = np.zeros((len(visitors), dense.shape[1]), np.float32)
    _, items, weights = flat(visitors)
    lengths = np.array([len(v.items) for v in visitors])
    some = np.flatnonzero(lengths)
    if some.size:
        starts = (np.cumsum(lengths) - lengths)[some]
        total[some] = np.add.reduceat(weights[:, None].astype(np.float32) * dense[items], starts, axis=0)
    liked = [int(v.items[v.weights > 0][-1]) if (v.weights > 0).any() else -1 for v in visitors]
    return ProfileRows(total, np.array(liked, np.int32))


def weights_of(items: I32, reviews: Any) -> I32:
    """int32 (n, k): what the visible reaction to each shown item says, from -3 (disliked) to 3 (liked)."""
    actions, watched = reviews.actions, reviews.watched
    opened = (actions & OPEN) > 0
    weight = np.where(opened, np.where(watched >= 0.5, 2, 0), -1)
    weight = np.where(actions & (LIKE | SAVE | SHARE), 3, weight)
    weight = np.where(actions & DISLIKE, -3, weight)
    return np.where(examined(items, reviews), weight, 0).astype(np.int32)


def examined(items: I32, reviews: Any) -> Bool:
    """bool (n, k): the slots with an item that the user got to."""
    return np.asarray((items >= 0) & (np.arange(items.shape[1]) < reviews.seen[:, None]))


def consumed(items: I32, weights: I32) -> tuple[npt.NDArray[np.int64], I32]:
    """(rows, items) of the reactions that speak for an item."""
    rows, slots = np.nonzero(weights > 0)
    return rows, items[rows, slots]


def observe(before: ProfileRows, dense: F32, items: I32, weights: I32) -> ProfileRows:
    """The profiles after n reviewed slates `items` int32 (n, k)."""
    gained = (weights[:, None, :].astype(np.float32) @ dense[items])[:, 0]
    k = items.shape[1]
    last = np.where(weights >= 2, np.arange(k), -1).max(axis=1)
    newest = items[np.arange(len(items)), np.maximum(last, 0)]
    return ProfileRows(before.total + gained, np.where(last >= 0, newest, before.liked).astype(np.int32))
