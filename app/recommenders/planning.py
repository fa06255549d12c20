"""From what was said to a plan, and from plans to the standing constraints that retrieval and ranking obey."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np

from app.recommenders.knowledge import Knowledge
from app.recommenders.reader import Reader, Reading
from app.recommenders.rows import STANDING, Bool, ConstraintRows
from graphs.messages import Directive, Plan, Request

_BOOST = {"more": 96, "only": 127, "less": -80, "avoid": -127}
_PULL = {
    "newer": (0, 1.0), "older": (0, -1.0), "longer": (1, 1.0), "shorter": (1, -1.0), "popular": (2, 1.0),
    "niche": (2, -1.0),
}  # fmt: skip
_OPPOSITE = {"newer": "older", "older": "newer", "longer": "shorter", "shorter": "longer"}
_KEEP = 0.8
_FAINT = 0.15
"""Below this a fading wish is gone."""
_REMEMBERED = 8192
_FILTERS = 512
_HARD = ("avoid", "only")
BOUND = ("newer", "older", "shorter", "longer")


def plan(reading: Reading) -> Plan:
    """A plan of what was understood: hard filters for avoid, only and bounds, soft weights for the rest."""
    weights: dict[str, float] = {}
    for d in reading.directives:
        name = f"{d.facet}:{d.value}" if d.value else d.kind
        weights[name] = round(d.strength * (-1 if d.kind in ("less", "avoid") else 1), 3)
    return Plan(
        directives=reading.directives,
        queries=(reading.query,) if reading.query else (),
        filters=tuple(filter(is_hard, reading.directives)),
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


def no_constraints(n: int, empty: int) -> ConstraintRows:
    """No wishes of n users; `empty` is the number of the facet that no item has."""
    return ConstraintRows(
        facet=np.full((n, STANDING), empty, np.int32),
        boost=np.zeros((n, STANDING), np.float32),
        numeric=np.zeros((n, 3), np.float32),
        like=np.full(n, -1, np.int32),
        liking=np.zeros(n, np.float32),
        surprise=np.zeros(n, np.float32),
        filters=[()] * n,
        queries=[""] * n,
        released=[()] * n,
        before=[None] * n,
    )


class Planner:
    """Reads requests and keeps each user's standing constraints."""

    def __init__(self, knowledge: Knowledge, reader: Reader) -> None:
        self.knowledge = knowledge
        self.read = lru_cache(maxsize=_REMEMBERED)(lambda words: plan(reader.read(words)))
        self._allowed = lru_cache(maxsize=_FILTERS)(self._filter)

    def plans(self, requests: Sequence[Request | None]) -> list[Plan | None]:
        return [self.read(r.words) if r else None for r in requests]

    # ------------------------------------------------------------------------------ folding

    def fold(self, standing: ConstraintRows, plans: Sequence[Plan | None]) -> ConstraintRows:
        """The constraints of a turn: what stood before, faded, and what is asked now.

        Boosts stay whole numbers, so that sums over facets are exact. Filters stand until they are
        contradicted or give way. What was asked for one turn only leaves what stood before it.
        """
        if any(before is not None for before in standing.before):
            standing = _restored(standing)
        rows = _faded(standing, len(self.knowledge.facets.names))
        for row, one in enumerate(plans):
            if one is not None:
                self._fold_one(rows, row, one)
        return rows

    def _fold_one(self, rows: ConstraintRows, row: int, one: Plan) -> None:
        rows.queries[row] = " ".join(one.queries)
        self._take_in(rows, row, one, "session")
        if any(d.scope == "turn" for d in one.directives):
            rows.before[row] = rows.take(np.array([row]))
            self._take_in(rows, row, one, "turn")

    def _take_in(self, rows: ConstraintRows, row: int, one: Plan, scope: str) -> None:
        asked = [d for d in one.directives if d.scope == scope]
        gone = [old for old in rows.filters[row] if any(contradicts(new, old) for new in asked)]
        for old in gone:
            self._weigh(rows, row, old, 0.0)
        for directive in asked:
            self._apply(rows, row, directive)
        kept = (old for old in rows.filters[row] if old not in gone)
        rows.filters[row] = (*kept, *(d for d in one.filters if d.scope == scope))

    def _apply(self, rows: ConstraintRows, row: int, directive: Directive) -> None:
        kind, strength = directive.kind, directive.strength
        if kind in _BOOST:
            weighed = self._weigh(rows, row, directive, round(_BOOST[kind] * (0.5 + 0.5 * strength)))
            if not weighed and kind in ("more", "only"):
                rows.queries[row] = f"{rows.queries[row]} {directive.value}".strip()
        elif kind in _PULL:
            column, sign = _PULL[kind]
            rows.numeric[row, column] = sign * (0.5 + 0.5 * strength)
        elif kind == "surprise":
            rows.surprise[row] = strength
        elif kind == "similar":
            position = self.position(directive.value)
            if position is not None:
                rows.like[row], rows.liking[row] = position, 0.5 + 0.5 * strength

    def _weigh(self, rows: ConstraintRows, row: int, directive: Directive, boost: float) -> bool:
        """Set the weight of a facet, in the place of the weakest if need be; False for one that is not known."""
        facet = self.knowledge.facets.index.get(f"{directive.facet}:{directive.value}")
        if facet is None:
            return False
        same = np.flatnonzero(rows.facet[row] == facet)
        if same.size or boost:
            at = int(same[0]) if same.size else int(np.abs(rows.boost[row]).argmin())
            rows.facet[row, at], rows.boost[row, at] = facet, boost
        return True

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

    # ---------------------------------------------------------------------------- filtering

    def settle(self, standing: ConstraintRows, seen: Bool) -> Bool:
        """bool (n, I): what is out, because it was seen, excluded by a filter, or is what the slate should be like.

        Where that leaves nothing the oldest filters give way; `standing` says so from then on.
        """
        filtered = [row for row, filters in enumerate(standing.filters) if filters]
        named = np.flatnonzero(standing.like >= 0).tolist()
        out = seen.copy() if filtered or named else seen
        for row in filtered:
            self._settle_one(standing, row, out[row])
        for row in named:
            at = standing.like[row]
            out[row, at] = True
            out[row, at] = seen[row, at] or not out[row].all()
        return out

    def _settle_one(self, standing: ConstraintRows, row: int, out: Bool) -> None:
        filters = standing.filters[row]
        for start in range(len(filters) + 1):
            excluded = out | ~self.allowed(filters[start:])
            if start == len(filters) or not excluded.all():
                out[:] = excluded
                standing.filters[row], standing.released[row] = filters[start:], filters[:start]
                return

    def allowed(self, filters: Sequence[Directive]) -> Bool:
        """bool (I,): the items that no filter excludes; several `only` of one facet kind are alternatives."""
        return self._allowed(tuple(filters))

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
        has = np.zeros(len(self.knowledge.catalog), bool)
        if directive.facet == "title":
            position = self.position(directive.value)
            has[[] if position is None else position] = True
        else:
            has[self._having.get((directive.facet, directive.value), [])] = True
        return has

    @cached_property
    def _having(self) -> dict[tuple[str | None, str | None], list[int]]:
        """Positions of the items by facet, also of facets that only one item has."""
        having: dict[tuple[str | None, str | None], list[int]] = {}
        for position, item in enumerate(self.knowledge.catalog):
            for pair in item.all_facets():
                having.setdefault(pair, []).append(position)
        return having


def is_hard(directive: Directive) -> bool:
    """Whether a wish is a filter: avoid, only, or a bound with a number."""
    return directive.kind in _HARD or (directive.kind in BOUND and directive.value is not None)


def contradicts(new: Directive, old: Directive) -> bool:
    """Whether a newer wish replaces a filter: one on the same facet, or on the same number unless both can hold."""
    if old.kind in BOUND:
        if new.kind == old.kind:
            return new.value is not None
        return new.kind == _OPPOSITE[old.kind] and not _both_hold(new, old)
    if (new.facet, new.value) == (old.facet, old.value):
        return True
    return old.kind == "only" and new.facet == old.facet and new.kind in ("more", "only")


def _both_hold(new: Directive, old: Directive) -> bool:
    """Whether two opposite bounds leave a range: after 1990 and before 2000."""
    if new.value is None or old.value is None:
        return False
    low, high = (old, new) if old.kind in ("newer", "longer") else (new, old)
    return float(low.value or 0) <= float(high.value or 0)


def _faded(standing: ConstraintRows, empty: int) -> ConstraintRows:
    """What is left of the wishes a turn later; the words of a query are for one turn."""
    n = len(standing.like)
    boost = np.trunc(standing.boost * np.float32(_KEEP))
    numeric = standing.numeric * np.float32(_KEEP)
    liking = standing.liking * np.float32(_KEEP)
    liking[liking < _FAINT] = 0.0
    return ConstraintRows(
        facet=np.where(boost != 0, standing.facet, empty).astype(np.int32),
        boost=boost,
        numeric=np.where(np.abs(numeric) < _FAINT, 0.0, numeric).astype(np.float32),
        like=np.where(liking > 0, standing.like, -1).astype(np.int32),
        liking=liking,
        surprise=standing.surprise * np.float32(0.5),
        filters=list(standing.filters),
        queries=[""] * n,
        released=[()] * n,
        before=[None] * n,
    )


def _restored(standing: ConstraintRows) -> ConstraintRows:
    """With what stood before a wish for one turn in its place."""
    everything = range(len(standing.like))
    rows = standing.take(np.array(everything))
    for row in everything:
        before = standing.before[row]
        if before is None:
            continue
        for name in ("facet", "boost", "numeric", "like", "liking", "surprise"):
            getattr(rows, name)[row] = getattr(before, name)[0]
        # A filter that gave way in the meantime does not come back.
        rows.filters[row] = tuple(d for d in before.filters[0] if d not in standing.released[row])
    return rows
