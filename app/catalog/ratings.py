"""Interactions gathered batch by batch: numbered, checked, ordered, scaled, each user and item pair once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from app.catalog.archive import Member
from app.catalog.catalog import Interactions
from app.catalog.delimited import Dialect, batches, first_row, line_of
from app.errors import DataError

Array = npt.NDArray[Any]
Locate = Callable[[int], str]
"""Names the file and line of a row of the batch, for a message."""

USUAL_SCALES = ((0.0, 1.0), (1.0, 5.0), (0.5, 5.0), (0.0, 5.0), (1.0, 10.0), (0.0, 10.0), (0.0, 100.0))
"""Scales people rate on, narrowest first: an unknown scale is the first that holds every rating."""

_BLOCK = 1 << 20
_COLUMNS = ("user", "item", "rating", "time", "order")


class Gathering:
    """Collects interactions; `items` maps ids to positions and grows by unknown ones where `grows`.

    With a `scale`, a rating outside it is a DataError when it is added.
    """

    def __init__(
        self, items: dict[str, int], scale: tuple[float, float] | None = None, *, grows: bool = False
    ) -> None:
        self.items = items
        self.scale = scale
        self.users: dict[str, int] = {}
        self._grows = grows
        self._parts: dict[str, list[Array]] = {name: [] for name in _COLUMNS}

    def add(self, columns: Mapping[str, pa.Array], locate: Locate) -> None:
        """One batch: `user` and `item` ids, and where known `rating`, `time` and `order` within a time."""
        count = len(columns["user"])
        user = _numbers(columns["user"], self.users, True, "user", locate)
        item = _numbers(columns["item"], self.items, self._grows, "item", locate)
        rating = _floats(columns.get("rating"), count)
        self._check(rating, locate)
        self._parts["user"].append(user)
        self._parts["item"].append(item)
        self._parts["rating"].append(rating.astype(np.float32))
        self._parts["time"].append(_whole(columns.get("time"), count, "time", locate))
        if "order" in columns:
            self._parts["order"].append(_whole(columns["order"], count, "order", locate))

    def _check(self, rating: Array, locate: Locate) -> None:
        low, high = self.scale or (-np.finfo(np.float32).max, np.finfo(np.float32).max)
        bad = np.flatnonzero((rating < low) | (rating > high))
        if len(bad):
            value = f"{locate(int(bad[0]))}: the rating {float(rating[bad[0]]):g} is"
            raise DataError(
                f"{value} outside the scale {low:g} to {high:g}" if self.scale else f"{value} not finite"
            )

    def finished(
        self, people: Mapping[str, Mapping[str, str | int]]
    ) -> tuple[Interactions | None, tuple[str, ...]]:
        """The interactions, or None; a note where a later one of the same user and item replaced some."""
        if not self.users:
            return None, ()
        columns = {name: np.concatenate(parts) for name, parts in self._drained() if parts}
        before = len(columns["user"])
        columns = _by_user(columns)
        kept = _ordered(columns, len(self.users), len(self.items))
        scale = self.scale or _scale(columns["rating"])
        interactions = Interactions(
            users=tuple(self.users),
            user=columns["user"],
            item=columns["item"],
            rating=_scaled(columns["rating"], scale),
            time=columns["time"],
            scale=scale,
            people={user: people[user] for user in self.users if user in people},
        )
        replaced = before - kept
        note = f"{replaced:,} interactions were replaced by a later one of the same user with the same item"
        return interactions, (note,) if replaced else ()

    def _drained(self) -> Iterator[tuple[str, list[Array]]]:
        """(name, parts) a column at a time, each let go before the next, to bound the memory."""
        for name in _COLUMNS:
            parts = self._parts.pop(name)
            yield name, parts


def gather(
    gathering: Gathering,
    member: Member,
    dialect: Dialect,
    columns: Mapping[str, str],
    types: Mapping[str, pa.DataType],
) -> None:
    """Add a delimited file; `columns` names the column, `types` the type of each field."""
    if not first_row(member, dialect):
        return
    for first, batch in batches(member, dialect, {column: types[field] for field, column in columns.items()}):

        def locate(row: int, first: int = first) -> str:
            return f"{member.label}:{line_of(member, dialect, first + row)}"

        gathering.add({field: batch.column(column) for field, column in columns.items()}, locate)


def _numbers(ids: pa.Array, known: dict[str, int], grows: bool, what: str, locate: Locate) -> Array:
    """int32: the number of every id; an empty id, or an unknown one where numbers do not grow, is a DataError."""
    coded = ids.dictionary_encode()
    values = coded.dictionary.to_pylist()
    if grows:
        numbers = [known.setdefault(value, len(known)) if value else -1 for value in values]
    else:
        numbers = [known.get(value, -1) for value in values]
    codes = coded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    found: Array = np.array([*numbers, -1], np.int32)[codes]
    bad = np.flatnonzero(found < 0)
    if len(bad):
        row = int(bad[0])
        name = ids[row].as_py()
        fault = f"there is no item {name!r} among the items" if name else f"the {what} is empty"
        raise DataError(f"{locate(row)}: {fault}")
    return found


def _floats(column: pa.Array | None, count: int) -> Array:
    """float64 rows, NaN where there is none."""
    if column is None:
        return np.full(count, np.nan)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _whole(column: pa.Array | None, count: int, what: str, locate: Locate) -> Array:
    """int64 rows, a date and time as seconds since 1970; a cell that is empty is a DataError."""
    if column is None:
        return np.zeros(count, np.int64)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("s", column.type.tz), safe=False).cast(pa.int64())
    values: Array = column.to_numpy(zero_copy_only=False)
    bad = column.is_null().to_numpy(zero_copy_only=False) | ~np.isfinite(values)
    if bad.any():
        raise DataError(f"{locate(int(bad.argmax()))}: the {what} is empty or not finite")
    return np.floor(values).astype(np.int64) if values.dtype.kind == "f" else values.astype(np.int64)


def _by_user(columns: dict[str, Array]) -> dict[str, Array]:
    user = columns["user"]
    if np.all(user[1:] >= user[:-1]):
        return columns
    order = np.argsort(user, kind="stable")
    for name in columns:
        columns[name] = columns[name][order]
    return columns


def _ordered(columns: dict[str, Array], users: int, items: int) -> int:
    """Sort each user's rows by time and drop the earlier ones of a pair, block by block; rows that stay."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(columns["user"], minlength=users))])
    kept = 0
    for first, last in _blocks(starts):
        block = {name: values[first:last] for name, values in columns.items()}
        rows = _latest(block, items)
        for name, values in block.items():
            columns[name][kept : kept + len(rows)] = values[rows]
        kept += len(rows)
    for name in columns:
        columns[name] = columns[name][:kept]
    return kept


def _blocks(starts: Array) -> list[tuple[int, int]]:
    """Runs of whole users of some `_BLOCK` rows."""
    cuts = np.searchsorted(starts, np.arange(0, starts[-1], _BLOCK))
    edges = [int(starts[cut]) for cut in cuts] + [int(starts[-1])]
    return [(a, b) for a, b in pairwise(edges) if a < b]


def _latest(block: dict[str, Array], items: int) -> Array:
    """The rows in order of user, time and original order, of each user and item only the last."""
    keys = [block[name] for name in ("order", "time", "user") if name in block]
    order = np.lexsort(keys)
    pair = block["user"][order].astype(np.int64) * items + block["item"][order]
    by_pair = np.argsort(pair, kind="stable")
    sorted_pair = pair[by_pair]
    last = np.append(sorted_pair[1:] != sorted_pair[:-1], True)
    return np.asarray(order[np.sort(by_pair[last])])


def _scale(rating: Array) -> tuple[float, float]:
    """The narrowest usual scale that holds every rating, else the observed range."""
    if np.isnan(rating).all():
        return USUAL_SCALES[0]
    low, high = float(np.nanmin(rating)), float(np.nanmax(rating))
    usual = (scale for scale in USUAL_SCALES if scale[0] <= low and high <= scale[1])
    return next(usual, (low, high) if low < high else (low - 1.0, high))


def _scaled(rating: Array, scale: tuple[float, float]) -> Array:
    low, high = scale
    rating -= np.float32(low)
    rating /= np.float32(high - low)
    return np.clip(rating, 0.0, 1.0, out=rating)
