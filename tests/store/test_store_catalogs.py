"""Catalogs: whole or not at all, the last one saved of a name is the one in use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from store_rows import ITEMS, begin

from app.errors import StoreError, UsageError
from app.store import catalogs
from app.store.store import Store


def save(store: Store, name: str = "films", fingerprint: str = "f1") -> int:
    return store.save_catalog(name, fingerprint, "embedded", ITEMS, {"ratings": b"123"})


def test_a_catalog_is_read_back_as_saved(store: Store) -> None:
    facets = {"genre": ["War"]}
    number = store.save_catalog(
        "films", "f1", "a.zip", ITEMS, {"a": b"", "b": b"xy"}, interactions=7, facets=facets
    )
    loaded = store.load_catalog("films")
    assert loaded == store.catalog(number)
    assert loaded.items == ITEMS
    assert loaded.parts == {"a": b"", "b": b"xy"}
    assert (loaded.row.items, loaded.row.interactions, loaded.row.facets) == (20, 7, facets)


def test_an_unknown_catalog_is_none(store: Store) -> None:
    assert store.load_catalog("films") is None


def test_an_unknown_number_of_a_catalog_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="no catalog number 4"):
        store.catalog(4)


def test_the_same_catalog_is_stored_once(store: Store) -> None:
    assert save(store) == save(store)
    assert save(store, name="other") != save(store)


def test_the_last_one_saved_of_a_name_is_current(store: Store) -> None:
    save(store)
    save(store, fingerprint="f2")
    assert store.load_catalog("films").row.fingerprint == "f2"
    save(store)
    assert store.load_catalog("films").row.fingerprint == "f1"
    assert [(c.name, c.fingerprint) for c in store.catalogs()] == [("films", "f1")]


def test_the_last_one_saved_is_current_though_the_clock_went_back(store: Store, monkeypatch) -> None:
    save(store)
    monkeypatch.setattr(catalogs, "now", lambda: "2001-01-01T00:00:00.000000+00:00")
    save(store, fingerprint="f2")
    assert store.load_catalog("films").row.fingerprint == "f2"


def test_a_large_part_is_kept_in_chunks(store: Store, monkeypatch) -> None:
    monkeypatch.setattr(catalogs, "CHUNK_BYTES", 4)
    store.save_catalog("films", "f1", "", ITEMS, {"a": b"0123456789", "b": b"0123"})
    assert store.load_catalog("films").parts == {"a": b"0123456789", "b": b"0123"}
    with store._read() as connection:
        sizes = connection.exec_driver_sql("SELECT max(length(body)), count(*) FROM catalog_part").one()
    assert tuple(sizes) == (4, 4)


def test_nothing_is_half_imported_when_the_items_fail(store: Store) -> None:
    def items() -> Iterator[tuple[str, str, str]]:
        yield ITEMS[0]
        raise OSError("the file ends early")

    with pytest.raises(OSError, match="ends early"):
        store.save_catalog("films", "f1", "", items(), {})
    assert store.catalogs() == []


def test_nothing_is_half_imported_when_the_database_refuses(store: Store) -> None:
    with pytest.raises(StoreError, match="UNIQUE"):
        store.save_catalog("films", "f1", "", [ITEMS[0], ITEMS[0]], {})
    assert store.catalogs() == []


def test_a_deleted_catalog_is_gone_with_all_its_versions(store: Store) -> None:
    save(store)
    save(store, fingerprint="f2")
    save(store, name="books")
    store.delete_catalog("films")
    assert [catalog.name for catalog in store.catalogs()] == ["books"]
    assert store.load_catalog("books").items == ITEMS


def test_a_catalog_that_runs_use_is_not_deleted(store: Store) -> None:
    begun = begin(store)
    with pytest.raises(UsageError, match=f"'films' is used by the runs {begun.run.key}; it stays"):
        store.delete_catalog("films")
    assert store.load_catalog("films") is not None


def test_an_unknown_catalog_is_not_deleted_but_its_neighbor_named(store: Store) -> None:
    save(store)
    with pytest.raises(UsageError, match="unknown catalog 'flims': did you mean 'films'"):
        store.delete_catalog("flims")
