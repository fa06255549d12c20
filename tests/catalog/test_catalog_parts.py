"""A catalog goes into rows and parts and comes back exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog import parts
from app.catalog.catalog import Interactions, ItemCatalog
from app.catalog.embedded import films
from app.catalog.parts import from_parts, to_parts
from app.errors import DataError
from graphs.messages import Item

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
unit = st.floats(0, 1, width=32)
labels = st.lists(text, max_size=3).map(tuple)


@st.composite
def catalogs(draw: st.DrawFn) -> ItemCatalog:
    ids = draw(st.lists(text.filter(bool), min_size=1, max_size=5, unique=True))
    items = [
        Item(id=i, title=i, year=draw(st.none() | st.integers(-3000, 3000)), tags=draw(labels), quality=draw(unit),
             duration=draw(st.none() | st.floats(0.1, 1e6)), facets=draw(st.dictionaries(text, labels, max_size=2)))
        for i in ids
    ]  # fmt: skip
    found = draw(st.none() | interactions(len(ids)))
    return ItemCatalog("c", items, found, "somewhere", draw(labels))


def interactions(items: int) -> st.SearchStrategy[Interactions]:
    row = st.tuples(
        st.integers(0, 2), st.integers(0, items - 1), unit | st.just(np.nan), st.integers(-(2**63), 2**63 - 1)
    )
    people = st.dictionaries(
        st.sampled_from("abc"), st.dictionaries(text, text | st.integers(0, 99), max_size=2)
    )
    return st.builds(_built, st.lists(row, max_size=7), people)


def _built(rows: list[tuple[int, int, float, int]], people: Any) -> Interactions:
    columns = list(zip(*sorted(rows, key=lambda row: row[0]), strict=True)) or [(), (), (), ()]
    kinds = (np.int32, np.int32, np.float32, np.int64)
    arrays = [np.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
    return Interactions(("a", "b", "c"), *arrays, scale=(0.5, 5.0), people=people)  # type: ignore[arg-type]


def same(one: ItemCatalog, two: ItemCatalog) -> None:
    assert (one.name, one.source, one.notes, one.items) == (two.name, two.source, two.notes, two.items)
    assert one.fingerprint == two.fingerprint
    a, b = one.interactions, two.interactions
    assert (a is None) == (b is None)
    if a is None or b is None:
        return
    assert (a.users, a.scale, a.people) == (b.users, b.scale, b.people)
    for column in ("user", "item", "rating", "time"):
        left, right = getattr(a, column), getattr(b, column)
        assert (left.dtype, left.tobytes()) == (right.dtype, right.tobytes())


def back(catalog: ItemCatalog) -> ItemCatalog:
    rows, stored = to_parts(catalog)
    return from_parts(catalog.name, catalog.source, rows, stored)


@given(catalogs())
def test_every_catalog_comes_back_exactly(catalog: ItemCatalog) -> None:
    same(back(catalog), catalog)


@given(catalogs())
def test_chunks_of_any_size_come_back_exactly(catalog: ItemCatalog) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "CHUNK", 2)
        same(back(catalog), catalog)


def test_the_embedded_films_come_back_exactly() -> None:
    same(back(films()), films())


def test_rows_hold_id_and_title_in_order() -> None:
    rows, stored = to_parts(films())
    assert [row[:2] for row in rows] == [(item.id, item.title) for item in films()]
    assert list(stored) == ["about.json"]


def test_a_chunk_is_below_64_mebibytes() -> None:
    row = np.dtype([("user", "i4"), ("item", "i4"), ("rating", "f4"), ("time", "i8")])
    assert parts.CHUNK * row.itemsize <= 64 << 20


def test_the_same_catalog_gives_the_same_bytes() -> None:
    assert to_parts(films()) == to_parts(films())


@pytest.mark.parametrize("damage", ["about.json", "people.json", "interactions/0000"])
@pytest.mark.parametrize("body", [None, b"junk", b""])
def test_missing_and_damaged_parts_are_named(damage: str, body: bytes | None) -> None:
    rows, stored = to_parts(ItemCatalog("c", films().items[:2], _built([(0, 1, 0.5, 3)], {})))
    changed = {name: part for name, part in stored.items() if name != damage}
    with pytest.raises(DataError, match="the stored catalog 'c' is damaged"):
        from_parts("c", "", rows, changed if body is None else changed | {damage: body})


def test_a_damaged_item_is_named() -> None:
    _, stored = to_parts(films())
    with pytest.raises(DataError, match="the stored catalog 'films' is damaged"):
        from_parts("films", "", [("a", "b", "{}")], stored)
