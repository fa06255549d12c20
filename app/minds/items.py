"""The items as users experience them, from a catalog's facets and dense vectors."""

from __future__ import annotations

import numpy as np

from app.catalog.catalog import ItemCatalog
from app.catalog.features import Facets, Numeric
from app.draws import key
from app.minds.parameters import BehaviorParameters
from app.minds.rows import F32, F64, I32, ItemRows

WEIGHTS = {
    "genre": 1.0, "tag": 0.7, "mood": 0.7, "decade": 0.5, "country": 0.5, "language": 0.3, "creator": 0.3,
    "cast": 0.2,
}  # fmt: skip
"""How much a facet of a kind weighs in boredom, novelty and complaints; assumed. Other kinds weigh 0.5."""

ASKABLE = ("genre", "mood", "tag", "decade", "country")
_LONG_MINUTES = 10.0


def item_rows(
    p: BehaviorParameters, catalog: ItemCatalog, facets: Facets, numeric: Numeric, dense: F32
) -> ItemRows:
    """Rows for all items; `dense` (I, L) is scaled to unit mean length."""
    length = np.sqrt((dense.astype(np.float64) ** 2).sum(axis=1))
    scale = length.mean() if length.any() else 1.0
    return ItemRows(
        facets=facets.ids,
        weight=_weights(facets),
        dense=np.ascontiguousarray(dense / np.float32(scale), dtype=np.float32),
        numeric=np.stack([numeric.year_z, numeric.duration_z, numeric.popularity_z], axis=1).astype(
            np.float32
        ),
        quality=_standard(np.asarray(numeric.quality, np.float64)),
        clickbait=_clickbait(catalog),
        seconds=_seconds(p, np.asarray(numeric.duration, np.float64)),
        share=np.asarray(facets.counts, np.float64) / len(catalog),
        common=_common(facets, len(catalog)),
        matters=np.array([_matter(name) for name in facets.names], np.float64),
    )


def _matter(name: str) -> float:
    return WEIGHTS.get(name.partition(":")[0], 0.5)


def _weights(facets: Facets) -> F32:
    each = np.array([_matter(name) for name in facets.names] + [0.0], np.float32)
    weights = each[facets.ids]
    return np.asarray(weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-6), np.float32)


def _standard(values: F64) -> F64:
    spread = values.std()
    return np.clip((values - values.mean()) / spread, -2.5, 2.5) if spread > 1e-9 else np.zeros_like(values)


def _clickbait(catalog: ItemCatalog) -> F64:
    """A fixed standard normal of every item, by its id."""
    bits = np.array([key("clickbait", item.id) for item in catalog], np.uint64)
    u = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) / (1 << 53)
    v = ((bits & np.uint64((1 << 32) - 1)).astype(np.float64) + 0.5) / (1 << 32)
    return np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)


def _seconds(p: BehaviorParameters, minutes: F64) -> F64:
    """Short items are watched whole; of long or unmeasured ones at most a preview while browsing."""
    short = np.nan_to_num(minutes, nan=np.inf) <= _LONG_MINUTES
    return np.where(short, np.nan_to_num(minutes) * 60.0, p.preview_seconds)


def _common(facets: Facets, n_items: int) -> np.ndarray:
    """Facets one may ask for: of an askable kind, on at least 8 items and at most two thirds of all."""
    askable = np.array([name.partition(":")[0] in ASKABLE for name in facets.names], bool)
    counts = np.asarray(facets.counts)
    return np.asarray(askable & (counts >= min(8, max(2, n_items // 20))) & (counts <= n_items * 2 / 3))


def sample_positions(n_items: int, size: int = 512) -> I32:
    """A fixed sample of positions, spread over the catalog, to standardize tastes on."""
    if n_items <= size:
        return np.arange(n_items, dtype=np.int32)
    return np.unique(np.linspace(0, n_items - 1, size).astype(np.int32))
