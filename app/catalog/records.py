"""Raw item records, checked and completed into a catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from app.catalog.catalog import Interactions, ItemCatalog
from app.errors import DataError
from graphs.messages import Item

PRIOR = 10.0
"""Ratings' worth of the overall mean in an item's quality."""

_ROUNDED = 6


@dataclass(frozen=True)
class Record:
    """The fields of an item as read, and the file and line they stand in."""

    where: str
    fields: dict[str, Any]


def positions(label: str, records: Sequence[Record]) -> dict[str, int]:
    """Positions by id; no record at all and a second of the same id are DataErrors."""
    if not records:
        raise DataError(f"{label}: there are no items in it; it needs at least one")
    found: dict[str, int] = {}
    for i, record in enumerate(records):
        if found.setdefault(record.fields["id"], i) != i:
            first = records[found[record.fields["id"]]].where.rpartition(":")[2]
            raise DataError(f"{record.where}: the id {record.fields['id']!r} stands already in line {first}")
    return found


def completed(
    name: str,
    records: Sequence[Record],
    interactions: Interactions | None = None,
    notes: Sequence[str] = (),
    *,
    source: str,
) -> ItemCatalog:
    """The catalog; popularity and quality that a record lacks come from the training part of the ratings."""
    popularity, quality = popularity_and_quality(interactions, len(records))
    items = [
        _item(record, {"popularity": p, "quality": q})
        for record, p, q in zip(records, popularity.tolist(), quality.tolist(), strict=True)
    ]
    return ItemCatalog(name, items, interactions, source, notes)


def _item(record: Record, otherwise: dict[str, float]) -> Item:
    try:
        return Item(**(otherwise | record.fields))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise DataError(f"{record.where}: {field} is {first['input']!r}: {first['msg'].lower()}") from error


def popularity_and_quality(
    interactions: Interactions | None, items: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """float64 (items,) each, in [0, 1], rounded to six places, from the training part alone.

    Popularity is log(1 + n) / log(1 + largest n) over n interactions; quality the mean rating drawn toward
    the overall mean by `PRIOR` ratings. Without interactions 0, and without ratings 0.5.
    """
    if interactions is None or not len(interactions):
        return np.zeros(items), np.full(items, 0.5)
    seen = interactions.training()
    item, rating = interactions.item[seen], interactions.rating[seen]
    count = np.log1p(np.bincount(item, minlength=items))
    return np.round(count / count.max(), _ROUNDED), np.round(_quality(item, rating, items), _ROUNDED)


def _quality(
    item: npt.NDArray[np.int32], rating: npt.NDArray[np.float32], items: int
) -> npt.NDArray[np.float64]:
    rated = ~np.isnan(rating)
    if not rated.any():
        return np.full(items, 0.5)
    item, rating = item[rated], rating[rated]
    total = np.bincount(item, weights=rating, minlength=items)
    mean = float(rating.mean(dtype=np.float64))
    return np.clip((total + PRIOR * mean) / (np.bincount(item, minlength=items) + PRIOR), 0.0, 1.0)
