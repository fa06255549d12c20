"""Why an item stands in a slate: a code, what it refers to, and the sentence made of them."""

from __future__ import annotations

import numpy as np

from app.catalog.catalog import ItemCatalog
from app.catalog.features import Facets
from app.catalog.wording import facet_words
from app.recommenders.rows import I32

(
    NONE, POPULAR, SIMILAR, ASKED, TOGETHER, EXPLORE, LEARNED, RANDOM, ASKED_LIKE, ASKED_NUMBER, NEAREST,
    ASKED_WORDS, ACCLAIMED, REST,
) = range(14)  # fmt: skip
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
    if code in _FACET and target >= 0:
        kind, _, value = facets.names[target].partition(":")
        return _FACET[code].format(facet_words(kind, value, catalog.noun))
    if code in _ITEM and target >= 0:
        return _ITEM[code].format(catalog.items[target].title)
    if code == ASKED_NUMBER and target >= 0:
        return _DIRECTIONS[DIRECTIONS[target]]
    return _PLAIN.get(code, "")


_FACET = {ASKED: "You asked for {}.", LEARNED: "You tend to open {}."}
_ITEM = {SIMILAR: "Close to {}.", ASKED_LIKE: "You asked for something like {}."}
_PLAIN = {
    POPULAR: "Widely seen.",
    SIMILAR: "Close in content to what you opened.",
    TOGETHER: "Goes with what you liked, by what others liked.",
    EXPLORE: "A random pick, to learn what you like.",
    RANDOM: "Drawn at random.",
    NEAREST: "In line with what you have been opening.",
    ASKED_WORDS: "It matches your words.",
    ACCLAIMED: "Highly rated.",
    REST: "Among the best of what you have not been shown.",
}
