"""Database errors in the user's words: each becomes a `StoreError` that names the file and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.errors import StoreError


class AlreadyStored(StoreError):
    """A row with the same key is there already, so that nothing of the batch was written."""


_SAID: tuple[tuple[str, str], ...] = (
    ("database or disk is full", "the disk is full; free some space, all that was stored before is kept"),
    ("disk quota exceeded", "the disk quota is used up; free some space, all that was stored before is kept"),
    ("no space left", "the disk is full; free some space, all that was stored before is kept"),
    ("file is not a database", "it is not a SQLite database; give another path with --db"),
    ("malformed", "it is damaged; restore a copy, or give another path with --db"),
    ("readonly database", "it cannot be written; change its permissions or give another path with --db"),
    ("unable to open", "it cannot be opened; check that the file and its folder can be written"),
    ("is locked", "another process has kept it locked for too long; let that finish, then try again"),
    ("disk i/o error", "the disk reports an error; check the disk, or give another path with --db"),
)


def failure(where: str, error: BaseException) -> StoreError:
    """The StoreError for a driver's or SQLAlchemy's error on the database `where`."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).strip()
    if isinstance(error, IntegrityError) and ("UNIQUE" in text or "duplicate key" in text):
        return AlreadyStored(f"{where}: it is stored already ({text.splitlines()[0]})")
    said = next((words for sign, words in _SAID if sign in text.lower()), None)
    if said is None:
        first = text.splitlines()[0] if text else type(cause).__name__
        said = f"the database refused: {first}"
    return StoreError(f"{where}: {said}")


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Driver errors inside the block leave it as StoreErrors."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise failure(where, error) from error
