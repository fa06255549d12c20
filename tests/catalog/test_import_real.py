"""Real data, where it is there: the counts that its authors give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.catalog.catalog import Interactions, ItemCatalog
from app.catalog.importing import read_catalog
from app.catalog.parts import from_parts, to_parts


def counts(catalog: ItemCatalog) -> tuple[int, int, int]:
    found = catalog.interactions
    return (0, len(catalog), 0) if found is None else (len(found.users), len(catalog), len(found))


def in_order(found: Interactions) -> bool:
    same_user = found.user[1:] == found.user[:-1]
    later = found.time[1:] >= found.time[:-1]
    return bool(np.all((found.user[1:] > found.user[:-1]) | (same_user & later)))


@pytest.fixture
def ml_100k(shared_data: Path) -> ItemCatalog:
    return read_catalog(shared_data / "movielens" / "ml-100k.zip")


def test_movielens_100k_has_its_counts(ml_100k: ItemCatalog) -> None:
    assert counts(ml_100k) == (943, 1682, 100_000)
    assert len({genre for item in ml_100k for genre in item.genres}) == 18
    assert ml_100k.notes == ()


def test_movielens_100k_reads_titles_and_people(ml_100k: ItemCatalog) -> None:
    assert (ml_100k["50"].title, ml_100k["50"].year) == ("Star Wars", 1977)
    found = ml_100k.interactions
    assert found is not None
    assert found.people["1"] == {"age": 24, "gender": "male", "occupation": "technician"}
    assert len(found.people) == 943


def test_movielens_100k_is_ordered_and_scaled(ml_100k: ItemCatalog) -> None:
    found = ml_100k.interactions
    assert found is not None
    assert in_order(found)
    assert sorted(set(found.rating.tolist())) == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_movielens_100k_comes_back_from_its_parts(ml_100k: ItemCatalog) -> None:
    rows, parts = to_parts(ml_100k)
    assert from_parts("ml-100k", ml_100k.source, rows, parts).fingerprint == ml_100k.fingerprint


def test_the_films_have_their_counts_and_scale(shared_data: Path) -> None:
    catalog = read_catalog(shared_data / "films")
    assert counts(catalog) == (2105, 1664, 46_810)
    assert catalog.interactions is not None
    assert catalog.interactions.scale == (0.0, 10.0)
    assert in_order(catalog.interactions)


def test_the_books_have_their_counts_and_covers(shared_data: Path) -> None:
    catalog = read_catalog(shared_data / "books")
    assert counts(catalog) == (1572, 80, 14_665)
    assert all((shared_data / "books" / str(item.image)).is_file() for item in catalog)
    assert all(item.description for item in catalog)
    assert min(item.year for item in catalog if item.year is not None) == 170


def test_a_parquet_log_of_exposures_is_read_by_a_mapping(shared_data: Path) -> None:
    log = next((shared_data / "kuairand").glob("*.parquet"))
    catalog = read_catalog(log, columns={"time": "time_ms", "rating": "is_like"})
    assert counts(catalog) == (21_184, 5564, 91_229)
    assert catalog.notes[0].startswith("3,555 interactions were replaced")
