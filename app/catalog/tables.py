"""Tables as CSV, JSONL or Parquet, and the items in them."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from app.catalog import cells
from app.catalog.archive import Member
from app.catalog.columns import ITEM_COLUMNS, resolved
from app.catalog.delimited import header, rows, sniffed, text_lines
from app.catalog.records import Record
from app.errors import DataError

KINDS = {
    ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
"""The kind of a table by the ending of its file."""

CHUNK = 1 << 16
"""Rows held at a time."""

_READ: dict[str, Callable[[Any], Any]] = {
    "genres": cells.labels,
    "tags": cells.labels,
    "year": cells.year,
    "duration": cells.number,
    "popularity": cells.number,
    "quality": cells.number,
}

Row = tuple[int, Mapping[str, Any]]


@dataclass(frozen=True)
class Table:
    """The columns of a file and its rows, each with its line (Parquet: the row, counted from 1)."""

    names: tuple[str, ...]
    rows: Iterable[Row]


def read_table(member: Member, kind: str) -> Table:
    """The file as rows of cells by column; what is not of its `kind` is a DataError."""
    return {"csv": _read_csv, "jsonl": _read_jsonl, "parquet": _read_parquet}[kind](member)


def _read_csv(member: Member) -> Table:
    dialect = sniffed(member)
    names = header(member, dialect)
    found = rows(member, dialect)
    return Table(names, ((line, dict(zip(names, row, strict=True))) for line, row in found))


def _read_jsonl(member: Member) -> Table:
    """Every line of the file must be an object; the columns are those of its first 1,000 lines."""
    found = _objects(member)
    ahead = list(islice(found, 1000))
    names = dict.fromkeys(name for _, row in ahead for name in row)
    return Table(tuple(names), (row for part in (ahead, found) for row in part))


def _objects(member: Member) -> Iterator[Row]:
    for line, text in enumerate(text_lines(member, "utf-8"), 1):
        if not text.strip():
            continue
        try:
            row = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise DataError(f"{member.label}:{line}: the line is not JSON ({error})") from error
        if not isinstance(row, dict):
            raise DataError(f"{member.label}:{line}: the line is not a JSON object ({{...}})")
        yield line, row


def _read_parquet(member: Member) -> Table:
    return Table(parquet_names(member), _parquet_rows(member))


def _parquet_rows(member: Member) -> Iterator[Row]:
    for first, batch in parquet_batches(member):
        yield from enumerate(batch.to_pylist(), first)


def parquet_names(member: Member) -> tuple[str, ...]:
    """The columns of a Parquet file."""
    with _parquet(member) as file:
        return tuple(file.schema_arrow.names)


def parquet_batches(
    member: Member, columns: Sequence[str] | None = None
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """(number of its first row, from 1; batch of `CHUNK` rows)."""
    first = 1
    with _parquet(member) as file:
        for batch in file.iter_batches(CHUNK, columns=columns):
            yield first, batch
            first += batch.num_rows
            member.advanced(first - 1, file.metadata.num_rows)


@contextmanager
def _parquet(member: Member) -> Iterator[pq.ParquetFile]:
    """The open file; one that is not Parquet, or is damaged, is a DataError."""
    try:
        with member.seekable() as stream:
            yield pq.ParquetFile(stream)
    except (pa.ArrowException, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{member.label}: not a Parquet file, or a damaged one ({error})") from error


def read_items(
    member: Member,
    kind: str,
    columns: Mapping[str, str],
    image: Callable[[str], str | None] = lambda text: text,
) -> list[Record]:
    """The items of a table; `image` finds the picture a cell names."""
    table = read_table(member, kind)
    fields = resolved(member.label, table.names, columns, ITEM_COLUMNS, ("id", "title"))
    return [_record(f"{member.label}:{line}", row, fields, image) for line, row in table.rows]


def _record(
    where: str, row: Mapping[str, Any], fields: Mapping[str, str], image: Callable[[str], str | None]
) -> Record:
    values: dict[str, Any] = {"facets": {}}
    for field, column in fields.items():
        kind = field.removeprefix("facet.")
        read = cells.labels if kind != field else _READ.get(field, cells.text)
        value = value_of(where, column, row.get(column), read)
        if kind == field and value is not None:
            values[field] = value
        elif value:
            values["facets"][kind] = value
    for field in ("id", "title"):
        if not values[field]:
            raise DataError(f"{where}: the {field} is empty")
    summary = values.pop("summary", "")
    values["description"] = values.get("description") or summary
    values["image"] = image(values["image"]) if values.get("image") else None
    return Record(where, values)


def value_of(where: str, column: str, cell: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(cell)
    except ValueError as error:
        raise DataError(f"{where}: {column} is {cell!r}; expected {error}") from error
