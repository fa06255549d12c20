"""What every recommender may know before it meets a user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from app.catalog.catalog import Interactions, ItemCatalog
from app.catalog.features import Facets, Numeric
from app.recommenders.rows import F32, I32, MemoryRows
from graphs.messages import PublicPersona


@dataclass(frozen=True)
class Visitor:
    """A user as a recommender meets it: a key for its draws, and the visible past as positions and weights."""

    key: int
    persona: PublicPersona
    items: I32
    weights: I32


@dataclass(frozen=True)
class Knowledge:
    """The catalog with its features, and the training part of its interactions (None where there are none)."""

    catalog: ItemCatalog
    facets: Facets
    numeric: Numeric
    dense: F32
    """float32 (I, D): content vectors of integers in [-127, 127]."""
    slate_size: int
    interactions: Interactions | None = None

    @cached_property
    def by_popularity(self) -> I32:
        """Positions from the most popular on; ties go to the better rated, then to the lower position."""
        popularity, quality = np.asarray(self.numeric.popularity), np.asarray(self.numeric.quality)
        return np.lexsort((np.arange(len(popularity)), -quality, -popularity)).astype(np.int32)

    def visitor(self, key: int, persona: PublicPersona) -> Visitor:
        """The visible past in the catalog's positions; a rating below 0.6 counts against an item."""
        past = [p for p in persona.history if p.item in self.catalog.position]
        items = np.array([self.catalog.position[p.item] for p in past], np.int32)
        weights = np.array([2 if p.rating is None or p.rating >= 0.6 else -1 for p in past], np.int32)
        return Visitor(key, persona, items, weights)

    def memory(self, visitors: Sequence[Visitor]) -> MemoryRows:
        seen = np.zeros((len(visitors), len(self.catalog)), bool)
        for row, visitor in enumerate(visitors):
            seen[row, visitor.items] = True
        left = np.count_nonzero(~seen, axis=1).astype(np.int32)
        return MemoryRows(np.array([v.key for v in visitors], np.uint64), seen, left)

    @cached_property
    def visible(self) -> ItemCatalog:
        """The catalog as a user's own recommender may see it: with the training part of the interactions only."""
        known = self.catalog
        return ItemCatalog(known.name, known.items, self.interactions, known.source, known.notes)


def flat(visitors: Sequence[Visitor]) -> tuple[npt.NDArray[np.int64], I32, I32]:
    """(rows, items, weights) of all visible pasts in one list."""
    rows = np.repeat(np.arange(len(visitors)), [len(v.items) for v in visitors])
    empty = np.zeros(0, np.int32)
    items = np.concatenate([empty, *(v.items for v in visitors)])
    weights = np.concatenate([empty, *(v.weights for v in visitors)])
    return rows, items, weights
