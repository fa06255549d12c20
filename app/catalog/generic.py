"""The generic layouts: a folder of items with their interactions, or one table of either.

The folder holds `items.jsonl` (or `.csv`, `.parquet`) and, if there are any, `interactions.csv` (or `.jsonl`,
`.parquet`), at its top or in its only sub-folder that does.

- Items have `item_id` and `title`, and may have `creator`, `year`, `genres`, `tags` (or `subjects`),
  `cast`, `mood`, `country`, `language`, `description` (or `short_description`), `duration` in minutes,
  `image`, `popularity` and `quality` in [0, 1]. Lists are JSON lists, or separated by `|` in one cell.
- Interactions have `user_id` and `item_id`, and may have `rating`, a time (`time`, `timestamp`, `day`) and
  `seq`, the order within a time or, where there is no time, in all.
- Images lie in `covers/` or `images/` and are found by file name, whatever folder the items name.

Other names of columns are given as a mapping, see `app.catalog.columns`.
"""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath

from app.catalog.archive import Member, climbs
from app.catalog.catalog import ItemCatalog
from app.catalog.columns import INTERACTION_COLUMNS
from app.catalog.events import read_interactions
from app.catalog.layout import Layout, Place
from app.catalog.ratings import Gathering
from app.catalog.records import Record, completed, positions
from app.catalog.tables import KINDS, read_items, read_table
from app.errors import DataError

_ENDINGS = (".jsonl", ".csv", ".parquet")
_ITEMS = tuple(f"items{ending}" for ending in _ENDINGS)
_INTERACTIONS = tuple(f"interactions{ending}" for ending in (".csv", ".jsonl", ".parquet"))
_PICTURES = ("covers/", "images/")


def _read_folder(place: Place) -> ItemCatalog:
    member, events = place.optional(*_ITEMS), place.optional(*_INTERACTIONS)
    if member is None:
        raise DataError(f"{place.source.path}: {place.prefix}items.jsonl is missing")
    records = read_items(member, KINDS[member.suffix], place.columns, partial(_picture, place))
    known = positions(member.label, records)
    if events is None:
        return completed(place.name, records, source=place.origin)
    gathering = Gathering(known, place.scale)
    read_interactions(gathering, events, KINDS[events.suffix], place.columns)
    return completed(place.name, records, *gathering.finished({}), source=place.origin)


def _picture(place: Place, text: str) -> str | None:
    """The image as a web address, or as a path inside the source; None where it is not there."""
    if text.startswith(("http://", "https://")):
        return text
    file = PurePosixPath(text.replace("\\", "/"))
    places = [] if climbs(text) else [text]
    places += [folder + file.name for folder in _PICTURES]
    return next((place.prefix + path for path in places if file.name and place.has(path)), None)


def _read_single(kind: str, place: Place) -> ItemCatalog:
    """One table: of interactions where it has users and items, else of items."""
    member = place.member("")
    if _has_interactions(place, read_table(member.quiet(), kind).names):
        return _of_interactions(place, member, kind)
    records = read_items(member, kind, place.columns)
    positions(member.label, records)
    return completed(place.name, records, source=place.origin)


def _has_interactions(place: Place, names: tuple[str, ...]) -> bool:
    if place.columns.keys() & {"id", "title"}:
        return False
    return all(
        field in place.columns or set(INTERACTION_COLUMNS[field]) & set(names) for field in ("user", "item")
    )


def _of_interactions(place: Place, member: Member, kind: str) -> ItemCatalog:
    """Items made of the ids that interactions name, in order of their first appearance."""
    gathering = Gathering({}, place.scale, grows=True)
    read_interactions(gathering, member, kind, place.columns)
    records = [Record(member.label, {"id": item, "title": item}) for item in gathering.items]
    positions(member.label, records)
    return completed(place.name, records, *gathering.finished({}), source=place.origin)


LAYOUTS = (
    Layout("folder", "items.jsonl, also interactions.csv and covers/", _read_folder, either=_ITEMS),
    Layout(
        "csv", "a .csv file of items or interactions", partial(_read_single, "csv"), endings=(".csv", ".tsv")
    ),
    Layout("jsonl", "the same as .jsonl", partial(_read_single, "jsonl"), endings=(".jsonl", ".ndjson")),
    Layout("parquet", "the same as .parquet", partial(_read_single, "parquet"), endings=(".parquet", ".pq")),
)
