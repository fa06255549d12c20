"""A catalog as rows and binary parts for the store, and back, exactly."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
from pydantic import ValidationError

from app.catalog.catalog import Interactions, ItemCatalog
from app.errors import DataError
from graphs.messages import Item

CHUNK = 1 << 20
"""Interactions in a part: 20 MiB before compression."""

_COLUMNS = {"user": "<i4", "item": "<i4", "rating": "<f4", "time": "<i8"}
_ABOUT, _PEOPLE = "about.json", "people.json"
_LEVEL = 1

Rows = list[tuple[str, str, str]]


def to_parts(catalog: ItemCatalog) -> tuple[Rows, dict[str, bytes]]:
    """(id, title, JSON) of every item in order, and the rest of the catalog as named bytes.

    `about.json` holds the notes, and with interactions their number and scale; `people.json` the users and
    what is known of them; `interactions/0000`, … `CHUNK` rows each, compressed.
    """
    rows = [(item.id, item.title, item.model_dump_json()) for item in catalog]
    about: dict[str, Any] = {"notes": catalog.notes}
    parts: dict[str, bytes] = {}
    if (found := catalog.interactions) is not None:
        about |= {"rows": len(found), "scale": found.scale}
        parts[_PEOPLE] = _packed({"users": found.users, "people": found.people})
        for number, first in enumerate(range(0, len(found), CHUNK)):
            parts[_chunk(number)] = _chunk_bytes(found, slice(first, first + CHUNK))
    return rows, {_ABOUT: _packed(about)} | parts


def from_parts(
    name: str, source: str, rows: Iterable[Sequence[str]], parts: Mapping[str, bytes]
) -> ItemCatalog:
    """The catalog of `to_parts`; parts that are damaged or missing are a DataError."""
    try:
        items = [Item.model_validate_json(body) for _, _, body in rows]
        about = _unpacked(parts[_ABOUT])
        interactions = _interactions(about, parts) if "rows" in about else None
        return ItemCatalog(name, items, interactions, source, about["notes"])
    except (KeyError, ValueError, zlib.error, ValidationError) as error:
        raise DataError(f"the stored catalog {name!r} is damaged ({error}); import it again") from error


def _interactions(about: Mapping[str, Any], parts: Mapping[str, bytes]) -> Interactions:
    total = about["rows"]
    known = _unpacked(parts[_PEOPLE])
    columns: dict[str, Any] = {name: np.empty(total, kind) for name, kind in _COLUMNS.items()}
    for number, first in enumerate(range(0, total, CHUNK)):
        _fill(columns, parts[_chunk(number)], first, min(CHUNK, total - first))
    return Interactions(
        tuple(known["users"]), **columns, scale=(about["scale"][0], about["scale"][1]), people=known["people"]
    )


def _chunk(number: int) -> str:
    return f"interactions/{number:04d}"


def _chunk_bytes(found: Interactions, rows: slice) -> bytes:
    """The columns one after the other."""
    columns = (getattr(found, name)[rows].astype(kind).tobytes() for name, kind in _COLUMNS.items())
    return zlib.compress(b"".join(columns), _LEVEL)


def _fill(columns: Mapping[str, npt.NDArray[Any]], body: bytes, first: int, count: int) -> None:
    data, at = zlib.decompress(body), 0
    for name, kind in _COLUMNS.items():
        columns[name][first : first + count] = np.frombuffer(data, kind, count, at)
        at += count * np.dtype(kind).itemsize


def _packed(value: Any) -> bytes:
    return zlib.compress(orjson.dumps(value), _LEVEL)


def _unpacked(body: bytes) -> Any:
    return orjson.loads(zlib.decompress(body))
