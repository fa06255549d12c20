"""The embedded catalog: real films written down as facts, one JSON record a line."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml

from app.catalog.catalog import ItemCatalog
from graphs.messages import Item

_FOLDER = Path(__file__).with_name("films")
_FILES = ("until-1969.jsonl", "1970-1994.jsonl", "from-1995.jsonl")
_STEPS = 5


@cache
def films() -> ItemCatalog:
    """The embedded films in the order of their files, oldest part first, without interactions.

    `popularity` is the fame and `quality` the acclaim of a film, each of five steps, in 0.1, 0.3, … 0.9;
    `duration` is in minutes. Extra facets: mood, country, language, cast.
    """
    lines = (line for name in _FILES for line in (_FOLDER / name).read_bytes().splitlines())
    return ItemCatalog("films", [_film(line) for line in lines])


@cache
def vocabulary() -> dict[str, tuple[str, ...]]:
    """The words the embedded films use, by facet kind: genre, mood, tag."""
    text = (_FOLDER / "vocabulary.yaml").read_text("utf-8")
    return {kind: tuple(words) for kind, words in yaml.safe_load(text).items()}


def _film(line: bytes) -> Item:
    record = orjson.loads(line)
    return Item(
        id=record["id"],
        title=record["title"],
        creator=record["creator"],
        year=record["year"],
        genres=tuple(record["genres"]),
        tags=tuple(record["tags"]),
        description=record["description"],
        duration=record["duration"],
        popularity=_unit(record["fame"]),
        quality=_unit(record["acclaim"]),
        facets=_facets(record),
    )


def _facets(record: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The extra facets, without the kinds of which a film has none (a documentary may lack a cast)."""
    kinds = {"mood": "moods", "country": "countries", "language": "languages", "cast": "cast"}
    return {kind: tuple(record[key]) for kind, key in kinds.items() if record[key]}


def _unit(step: int) -> float:
    return round((step - 0.5) / _STEPS, 1)
