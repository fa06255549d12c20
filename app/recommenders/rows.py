"""The arrays of the recommender's side: n users, k slots, m candidates, I items, F facets (+1 empty one)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

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

STANDING = 8
"""Facets that the standing wishes of one user may weigh at a time."""


@dataclass
class MemoryRows(Rows):
    """What a recommender keeps of each user; nothing that is hidden from it."""

    key: npt.NDArray[np.uint64]
    seen: Bool
    """bool (n, I): shown in this session or consumed in the visible past."""
    left: I32
    """int32 (n,): how many items are not seen."""
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

    facet: I32
    """int32 (n, STANDING): the facets that are weighed, all different; F where there is none."""
    boost: F32
    """float32 (n, STANDING): their weights; whole numbers in [-127, 127], 0 where there is none."""
    numeric: F32
    """float32 (n, 3): pull along year, duration and popularity."""
    like: I32
    """int32 (n,): the item it should be like, -1 for none, and `liking` float32 (n,) how much."""
    liking: F32
    surprise: F32
    filters: list[tuple[Directive, ...]]
    """What must hold, oldest first."""
    queries: list[str]
    released: list[tuple[Directive, ...]]
    """Filters that gave way in this turn, because nothing was left with them."""
    before: list[ConstraintRows | None]
    """What stands again after a wish for one turn."""


def no_plans(n: int) -> PlanRows:
    return PlanRows([None] * n)


R = TypeVar("R", bound=Rows)


def part(rows: R, where: slice) -> R:
    """The rows of a slice; arrays are views, so what is written to them is written to `rows`."""
    return type(rows)(**{f.name: _part(getattr(rows, f.name), where) for f in fields(rows)})  # type: ignore[arg-type]


def _part(value: Any, where: slice) -> Any:
    if isinstance(value, Rows):
        return part(value, where)
    return value[where] if isinstance(value, np.ndarray | list) else value


def joined(parts: Sequence[R]) -> R:
    """All rows of the parts, in order; `part` undone."""
    if len(parts) == 1:
        return parts[0]
    names = [f.name for f in fields(parts[0])]  # type: ignore[arg-type]
    return type(parts[0])(**{name: _joined([getattr(p, name) for p in parts]) for name in names})


def _joined(values: list[Any]) -> Any:
    if isinstance(values[0], np.ndarray):
        return np.concatenate(values)
    return [entry for value in values for entry in value] if isinstance(values[0], list) else values[0]
