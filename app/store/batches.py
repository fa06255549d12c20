"""Batches of rows and how they are inserted: raw `executemany` on SQLite, Core inserts elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql

from app.store.tables import COLUMNS, TABLES

Batch = Mapping[str, Sequence[tuple[Any, ...]]]
"""Table name to rows in the order of `COLUMNS[table]`. Values are plain Python ones (never numpy's); JSON
columns take JSON text or what can be encoded as JSON text beforehand; None is null."""

REPLACED = {"session": "id"}
"""A row with the same key replaces the old one: a session is put when it starts and again when it ends."""
ADDRESSED = {"persona": "hash", "prompt": "hash", "blob": "hash"}
"""Addressed by content: a row that is there already is left as it is."""

_PLAIN = (int, float, str, bytes, type(None))


def check(batch: Batch) -> int:
    """The number of rows; an unknown table, a short row or a value that is not plain is a ValueError.

    Only the first row of each table is looked at: a batch is made by code, so one row speaks for all.
    """
    for table, rows in batch.items():
        if table not in COLUMNS:
            raise ValueError(f"no table {table!r} to write; there are {', '.join(COLUMNS)}")
        if rows:
            _check_row(table, rows[0])
    return sum(len(rows) for rows in batch.values())


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


def insert(connection: Connection, batch: Batch) -> None:
    """All rows, parents before children, in the caller's transaction."""
    write = _insert_sqlite if connection.dialect.name == "sqlite" else _insert_core
    for table in COLUMNS:
        rows = batch.get(table)
        if rows:
            write(connection, table, rows)


def _insert_sqlite(connection: Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    connection.exec_driver_sql(_STATEMENTS[table], rows if isinstance(rows, list) else list(rows))


def _insert_core(connection: Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    columns = COLUMNS[table]
    statement = postgresql.insert(TABLES[table])
    if table in REPLACED:
        new = {name: statement.excluded[name] for name in columns}
        statement = statement.on_conflict_do_update(index_elements=[REPLACED[table]], set_=new)
    if table in ADDRESSED:
        statement = statement.on_conflict_do_nothing(index_elements=[ADDRESSED[table]])
    connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in rows])


def _statement(table: str) -> str:
    names = ", ".join(f'"{name}"' for name in COLUMNS[table])
    places = ", ".join("?" * len(COLUMNS[table]))
    return f'INSERT INTO "{table}" ({names}) VALUES ({places}){_on_conflict(table)}'


def _on_conflict(table: str) -> str:
    if table in REPLACED:
        new = ", ".join(f'"{name}" = excluded."{name}"' for name in COLUMNS[table])
        return f" ON CONFLICT ({REPLACED[table]}) DO UPDATE SET {new}"
    return f" ON CONFLICT ({ADDRESSED[table]}) DO NOTHING" if table in ADDRESSED else ""


_STATEMENTS = {table: _statement(table) for table in COLUMNS}
