"""Importing a catalog: the layout of a file, folder or zip is recognized and read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.catalog.archive import Progress, Source, open_source, silent
from app.catalog.catalog import ItemCatalog
from app.catalog.columns import checked
from app.catalog.generic import LAYOUTS as GENERIC
from app.catalog.layout import Layout, Place
from app.catalog.movielens import LAYOUTS as MOVIELENS
from app.errors import DataError, UsageError, unknown

LAYOUTS = MOVIELENS + GENERIC
"""All known layouts, the more particular first."""


def read_catalog(
    path: Path | str,
    *,
    name: str | None = None,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    scale: tuple[float, float] | None = None,
    progress: Progress | None = None,
) -> ItemCatalog:
    """The catalog at `path`: a MovieLens set, the generic folder, or one file of items or interactions.

    `name` is by default that of the file or folder without its ending. `format` is a name of `LAYOUTS`, to be
    read whatever the files look like. `columns` maps fields to columns and `scale` is the lowest and
    highest rating, both for the generic layouts. `progress` is called with the bytes read, the bytes there
    are, and the file. What is wrong with the data is a DataError that names file and line.
    """
    path = Path(path)
    checked(columns or {})
    if scale and not scale[0] < scale[1]:
        raise UsageError(
            f"the scale {scale[0]:g},{scale[1]:g} is empty; give the lowest rating, then the highest"
        )
    with open_source(path) as source:
        layout, prefix = _recognized(source, format)
        called = name or path.resolve().stem
        return layout.read(Place(source, prefix, called, columns or {}, scale, progress or silent))


def _recognized(source: Source, wanted: str | None) -> tuple[Layout, str]:
    """The layout whose files are there, and the folder they lie in."""
    layouts = [layout for layout in LAYOUTS if wanted in (None, layout.name)]
    if not layouts:
        raise unknown("format", str(wanted), (layout.name for layout in LAYOUTS))
    for layout in layouts:
        if (folder := layout.found_in(source, whatever_ending=bool(wanted))) is not None:
            return layout, folder
    known = "; ".join(f"{layout.name} ({layout.summary})" for layout in layouts)
    raise DataError(f"{source.path}: the layout is not known; looked for {known}")
