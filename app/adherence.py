"""How well a slate honors what was asked, judged from the items' own facts; for sessions of messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from graphs.messages import Directive, Item


def adherence(
    directives: Iterable[Directive], items: Sequence[Item], before: Sequence[Item] = ()
) -> float | None:
    """Mean over the directives, each the higher the better honored; None where none can be judged.

    Comparable only between slates, for the same directives. `before` is the slate that was complained about.
    """
    judged = [score for d in directives if (score := _one(d, items, before)) is not None]
    return float(np.mean(judged)) if judged and items else None


def _one(directive: Directive, items: Sequence[Item], before: Sequence[Item]) -> float | None:
    kind = directive.kind
    if kind in ("more", "only", "less", "avoid"):
        share = _share(items, (str(directive.facet), str(directive.value)))
        return share if kind in ("more", "only") else 1.0 - share
    if kind in ("newer", "older"):
        return _signed(_mean([item.year for item in items], 100.0), kind == "newer")
    if kind in ("longer", "shorter"):
        return _signed(_mean([item.duration for item in items], 120.0), kind == "longer")
    if kind in ("popular", "niche"):
        return _signed(_mean([item.popularity for item in items], 1.0), kind == "popular")
    if kind == "surprise":
        return 1.0 - _overlap(items, before) if before else None
    return _likeness(directive, items)


def _share(items: Sequence[Item], pair: tuple[str, str]) -> float:
    return float(np.mean([pair in item.all_facets() for item in items])) if items else 0.0


def _mean(values: Iterable[float | None], unit: float) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) / unit if known else None


def _signed(value: float | None, up: bool) -> float | None:
    return value if value is None or up else -value


def _overlap(items: Sequence[Item], others: Sequence[Item]) -> float:
    """Mean Jaccard similarity of facets over all pairs."""
    sets = [set(item.all_facets()) for item in items]
    theirs = [set(item.all_facets()) for item in others]
    return float(np.mean([len(a & b) / max(1, len(a | b)) for a in sets for b in theirs]))


def _likeness(directive: Directive, items: Sequence[Item]) -> float | None:
    """Likeness to the named item, where it is among those shown; its facets are known to the slate alone."""
    named = [item for item in items if directive.value in (item.title, item.id)]
    return _overlap(items, named) if named else None
