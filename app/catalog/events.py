"""Interactions out of CSV, JSONL and Parquet tables, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import islice
from typing import Any

import pyarrow as pa

from app.catalog import cells
from app.catalog.archive import Member
from app.catalog.columns import INTERACTION_COLUMNS, resolved
from app.catalog.delimited import first_row, header, sniffed, type_of
from app.catalog.ratings import Gathering, gather
from app.catalog.tables import CHUNK, Row, parquet_batches, parquet_names, read_table, value_of
from app.errors import DataError

_READ: dict[str, Callable[[Any], Any]] = {
    "user": cells.text,
    "item": cells.text,
    "rating": cells.number,
    "time": cells.moment,
    "order": cells.moment,
}
_TYPES = {
    "user": pa.string(),
    "item": pa.string(),
    "rating": pa.float64(),
    "time": pa.int64(),
    "order": pa.int64(),
}


def read_interactions(gathering: Gathering, member: Member, kind: str, columns: Mapping[str, str]) -> None:
    """Add the interactions of a table to the gathering."""
    {"csv": _gather_csv, "jsonl": _gather_jsonl, "parquet": _gather_parquet}[kind](gathering, member, columns)


def _fields(member: Member, names: Collection[str], columns: Mapping[str, str]) -> dict[str, str]:
    """The column of each field; where there is an order but no time, the order is the time."""
    fields = resolved(member.label, names, columns, INTERACTION_COLUMNS, ("user", "item"))
    if "time" not in fields and "order" in fields:
        fields["time"] = fields.pop("order")
    return fields


def _gather_csv(gathering: Gathering, member: Member, columns: Mapping[str, str]) -> None:
    dialect = sniffed(member)
    fields = _fields(member, header(member, dialect), columns)
    first = first_row(member, dialect)
    times = {field: type_of(first.get(fields[field], "")) for field in ("time", "order") if field in fields}
    gather(gathering, member, dialect, fields, _TYPES | times)


def _gather_jsonl(gathering: Gathering, member: Member, columns: Mapping[str, str]) -> None:
    table = read_table(member, "jsonl")
    fields = _fields(member, table.names, columns)
    found = iter(table.rows)
    while chunk := list(islice(found, CHUNK)):
        _add(gathering, member, chunk, fields)


def _add(gathering: Gathering, member: Member, chunk: list[Row], fields: Mapping[str, str]) -> None:
    def locate(row: int) -> str:
        return f"{member.label}:{chunk[row][0]}"

    arrays = {}
    for field, column in fields.items():
        read = _READ[field]
        values = [value_of(f"{member.label}:{line}", column, row.get(column), read) for line, row in chunk]
        arrays[field] = pa.array(values, _TYPES[field])
    gathering.add(arrays, locate)


def _gather_parquet(gathering: Gathering, member: Member, columns: Mapping[str, str]) -> None:
    fields = _fields(member, parquet_names(member), columns)
    for first, batch in parquet_batches(member, list(fields.values())):

        def locate(row: int, first: int = first) -> str:
            return f"{member.label}:{first + row}"

        gathering.add(
            {field: _cast(member, batch, column, field) for field, column in fields.items()}, locate
        )


def _cast(member: Member, batch: pa.RecordBatch, column: str, field: str) -> pa.Array:
    """The column as its field is needed; numbers and dates stay as times."""
    found = batch.column(column)
    try:
        if field not in ("time", "order"):
            return found.cast(_TYPES[field])
        if pa.types.is_date(found.type):
            return found.cast(pa.timestamp("s"))
        known = pa.types.is_timestamp(found.type) or pa.types.is_floating(found.type)
        return found if known else found.cast(pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"{member.label}: the column {column} cannot be the {field} ({error})") from error
