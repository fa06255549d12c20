"""Why an item stands in a slate: a code, what it refers to, and the sentence made of them."""

from __future__ import annotations

import numpy as np

from app.catalog.catalog import ItemCatalog
from app.catalog.features import Facets
from app.recommenders.rows import I32

NONE, POPULAR, SIMILAR, ASKED, TOGETHER, EXPLORE, LEARNED, RANDOM, ASKED_LIKE, ASKED_NUMBER, NEAREST = range(
    11
)
_BASE = 16


def pack(code: int, target: I32 | int = -1) -> I32:
    """code + 16 * (target + 1); the target is a facet, an item or a direction, -1 for none."""
    return np.asarray(code + _BASE * (target + 1), np.int32)


def unpack(packed: int) -> tuple[int, int]:
    return packed % _BASE, packed // _BASE - 1


_DIRECTIONS = {
    "newer": "You asked for something newer.",
    "older": "You asked for something older.",
    "longer": "You asked for something longer.",
    "shorter": "You asked for something shorter.",
    "popular": "You asked for something well known.",
    "niche": "You asked for something less known.",
}
DIRECTIONS = tuple(_DIRECTIONS)
"""Targets of ASKED_NUMBER, in pairs: year, duration, popularity, upward first."""


def reason_text(packed: int, catalog: ItemCatalog, facets: Facets) -> str:
    """The sentence of a packed reason; empty for none."""
    code, target = unpack(packed)
    if code == ASKED and target >= 0:
        return f"You asked for this: {_facet(facets, target)}."
    if code == LEARNED and target >= 0:
        return f"You tend to open this kind: {_facet(facets, target)}."
    if code in (SIMILAR, ASKED_LIKE) and target >= 0:
        title = catalog.items[target].title
        return f"You asked for something like {title}." if code == ASKED_LIKE else f"Close to {title}."
    if code == ASKED_NUMBER and target >= 0:
        return _DIRECTIONS[DIRECTIONS[target]]
    return _PLAIN.get(code, "")


_PLAIN = {
    POPULAR: "Widely seen.",
    SIMILAR: "Close in content to what you opened.",
    TOGETHER: "Goes with what you liked, by what others liked.",
    EXPLORE: "Something you have not been shown much of.",
    RANDOM: "Drawn at random.",
    NEAREST: "The nearest to what you have been opening.",
}


def _facet(facets: Facets, target: int) -> str:
    kind, _, value = facets.names[target].partition(":")
    return f"{kind} {value}"
