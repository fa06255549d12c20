"""Which part of a utility is named as the reason for a reaction, and the facet behind it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.minds.rows import F32, F64, FACTORS, I8, I32

_CODE = {name: index for index, name in enumerate(FACTORS)}
_EITHER_WAY = ("quality", "popularity", "boredom", "repeat")
"""Parts that may be named for a liked and for a disliked item: "a good one, but it left me cold"."""


def reasons(utility: F32, parts: Mapping[str, F64]) -> tuple[I8, F32]:
    """The part that weighed most of those that speak truly of the reaction, int8 (n, k), and its size (n, k).

    A taste, a wish, novelty, the mood and clickbait are a reason only where they point the way the utility
    went: an item is never declined for a facet that the user likes.
    """
    sign = np.where(utility > 0, 1.0, -1.0)
    size = np.zeros((*utility.shape, len(FACTORS)))
    weight = np.full(size.shape, -np.inf)
    for name, part in parts.items():
        size[:, :, _CODE[name]] = part
        weight[:, :, _CODE[name]] = np.abs(part) if name in _EITHER_WAY else part * sign
    factor = weight.argmax(axis=2)
    chosen = np.take_along_axis(size, factor[:, :, None], axis=2)[:, :, 0]
    return factor.astype(np.int8), chosen.astype(np.float32)


def facets_behind(
    factor: I8, utility: F32, facets: I32, liking: F32, satiation: F32, weight: F32, empty: int
) -> I32:
    """int32 (n, k): the facet felt most, `empty` where none was.

    For boredom it is the one that wore the user out most, else the one that it likes or dislikes most, the way
    the utility went. `facets`, `liking` and `weight` are (n, k, M), `satiation` (n, F + 1).
    """
    rows = np.arange(len(facets))[:, None, None]
    felt = liking * np.where(utility > 0, np.float32(1.0), np.float32(-1.0))[:, :, None]
    tired = (factor == _CODE["boredom"])[:, :, None]
    strength = np.where(tired, satiation[rows, facets] * weight, felt)
    top = strength.argmax(axis=2)[:, :, None]
    found = np.take_along_axis(facets, top, axis=2)[:, :, 0]
    there = np.take_along_axis(strength, top, axis=2)[:, :, 0] > 0
    return np.where(there, found, empty).astype(np.int32)
