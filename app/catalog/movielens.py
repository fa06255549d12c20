"""The MovieLens layouts: 100K, 1M, 10M, and the CSV files of latest, small, 20M, 25M and 32M."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from app.catalog.archive import Member
from app.catalog.catalog import ItemCatalog
from app.catalog.delimited import Dialect, header, rows
from app.catalog.layout import Layout, Place
from app.catalog.ratings import Gathering, gather
from app.catalog.records import Record, completed, positions
from app.catalog.titles import split_title
from app.catalog.usertags import common_tags
from app.errors import DataError

People = dict[str, dict[str, str | int]]

_TYPES = {"user": pa.string(), "item": pa.string(), "rating": pa.float64(), "time": pa.int64()}
_RATING = tuple(_TYPES)
_GENRES = {"Children's": "Children", "unknown": "", "(no genres listed)": "", "": ""}
_GENDERS = {"M": "male", "F": "female"}
_OCCUPATIONS = (
    "other", "academic or educator", "artist", "clerical or admin", "college or graduate student",
    "customer service", "doctor or health care", "executive or managerial", "farmer", "homemaker",
    "pupil", "lawyer", "programmer", "retired", "sales or marketing", "scientist", "self-employed",
    "technician or engineer", "tradesman or craftsman", "unemployed", "writer",
)  # fmt: skip
"""The occupations of the 1M set by their code."""

_PIPES = Dialect("|", "latin-1", quoted=False)
_TABS = Dialect("\t", names=_RATING, quoted=False)
_COLONS = Dialect("::", "latin-1", quoted=False)


def _read_100k(place: Place) -> ItemCatalog:
    genres = [cells[0] for _, cells in rows(place.member("u.genre"), _with(_PIPES, "genre", "number"))]
    names = ("id", "title", "released", "video", "url", *(f"flag {i}" for i in range(len(genres))))
    films = place.member("u.item")
    records = [
        _film(films, line, cells[0], cells[1], _flagged(genres, cells[5:]), year=cells[2][-4:])
        for line, cells in rows(films, replace(_PIPES, names=names))
    ]
    people = _people(place.optional("u.user"), _with(_PIPES, "id", "age", "gender", "occupation", "zip"))
    return _catalog(place, films, records, place.member("u.data"), _TABS, (1.0, 5.0), people)


def _read_1m(place: Place) -> ItemCatalog:
    coded = _with(_COLONS, "id", "gender", "age", "occupation", "zip")
    people = _people(place.member("users.dat"), coded)
    return _read_dat(place, replace(_COLONS, encoding="latin-1"), (1.0, 5.0), people)


def _read_10m(place: Place) -> ItemCatalog:
    return _read_dat(place, replace(_COLONS, encoding="utf-8"), (0.5, 5.0), {})


def _read_dat(place: Place, dialect: Dialect, scale: tuple[float, float], people: People) -> ItemCatalog:
    films = place.member("movies.dat")
    records = [
        _film(films, line, cells[0], cells[1], cells[2].split("|"))
        for line, cells in rows(films, _with(dialect, "id", "title", "genres"))
    ]
    return _catalog(
        place, films, records, place.member("ratings.dat"), replace(dialect, names=_RATING), scale, people
    )


def _read_latest(place: Place) -> ItemCatalog:
    films, ratings, tagged = (
        place.member("movies.csv"),
        place.member("ratings.csv"),
        place.optional("tags.csv"),
    )
    _expect(films, ("movieId", "title", "genres"))
    _expect(ratings, ("userId", "movieId", "rating", "timestamp"))
    tags = {}
    if tagged:
        _expect(tagged, ("userId", "movieId", "tag", "timestamp"))
        tags = common_tags(tagged)
    records = [
        _film(films, line, cells[0], cells[1], cells[2].split("|"), tags=tags.get(cells[0], ()))
        for line, cells in rows(films, Dialect())
    ]
    return _catalog(place, films, records, ratings, Dialect(), (0.5, 5.0), {})


def _expect(member: Member, names: tuple[str, ...]) -> None:
    found = header(member, Dialect())
    if found != names:
        raise DataError(f"{member.label}:1: the columns are {', '.join(found)}; expected {', '.join(names)}")


def _with(dialect: Dialect, *names: str) -> Dialect:
    return replace(dialect, names=names)


def _film(
    member: Member,
    line: int,
    film_id: str,
    title: str,
    genres: list[str],
    *,
    year: str = "",
    tags: tuple[str, ...] = (),
) -> Record:
    parts = split_title(title)
    released = parts.year or (int(year) if year.isdecimal() else None)
    also = f"Also known as {parts.original}." if parts.original else ""
    fields = {
        "id": film_id,
        "title": parts.title,
        "year": released,
        "genres": tuple(g for g in (_GENRES.get(genre, genre) for genre in genres) if g),
        "tags": tags,
        "description": also,
    }
    return Record(f"{member.label}:{line}", fields)


def _flagged(genres: list[str], flags: list[str]) -> list[str]:
    return [genre for genre, flag in zip(genres, flags, strict=True) if flag == "1"]


def _people(member: Member | None, dialect: Dialect) -> People:
    """Who the users are, by id; the 1M set's ages are the lower bounds of its groups."""
    if member is None:
        return {}
    people: People = {}
    for line, cells in rows(member, dialect):
        person = dict(zip(dialect.names, cells, strict=True))
        if not person["age"].isdecimal():
            raise DataError(f"{member.label}:{line}: the age is {person['age']!r}; expected a whole number")
        people[person["id"]] = {
            "age": int(person["age"]),
            "gender": _GENDERS.get(person["gender"], person["gender"]),
            "occupation": _occupation(person["occupation"], f"{member.label}:{line}"),
        }
    return people


def _occupation(text: str, where: str) -> str:
    if not text.isdecimal():
        return text
    if int(text) >= len(_OCCUPATIONS):
        raise DataError(f"{where}: there is no occupation {text}; they go from 0 to {len(_OCCUPATIONS) - 1}")
    return _OCCUPATIONS[int(text)]


def _catalog(
    place: Place,
    films: Member,
    records: list[Record],
    ratings: Member,
    dialect: Dialect,
    scale: tuple[float, float],
    people: Mapping[str, Mapping[str, str | int]],
) -> ItemCatalog:
    gathering = Gathering(positions(films.label, records), scale)
    columns = dict(zip(_RATING, header(ratings, dialect), strict=True))
    gather(gathering, ratings, dialect, columns, _TYPES)
    return completed(place.name, records, *gathering.finished(people), source=place.origin)


LAYOUTS = (
    Layout("ml-100k", "u.data, u.item, u.genre, u.user", _read_100k, ("u.data", "u.item", "u.genre")),
    Layout(
        "ml-1m", "movies.dat, ratings.dat, users.dat", _read_1m, ("movies.dat", "ratings.dat", "users.dat")
    ),
    Layout("ml-10m", "movies.dat, ratings.dat", _read_10m, ("movies.dat", "ratings.dat")),
    Layout(
        "ml-latest", "movies.csv, ratings.csv, also tags.csv", _read_latest, ("movies.csv", "ratings.csv")
    ),
)
