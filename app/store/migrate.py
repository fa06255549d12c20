"""Migrations, run by alembic on an open connection; imported only when a database is not up to date."""

from __future__ import annotations

from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from app.errors import StoreError

LOCATION = "app.store:migrations"
_ONE_AT_A_TIME = Lock()


def scripts() -> ScriptDirectory:
    """The revisions of this version."""
    return ScriptDirectory.from_config(_config())


def upgrade(connection: Connection, shown: str) -> None:
    """To the newest revision inside the caller's transaction; a revision we do not know is a StoreError."""
    current = _current(connection)
    if current is not None and not _known(current):
        raise StoreError(
            f"{shown}: it was written by a newer recoworld (schema {current}); upgrade recoworld to open it"
        )
    config = _config()
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:  # alembic keeps its running environment in a global
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", LOCATION.replace("%", "%%"))
    return config


def _current(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _known(revision: str) -> bool:
    try:
        return scripts().get_revision(revision) is not None
    except CommandError:
        return False
