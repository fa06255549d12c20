"""How well items fit what users wish for: over the whole catalog to retrieve, over candidates to rank."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.catalog.lexical import LexicalIndex
from app.recommenders.knowledge import Knowledge
from app.recommenders.ranking import EXACT
from app.recommenders.rows import F32, I32, Bool, ConstraintRows

I64 = npt.NDArray[np.int64]

_BOOST = np.float32(1.0 / 96.0)
_LIKE = np.float32(2.0)
_WORDS = np.float32(2.0)
_HEARD = 20
_SEARCHES = 1024


def wishing(standing: ConstraintRows) -> Bool:
    """bool (n,): users with a wish that can still be heard."""
    asked = np.abs(standing.boost).max(axis=1) >= _HEARD
    asked |= (standing.numeric != 0).any(axis=1) | (standing.like >= 0)
    asked |= np.array([bool(query) for query in standing.queries], bool)
    return np.asarray(asked)


class Wanting:
    """Fits over one catalog: facets by their weights, numbers by their pull, likeness, and words that match.

    `facets` int64 (I, M) are the items' facets and `empty` the number of the facet that no item has;
    `numeric` float32 (I, 3) are standardized year, duration and popularity. `found` hits of a search count.
    """

    def __init__(self, knowledge: Knowledge, found: int) -> None:
        self.dense = knowledge.dense
        self.facets = knowledge.facets.ids.astype(np.int64)
        self.empty = len(knowledge.facets.names)
        order = np.argsort(self.facets, axis=None, kind="stable")
        self._items = order // self.facets.shape[1]
        counts = np.bincount(self.facets.ravel(), minlength=self.empty + 1)
        self._starts = np.concatenate([[0], np.cumsum(counts)]).tolist()
        numeric = knowledge.numeric
        self.numeric = np.stack([numeric.year_z, numeric.duration_z, numeric.popularity_z], axis=1)
        self._index, self._found = LexicalIndex(knowledge.catalog), found
        self.search = lru_cache(maxsize=_SEARCHES)(self._search)

    def _search(self, query: str) -> tuple[I64, F32]:
        found, strength = self._index.search(query, self._found)
        return found, strength * (_WORDS / np.float32(max(strength.max(initial=0.0), 1e-6)))

    def matches(self, query: str) -> F32:
        """float32 (I,): how well the items match the words, in [0, 2]."""
        found, strength = self.search(query)
        score = np.zeros(len(self.facets), np.float32)
        score[found] = strength
        return score

    def everywhere(self, standing: ConstraintRows) -> F32:
        """float32 (n, I): how well every item fits; about 0 is not at all, 1 is one plain wish fulfilled."""
        scores = self._boosted(standing)
        for column in range(3):
            rows = np.flatnonzero(standing.numeric[:, column])
            scores[rows] += standing.numeric[rows, column, None] * self.numeric[:, column]
        rows = np.flatnonzero(standing.like >= 0)
        if rows.size:
            near = self.dense[standing.like[rows]] @ self.dense.T
            scores[rows] += near * (standing.liking[rows] * _LIKE * EXACT)[:, None]
        for row, query in enumerate(standing.queries):
            if query:
                found, strength = self.search(query)
                scores[row, found] += strength
        return scores

    def _boosted(self, standing: ConstraintRows) -> F32:
        """float32 (n, I): sums of boosts over each item's facets, exact as products of whole numbers."""
        facets, column = np.unique(standing.facet, return_inverse=True)
        boosts = np.zeros((len(standing.facet), len(facets)), np.float32)
        np.put_along_axis(boosts, column.reshape(standing.facet.shape), standing.boost, axis=1)
        return np.asarray(boosts @ self._having(facets) * _BOOST)

    def _having(self, facets: I32) -> F32:
        """float32 (f, I): 1 where an item has the facet; nobody has the empty one."""
        has = np.zeros((len(facets), len(self.facets)), np.float32)
        for row, facet in enumerate(facets.tolist()):
            if facet != self.empty:
                has[row, self._items[self._starts[facet] : self._starts[facet + 1]]] = 1.0
        return has

    def among(self, standing: ConstraintRows, items: I32, at: I64, near: F32) -> F32:
        """float32 (n, m) in (-1, 1): how well each candidate fits; 0 for users without wishes.

        `at` int64 (n, m, M) are the places of the candidates' facets in an array (n, F + 1), and `near`
        float32 (n, m, D) their vectors.
        """
        asked = np.zeros(items.shape, np.float32)
        rows = np.flatnonzero(wishing(standing))
        if not rows.size:
            return asked
        some, items = standing.take(rows), items[rows]
        boosts = np.zeros((len(asked), self.empty + 1), np.float32)
        boosts[rows[:, None], some.facet] = some.boost
        raw = boosts.reshape(-1).take(at[rows]).sum(axis=2) * _BOOST
        for column in range(3):
            raw += some.numeric[:, column, None] * self.numeric[items, column]
        like = self.dense[some.like] * (some.like >= 0)[:, None]
        raw += (near[rows] @ like[:, :, None])[:, :, 0] * (some.liking * _LIKE * EXACT)[:, None]
        for row, query in enumerate(some.queries):
            if query:
                raw[row] += self.matches(query)[items[row]]
        asked[rows] = np.tanh(raw)
        return asked
