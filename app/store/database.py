"""Connections: how the store talks to SQLite or another database."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from app.errors import StoreError

BUSY_SECONDS = 30.0
_CACHE_KIB = 65_536
_WAL_BYTES_KEPT = 64 << 20


def make_engine(url: URL) -> Engine:
    """An engine whose writers begin at once; a missing driver is a StoreError that names what to install."""
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite_engine(url)
        if url.get_backend_name() != "postgresql":
            raise StoreError(
                f"{url.get_backend_name()}: the store knows SQLite and PostgreSQL; give a path or a URL like "
                "postgresql+psycopg://user@host/name"
            )
        return create_engine(url, pool_pre_ping=True)
    except (ModuleNotFoundError, NoSuchModuleError, ArgumentError) as error:
        shown = url.render_as_string(hide_password=True)
        raise StoreError(
            f"{shown}: no driver for this database is installed ({error}); for PostgreSQL install psycopg "
            "and write postgresql+psycopg://user@host/name"
        ) from error


def for_writing(engine: Engine) -> Engine:
    """The same engine and pool; its transactions take SQLite's write lock when they begin."""
    return engine.execution_options(recoworld_writes=True)


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES_KEPT}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait by itself for the lock that a change of journal needs."""
    deadline = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("recoworld_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
