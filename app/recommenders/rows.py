"""The arrays of the recommender's side: n users, k slots, m candidates, I items, F facets (+1 empty one)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from graphs.messages import SOURCES, Directive, Plan
from graphs.state import Rows

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I32 = npt.NDArray[np.int32]
U16 = npt.NDArray[np.uint16]
Bool = npt.NDArray[np.bool_]

POPULAR, DENSE, LEXICAL, COLLABORATIVE, EXPLORATION, RANDOM, MODEL, HUMAN, PLUGIN = (
    np.uint16(1 << bit) for bit in range(len(SOURCES))
)

NONE_REASON = np.int32(0)


@dataclass
class MemoryRows(Rows):
    """What a recommender keeps of each user; nothing that is hidden from it."""

    key: npt.NDArray[np.uint64]
    seen: Bool
    """bool (n, I): shown in this session or consumed in the visible past."""
    own: Any = None
    """Further rows of the recommender's own."""


@dataclass
class PlanRows(Rows):
    """n plans: the messages where something was asked just now, None where nothing was."""

    plans: list[Plan | None]
    own: Any = None


@dataclass
class CandidateRows(Rows):
    """n lists of m candidates, best first; item -1 where there are fewer."""

    items: I32
    score: F32
    source: U16


@dataclass
class SlateRows(Rows):
    """n slates of k slots; item -1 where the slate is shorter. `propensity` is NaN where it is unknown.

    `reason` packs a code of `app.recommenders.reasons` and its target: code + 16 * (target + 1).
    """

    items: I32
    score: F32
    source: U16
    propensity: F32
    reason: I32
    messages: list[str] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)
    """Reasons in words, where a recommender gives its own."""
    failures: list[str] = field(default_factory=list)
    """Why there is no slate, in the rows of a recommender that failed; empty strings else."""


@dataclass
class ConstraintRows(Rows):
    """Standing wishes of n users as the recommender understood them."""

    boost: F32
    """float32 (n, F + 1): per facet; integers in [-127, 127]."""
    numeric: F32
    """float32 (n, 3): pull along year, duration and popularity."""
    similar: F32
    """float32 (n, D): integers; the dense vector of what it should be like."""
    surprise: F32
    filters: list[tuple[Directive, ...]]
    queries: list[str]


def no_plans(n: int) -> PlanRows:
    return PlanRows([None] * n)
