"""Batches of rows and how they are inserted: raw `executemany` on SQLite, Core inserts elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql

from app.store.tables import COLUMNS, TABLES

Rows = Sequence[tuple[Any, ...]] | npt.NDArray[np.int64]
Batch = Mapping[str, Rows]
"""Table name to rows in the order of `COLUMNS[table]`. Values are plain Python ones; JSON columns take JSON
text or what can be encoded as JSON text beforehand; None is null. Rows of whole numbers alone, such as packed
exposures, may be one int64 array (m, columns), which is quicker; leave it as it is once it was put."""

REPLACED = {"session": "id"}
"""A row with the same key replaces the old one: a session is put when it starts and again when it ends."""
ADDRESSED = {"persona": "hash", "prompt": "hash", "blob": "hash"}
"""Addressed by content: a row that is there already is left as it is."""
_LARGE = frozenset({"blob", "catalog_part", "prompt", "item", "step", "call"})
"""Written row by row: a statement copies all its values, and these may be large; none of them is hot."""

_VALUES = 900
"""Values in one statement; SQLite took 999 before 3.32."""
_BLOCK = 200
"""Statements whose values are made at a time."""
_PLAIN = (int, float, str, bytes, type(None))


def check(batch: Batch) -> int:
    """The number of rows; an unknown table, a short row or a value that is not plain is a ValueError.

    Only the first row of each table is looked at: a batch is made by code, so one row speaks for all.
    """
    for table, rows in batch.items():
        if table not in COLUMNS:
            raise ValueError(f"no table {table!r} to write; there are {', '.join(COLUMNS)}")
        if isinstance(rows, np.ndarray):
            _check_array(table, rows)
        elif rows:
            _check_row(table, rows[0])
    return sum(len(rows) for rows in batch.values())


def _check_array(table: str, rows: npt.NDArray[np.int64]) -> None:
    wanted = len(COLUMNS[table])
    if rows.dtype != np.int64 or rows.ndim != 2 or rows.shape[1] != wanted:
        raise ValueError(
            f"an array of {table} is {rows.dtype} {rows.shape}; it needs int64 (rows, {wanted}): "
            f"{', '.join(COLUMNS[table])}"
        )


def _check_row(table: str, row: tuple[Any, ...]) -> None:
    columns = COLUMNS[table]
    if len(row) != len(columns):
        raise ValueError(
            f"a row of {table} has {len(row)} values; it needs {len(columns)}: {', '.join(columns)}"
        )
    for column, value in zip(columns, row, strict=True):
        if not isinstance(value, _PLAIN):
            raise ValueError(
                f"{table}.{column} cannot hold a {type(value).__name__}; give a plain Python value"
            )


def merged(batches: Sequence[Batch]) -> Batch:
    """All rows of some batches, table by table."""
    if len(batches) == 1:
        return batches[0]
    tables = dict.fromkeys(name for batch in batches for name in batch)
    return {name: _all([batch[name] for batch in batches if name in batch]) for name in tables}


def _all(parts: Sequence[Any]) -> Any:
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return [row for part in parts for row in part]


def insert(connection: Connection, batch: Batch) -> None:
    """All rows, parents before children, in the caller's transaction."""
    write = _insert_sqlite if connection.dialect.name == "sqlite" else _insert_core
    for table in COLUMNS:
        rows = batch.get(table, ())
        if len(rows):
            write(connection, table, rows)


def _insert_sqlite(connection: Connection, table: str, rows: Rows) -> None:
    """Many rows a statement: each takes SQLite one step, around which Python lets go of its lock."""
    together = 1 if table in _LARGE else max(1, _VALUES // len(COLUMNS[table]))
    whole = len(rows) - len(rows) % together
    for start in range(0, whole, _BLOCK * together):
        block = rows[start : min(whole, start + _BLOCK * together)]
        connection.exec_driver_sql(_statement(table, together), list(_joined(block, together)))
    if whole < len(rows):
        connection.exec_driver_sql(_statement(table, 1), list(_joined(rows[whole:], 1)))


def _joined(rows: Rows, together: int) -> Iterator[tuple[Any, ...]]:
    """The values of `together` rows at a time."""
    if isinstance(rows, np.ndarray):
        return map(tuple, rows.reshape(-1, together * rows.shape[1]).tolist())
    groups = (rows[at : at + together] for at in range(0, len(rows), together))
    return (tuple(chain.from_iterable(group)) for group in groups)


def _insert_core(connection: Connection, table: str, rows: Rows) -> None:
    columns = COLUMNS[table]
    statement = postgresql.insert(TABLES[table])
    if table in REPLACED:
        new = {name: statement.excluded[name] for name in columns}
        statement = statement.on_conflict_do_update(index_elements=[REPLACED[table]], set_=new)
    if table in ADDRESSED:
        statement = statement.on_conflict_do_nothing(index_elements=[ADDRESSED[table]])
    connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in _joined(rows, 1)])


@cache
def _statement(table: str, together: int) -> str:
    names = ", ".join(f'"{name}"' for name in COLUMNS[table])
    places = ", ".join("?" * len(COLUMNS[table]))
    values = ", ".join([f"({places})"] * together)
    return f'INSERT INTO "{table}" ({names}) VALUES {values}{_on_conflict(table)}'


def _on_conflict(table: str) -> str:
    if table in REPLACED:
        new = ", ".join(f'"{name}" = excluded."{name}"' for name in COLUMNS[table])
        return f" ON CONFLICT ({REPLACED[table]}) DO UPDATE SET {new}"
    return f" ON CONFLICT ({ADDRESSED[table]}) DO NOTHING" if table in ADDRESSED else ""
