"""Catalogs for the commands: opened by name or path, with progress, without making a database in vain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.options import open_store
from app.cli.progress import Bar
from app.settings import Settings, load_settings

if TYPE_CHECKING:
    from app.catalog.catalog import ItemCatalog


def opened_catalog(
    spec: str | None, db: str | None, columns: str | None = None, scale: str | None = None
) -> tuple[Settings, ItemCatalog]:
    """The effective settings and the catalog they name: embedded, stored, or imported from a path."""
    from app.world import open_catalog

    settings = load_settings({"catalog": spec, "db": db, "columns": columns, "scale": scale})
    mapping = settings.columns or None
    with Bar() as progress:
        if settings.catalog == "films" or not has_store(settings.db):
            return settings, open_catalog(settings.catalog, None, mapping, settings.scale, progress.imported)
        with open_store(settings.db) as store:
            return settings, open_catalog(settings.catalog, store, mapping, settings.scale, progress.imported)


def has_store(db: str) -> bool:
    """Whether there is a database to look into: a URL, or a file that exists."""
    return "://" in db or Path(db).expanduser().exists()
