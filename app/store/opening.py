"""Opening a database: creates a new one, migrates an older one, refuses what is not ours, untouched."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.errors import StoreError
from app.store.database import BUSY_SECONDS, for_writing, make_engine
from app.store.failures import translated
from app.store.tables import TABLES

HEAD = "recoworld_0001"
"""The schema this version writes; every revision starts with PREFIX."""
PREFIX = "recoworld_"
APPLICATION_ID = 0x52656357
"""Marks a SQLite file as a store, in the file's header."""
CHECKED_BYTES = 1 << 20
"""Files up to this size are checked whole on every opening; larger ones before a migration."""


@dataclass(frozen=True)
class Target:
    """Where the database is. `path` is set for SQLite; `shown` names it in messages, no password."""

    url: URL
    path: Path | None
    shown: str


def target(url_or_path: str | os.PathLike[str]) -> Target:
    """A path, or an SQLAlchemy URL; a URL that cannot be read is a StoreError."""
    given = os.fspath(url_or_path)
    if "://" not in given:
        return _file(given)
    try:
        url = make_url(given)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "the database URL cannot be read; write a path, or dialect+driver://user@host/name"
        ) from error
    if url.get_backend_name() == "sqlite":
        return _file(url.database or "")
    return Target(url, None, url.render_as_string(hide_password=True))


def _file(name: str) -> Target:
    if name in ("", ":memory:") or name.startswith("file:"):
        raise StoreError(f"{name or 'the database'}: the store needs a file; give its path with --db")
    path = Path(name).expanduser()
    return Target(URL.create("sqlite", database=str(path)), path, str(path))


def open_engine(where: Target, *, create: bool) -> Engine:
    """An engine on an up-to-date database. Everything that is wrong with it is a StoreError."""
    with translated(where.shown):
        revision = _sqlite_revision(where.path, where.shown, create) if where.path else None
        engine = make_engine(where.url)
        try:
            if where.path is None:
                revision = _server_revision(engine, where.shown)
            if revision != HEAD:
                _bring_up(engine, where, revision, create)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _bring_up(engine: Engine, where: Target, revision: str | None, create: bool) -> None:
    if revision is None and not create:
        raise StoreError(f"{where.shown}: there is no store yet; `recoworld run` makes one")
    from app.store.migrate import upgrade  # alembic takes 0.3 s to import and is seldom needed

    with for_writing(engine).begin() as connection:
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})")
        elif revision is not None:
            _check_whole(connection, where.shown)
        else:
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        upgrade(connection, where.shown)


def _check_whole(connection: Connection, shown: str) -> None:
    said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if said != "ok":
        raise _damaged(shown, str(said))


# ------------------------------------------------------------------------------------ SQLite


def _sqlite_revision(path: Path, shown: str, create: bool) -> str | None:
    """The revision of the file, None for a new or empty one. Never writes."""
    _check_place(path, shown, create)
    if not path.exists() or path.stat().st_size == 0:
        return None
    with closing(sqlite3.connect(_to_inspect(path), uri=True, timeout=BUSY_SECONDS)) as connection:
        found = _read_revision(connection, shown)
        if found is not None and path.stat().st_size <= CHECKED_BYTES:
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise _damaged(shown, said)
    return found


def _to_inspect(path: Path) -> str:
    """A read-only connection leaves its WAL files behind, a writing one would empty those of a crash."""
    log = path.with_name(path.name + "-wal")
    return f"file:{quote(str(path.absolute()))}?mode={'ro' if log.exists() else 'rw'}"


def _check_place(path: Path, shown: str, create: bool) -> None:
    """`os.access`, not a trial `open`: closing a second handle would drop the locks SQLite holds."""
    if path.is_dir():
        raise StoreError(f"{shown}: this is a folder; give the path of a file in it")
    if not path.parent.is_dir():
        raise StoreError(
            f"{shown}: the folder {path.parent} does not exist; make it first, or give another path"
        )
    if not path.exists() and not create:
        raise StoreError(f"{shown}: there is no store yet; `recoworld run` makes one")
    effective = os.access in os.supports_effective_ids
    if path.exists() and not os.access(path, os.R_OK | os.W_OK, effective_ids=effective):
        raise StoreError(
            f"{shown}: this file may not be written; change its permissions or copy it elsewhere"
        )
    if not os.access(path.parent, os.W_OK | os.X_OK, effective_ids=effective):
        raise StoreError(
            f"{shown}: the folder {path.parent} may not be written; "
            "change its permissions or give another path"
        )


def _read_revision(connection: sqlite3.Connection, shown: str) -> str | None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables and application in (0, APPLICATION_ID):
        return None
    if application != APPLICATION_ID or "alembic_version" not in tables:
        raise _foreign(shown, tables)
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


# ------------------------------------------------------------------------------ other databases


def _server_revision(engine: Engine, shown: str) -> str | None:
    tables = set(inspect(engine).get_table_names())
    if "alembic_version" not in tables:
        if tables & set(TABLES):
            raise _foreign(shown, tables)
        return None
    with engine.connect() as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision is not None and not str(revision).startswith(PREFIX):
        raise _foreign(shown, tables)
    return revision


def _foreign(shown: str, tables: set[str]) -> StoreError:
    held = f" (it has the tables {', '.join(sorted(tables)[:4])})" if tables else ""
    return StoreError(
        f"{shown}: this database belongs to something else{held} and was left alone; "
        "give another path with --db"
    )


def _damaged(shown: str, said: str) -> StoreError:
    first = said.splitlines()[-1]
    return StoreError(f"{shown}: it is damaged ({first}); restore a copy, or give another path with --db")
