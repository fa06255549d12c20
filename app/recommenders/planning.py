"""From what was said to a plan, and from plans to the standing constraints that retrieval and ranking obey."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from app.recommenders.knowledge import Knowledge
from app.recommenders.reader import Reader, Reading
from app.recommenders.rows import Bool, ConstraintRows
from graphs.messages import Directive, Plan, Request

_BOOST = {"more": 96, "only": 127, "less": -80, "avoid": -127}
_PULL = {
    "newer": (0, 1.0), "older": (0, -1.0), "longer": (1, 1.0), "shorter": (1, -1.0), "popular": (2, 1.0),
    "niche": (2, -1.0),
}  # fmt: skip
_KEEP = 0.8
_HARD = ("avoid", "only")
BOUND = ("newer", "older", "shorter", "longer")


def plan(reading: Reading) -> Plan:
    """A plan of what was understood: hard filters for avoid, only and bounds, soft weights for the rest."""
    hard = tuple(d for d in reading.directives if d.kind in _HARD or (d.kind in BOUND and d.value))
    weights: dict[str, float] = {}
    for d in reading.directives:
        name = f"{d.facet}:{d.value}" if d.value else d.kind
        weights[name] = round(d.strength * (-1 if d.kind in ("less", "avoid") else 1), 3)
    return Plan(
        directives=reading.directives,
        queries=(reading.query,) if reading.query else (),
        filters=hard,
        weights=weights,
        unknown=reading.unknown,
        reasoning=_reasoning(reading),
    )


def _reasoning(reading: Reading) -> str:
    parts = [" ".join(filter(None, (d.kind, d.facet, d.value))) for d in reading.directives]
    said = "Understood: " + "; ".join(parts) + "." if parts else "Nothing in it is a facet of this catalog."
    if reading.unknown:
        said += f" Not understood: {', '.join(reading.unknown)}"
        said += f"; searched as text: {reading.query}." if reading.query else "."
    return said


def no_constraints(n: int, width: int, dims: int) -> ConstraintRows:
    return ConstraintRows(
        boost=np.zeros((n, width), np.float32),
        numeric=np.zeros((n, 3), np.float32),
        similar=np.zeros((n, dims), np.float32),
        surprise=np.zeros(n, np.float32),
        filters=[()] * n,
        queries=[""] * n,
    )


class Planner:
    """Reads requests and keeps each user's standing constraints."""

    def __init__(self, knowledge: Knowledge, reader: Reader) -> None:
        self.knowledge, self.reader = knowledge, reader
        self._having: dict[tuple[str | None, str | None], Bool] = {}
        self._allowed: dict[tuple[Directive, ...], Bool] = {}

    def plans(self, requests: Sequence[Request | None]) -> list[Plan | None]:
        return [plan(self.reader.read(r.words)) if r else None for r in requests]

    def fold(self, standing: ConstraintRows, plans: Sequence[Plan | None]) -> ConstraintRows:
        """The constraints of a turn: what stood before, faded, and what is asked now.

        Boosts stay integers, so that products with facets are exact. Filters stand until they are
        contradicted or, with the scope `turn`, for one turn.
        """
        rows = ConstraintRows(
            boost=np.rint(standing.boost * np.float32(_KEEP)),
            numeric=standing.numeric * np.float32(_KEEP),
            similar=np.where(np.abs(standing.similar) > 0, standing.similar * np.float32(_KEEP), 0).round(),
            surprise=standing.surprise * np.float32(0.5),
            filters=[tuple(d for d in kept if d.scope == "session") for kept in standing.filters],
            queries=[""] * len(plans),
        )
        for row, one in enumerate(plans):
            if one is not None:
                self._fold_one(rows, row, one)
        return rows

    def _fold_one(self, rows: ConstraintRows, row: int, one: Plan) -> None:
        for directive in one.directives:
            self._apply(rows, row, directive)
        asked = {(d.facet, d.value): d for d in one.directives}
        kept = [d for d in rows.filters[row] if not _contradicted(d, asked.values())]
        rows.filters[row] = (*kept, *one.filters)
        rows.queries[row] = " ".join(filter(None, (rows.queries[row], *one.queries)))

    def _apply(self, rows: ConstraintRows, row: int, directive: Directive) -> None:
        kind, strength = directive.kind, directive.strength
        if kind in _BOOST:
            at = self.knowledge.facets.index.get(f"{directive.facet}:{directive.value}")
            if at is not None:
                rows.boost[row, at] = round(_BOOST[kind] * (0.5 + 0.5 * strength))
            elif kind in ("more", "only"):
                rows.queries[row] = f"{rows.queries[row]} {directive.value}".strip()
        elif kind in _PULL:
            column, sign = _PULL[kind]
            rows.numeric[row, column] = sign * (0.5 + 0.5 * strength)
        elif kind == "surprise":
            rows.surprise[row] = strength
        elif kind == "similar":
            position = self.position(directive.value)
            if position is not None:
                rows.similar[row] = self.knowledge.dense[position]

    def position(self, value: str | None) -> int | None:
        """An item by title (the most popular of that title) or id."""
        if value is None:
            return None
        return self.titles.get(value.lower(), self.knowledge.catalog.position.get(value))

    @cached_property
    def titles(self) -> dict[str, int]:
        """Positions by lower-case title; of several with one title the most popular."""
        items = self.knowledge.catalog.items
        return {items[i].title.lower(): int(i) for i in reversed(self.knowledge.by_popularity)}

    def allowed(self, filters: Sequence[Directive]) -> Bool:
        """bool (I,): the items that no filter excludes; several `only` of one facet kind are alternatives."""
        key = tuple(filters)
        if key not in self._allowed:
            if len(self._allowed) > 512:
                self._allowed.clear()
            self._allowed[key] = self._filter(key)
        return self._allowed[key]

    def _filter(self, filters: tuple[Directive, ...]) -> Bool:
        allowed = np.ones(len(self.knowledge.catalog), bool)
        only: dict[str | None, Bool] = {}
        for directive in filters:
            has = self.holds(directive)
            if directive.kind == "avoid":
                allowed &= ~has
            elif directive.kind == "only":
                only[directive.facet] = only.get(directive.facet, np.zeros_like(has)) | has
            else:
                allowed &= has
        for has in only.values():
            allowed &= has
        return allowed

    def holds(self, directive: Directive) -> Bool:
        """bool (I,): items with the facet, or within the bound; items of unknown year or length fail a bound."""
        numeric = self.knowledge.numeric
        if directive.kind in BOUND and directive.value:
            bound = float(directive.value)
            values = np.asarray(numeric.year if directive.kind in ("newer", "older") else numeric.duration)
            with np.errstate(invalid="ignore"):
                return values >= bound if directive.kind in ("newer", "longer") else values <= bound
        pair = (directive.facet, directive.value)
        if pair not in self._having:
            self._having[pair] = np.array(
                [pair in item.all_facets() for item in self.knowledge.catalog], bool
            )
        return self._having[pair]


def _contradicted(old: Directive, asked: Iterable[Directive]) -> bool:
    """A newer word on the same facet or bound replaces a filter."""
    for new in asked:
        if old.kind in BOUND:
            if new.kind in BOUND and new.facet == old.facet:
                return True
        elif (new.facet, new.value) == (old.facet, old.value) or (
            old.kind == "only" and new.facet == old.facet and new.kind in ("more", "only")
        ):
            return True
    return False
