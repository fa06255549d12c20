"""Which column of a table holds which field: named by the user, or known by its usual names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from app.errors import DataError, unknown

_ITEM_IDS = (
    "item_id",
    "itemId",
    "movie_id",
    "movieId",
    "book_id",
    "bookId",
    "video_id",
    "product_id",
    "asin",
)

ITEM_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", *_ITEM_IDS),
    "title": ("title", "name", "item_name", "movie_title", "book_title"),
    "creator": ("creator", "director", "author", "artist", "brand"),
    "year": ("year", "release_year", "publication_year"),
    "genres": ("genres", "genre", "categories", "category"),
    "tags": ("tags", "subjects", "keywords"),
    "description": ("description", "overview", "plot"),
    "summary": ("short_description", "summary"),
    "duration": ("duration", "runtime", "minutes"),
    "image": ("image", "cover", "poster", "image_url"),
    "popularity": ("popularity",),
    "quality": ("quality",),
    "facet.mood": ("mood", "moods"),
    "facet.country": ("country", "countries"),
    "facet.language": ("language", "languages"),
    "facet.cast": ("cast", "actors"),
}
"""The usual columns of an item's fields, the preferred first; `summary` serves where there is no description."""

INTERACTION_COLUMNS: dict[str, tuple[str, ...]] = {
    "user": ("user", "user_id", "userId", "uid"),
    "item": ("item", *_ITEM_IDS),
    "rating": ("rating", "score", "stars"),
    "time": ("time", "timestamp", "day", "date"),
    "order": ("order", "seq", "sequence"),
}
"""The usual columns of an interaction's fields; `order` orders what has the same time."""


def checked(wanted: Mapping[str, str]) -> None:
    """UsageError for a field that is not known; facets of any kind are `facet.KIND`."""
    known = [*ITEM_COLUMNS, *INTERACTION_COLUMNS]
    for field in wanted:
        if field not in known and not (field.startswith("facet.") and field != "facet."):
            raise unknown("field in --columns", field, known, "(an extra facet is facet.KIND=COLUMN)")


def resolved(
    label: str,
    present: Collection[str],
    wanted: Mapping[str, str],
    usual: Mapping[str, tuple[str, ...]],
    required: tuple[str, str],
) -> dict[str, str]:
    """The column of every field there is a column for; `wanted` wins, and an empty column means none.

    A wanted column that is not there and a required field without a column are DataErrors.
    """
    fields = {field: next((name for name in names if name in present), "") for field, names in usual.items()}
    named = {
        field: column
        for field, column in wanted.items()
        if field in usual or (field.startswith("facet.") and "id" in usual)
    }
    for field, column in named.items():
        if column and column not in present:
            raise DataError(f"{label}: there is no column {column!r} for {field}; {_shown(column, present)}")
    fields = {field: column for field, column in (fields | named).items() if column}
    for field in required:
        if field not in fields:
            hint = f"name it with --columns {field}=COLUMN"
            raise DataError(f"{label}: there is no column for {field}; {_shown(field, present)}; {hint}")
    return fields


def _shown(name: str, present: Collection[str]) -> str:
    near = get_close_matches(name, present, n=1, cutoff=0.5)
    columns = f"the columns are {', '.join(present) or 'none'}"
    return f"did you mean {near[0]!r}? {columns}" if near else columns
