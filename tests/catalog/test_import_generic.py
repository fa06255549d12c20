"""The generic layouts: a folder, or one CSV, JSONL or Parquet table of items or interactions."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog import cells, ratings
from app.catalog.catalog import Interactions, ItemCatalog
from app.catalog.importing import read_catalog
from app.errors import DataError, UsageError

ITEMS: list[dict[str, Any]] = [
    {"item_id": 1, "title": "Winnie", "year": "1926", "genres": ["fantasy"], "subjects": ["Bears", "Honey"],
     "creator": "A. A. M.", "image": "../../else/covers/w.jpg", "description": "Bear."},
    {"item_id": 2, "title": "Gilgamesh", "year": -1200, "cast": ["Enkidu"], "image": "covers/gone.jpg"},
    {"item_id": 3, "title": "Poster", "year": None, "image": "https://example.org/p.jpg"},
]  # fmt: skip
EVENTS = "user_id,item_id,rating,day,seq\nb,1,5,4,2\nb,2,3,4,1\na,1,1,9,1\n"


def folder_of(path: Path, items: list[dict[str, Any]] = ITEMS, events: str | None = EVENTS) -> Path:
    (path / "covers").mkdir(parents=True)
    (path / "covers" / "w.jpg").write_bytes(b"x")
    lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
    (path / "items.jsonl").write_text(lines, "utf-8")
    if events is not None:
        (path / "interactions.csv").write_text(events, "utf-8")
    return path


def table(path: Path, columns: dict[str, list[Any]]) -> Path:
    """The columns as a CSV, JSONL or Parquet file, by the ending of the path."""
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if path.suffix == ".parquet":
        pq.write_table(pa.table(columns), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    else:
        shown = [["|".join(c) if isinstance(c, list) else str(c) for c in row.values()] for row in rows]
        path.write_text("\n".join(",".join(row) for row in [list(columns), *shown]) + "\n", "utf-8")
    return path


def events_of(catalog: ItemCatalog) -> Interactions:
    assert catalog.interactions is not None
    return catalog.interactions


@pytest.fixture(params=["csv", "jsonl", "parquet"])
def ending(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# --------------------------------------------------------------------------------- folder


def test_a_folder_gives_items_with_their_facets(tmp_path: Path) -> None:
    catalog = read_catalog(folder_of(tmp_path / "books"))
    item = catalog["1"]
    assert (item.title, item.creator, item.year, item.description) == ("Winnie", "A. A. M.", 1926, "Bear.")
    assert (item.genres, item.tags) == (("fantasy",), ("Bears", "Honey"))
    assert catalog["2"].facets == {"cast": ("Enkidu",)}


def test_the_summary_serves_where_there_is_no_description(tmp_path: Path) -> None:
    both = {"id": 1, "title": "a", "description": "Long.", "short_description": "Short."}
    catalog = read_catalog(folder_of(tmp_path / "books", [both, both | {"id": 2, "description": None}], None))
    assert [item.description for item in catalog] == ["Long.", "Short."]


def test_years_before_our_era_and_unknown_years_are_fine(tmp_path: Path) -> None:
    catalog = read_catalog(folder_of(tmp_path / "books"))
    assert [item.year for item in catalog] == [1926, -1200, None]


def test_images_are_found_by_file_name_or_left_out(tmp_path: Path) -> None:
    catalog = read_catalog(folder_of(tmp_path / "books"))
    assert [item.image for item in catalog] == ["covers/w.jpg", None, "https://example.org/p.jpg"]
    assert Path(catalog.source, str(catalog["1"].image)).read_bytes() == b"x"


def test_an_image_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"x")
    items = [
        {"id": 1, "title": "a", "image": "../secret.jpg"},
        {"id": 2, "title": "b", "image": "/etc/hosts"},
    ]
    catalog = read_catalog(folder_of(tmp_path / "books", items, None))
    assert [item.image for item in catalog] == [None, None]


def test_interactions_are_in_order_of_user_day_and_sequence(tmp_path: Path) -> None:
    found = events_of(read_catalog(folder_of(tmp_path / "books")))
    assert found.users == ("b", "a")
    assert found.item.tolist() == [1, 0, 0]
    assert found.time.tolist() == [4, 4, 9]


def test_a_sequence_alone_is_the_time(tmp_path: Path) -> None:
    events = "user_id,item_id,seq\nb,1,2\nb,2,1\n"
    found = events_of(read_catalog(folder_of(tmp_path / "books", events=events)))
    assert (found.item.tolist(), found.time.tolist()) == ([1, 0], [1, 2])


def test_interactions_without_ratings_have_none(tmp_path: Path) -> None:
    catalog = read_catalog(folder_of(tmp_path / "books", events="user_id,item_id\nb,1\nb,2\n"))
    assert np.isnan(events_of(catalog).rating).all()
    assert {item.quality for item in catalog} == {0.5}


def test_an_empty_rating_is_none_and_does_not_count(tmp_path: Path) -> None:
    events = "user_id,item_id,rating\na,1,\nb,1,5\nb,2,1\n"
    catalog = read_catalog(folder_of(tmp_path / "books", events=events))
    assert np.isnan(events_of(catalog).rating).tolist() == [True, False, False]


def test_a_folder_without_interactions_has_popularity_0_and_quality_half(tmp_path: Path) -> None:
    catalog = read_catalog(folder_of(tmp_path / "books", events=None))
    assert catalog.interactions is None
    assert {(item.popularity, item.quality) for item in catalog} == {(0.0, 0.5)}


def test_a_zipped_folder_reads_as_the_folder(tmp_path: Path) -> None:
    plain = folder_of(tmp_path / "books")
    with zipfile.ZipFile(tmp_path / "books.zip", "w") as packed:
        for file in plain.rglob("*"):
            packed.write(file, file.relative_to(plain))
    assert read_catalog(tmp_path / "books.zip").fingerprint == read_catalog(plain).fingerprint


def test_several_catalogs_in_one_folder_are_named(tmp_path: Path) -> None:
    folder_of(tmp_path / "books")
    folder_of(tmp_path / "films")
    with pytest.raises(DataError, match="several catalogs in it: books, films; give one of them"):
        read_catalog(tmp_path)


def test_a_given_popularity_and_quality_win_over_the_ratings(tmp_path: Path) -> None:
    items = [{"id": 1, "title": "a", "popularity": 0.25, "quality": 0.75}, {"id": 2, "title": "b"}]
    catalog = read_catalog(folder_of(tmp_path / "books", items))
    assert (catalog["1"].popularity, catalog["1"].quality) == (0.25, 0.75)
    assert catalog["2"].popularity > 0


# ------------------------------------------------------------------------------ one table


def test_a_table_of_items_is_read_by_its_usual_columns(tmp_path: Path, ending: str) -> None:
    columns = {"movieId": [7, 8], "name": ["A", "B"], "genres": [["x", "y"], ["x"]], "runtime": [90, 120]}
    catalog = read_catalog(table(tmp_path / f"mine.{ending}", columns))
    assert (catalog.name, catalog.ids) == ("mine", ("7", "8"))
    assert (catalog["7"].genres, catalog["7"].duration) == (("x", "y"), 90.0)


def test_columns_are_mapped_by_name(tmp_path: Path, ending: str) -> None:
    columns = {"key": ["k"], "label": ["A"], "vibe": [["calm", "odd"]], "popularity": [812.5]}
    wanted = {"id": "key", "title": "label", "facet.mood": "vibe", "popularity": ""}
    item = read_catalog(table(tmp_path / f"x.{ending}", columns), columns=wanted)["k"]
    assert (item.title, item.facets, item.popularity) == ("A", {"mood": ("calm", "odd")}, 0.0)


def test_a_table_of_interactions_makes_items_of_its_ids(tmp_path: Path, ending: str) -> None:
    columns = {"userId": ["u", "u", "v"], "movieId": [5, 6, 5], "rating": [4, 2, 5], "timestamp": [9, 3, 1]}
    catalog = read_catalog(table(tmp_path / f"x.{ending}", columns))
    found = events_of(catalog)
    assert [(item.id, item.title) for item in catalog] == [("5", "5"), ("6", "6")]
    assert (found.item.tolist(), found.rating.tolist(), found.scale) == (
        [1, 0, 0],
        [0.25, 0.75, 1.0],
        (1.0, 5.0),
    )


def test_a_mapping_makes_a_table_of_interactions(tmp_path: Path, ending: str) -> None:
    columns = {"who": ["u", "v"], "what": ["i", "j"], "liked": [1, 0], "when": [1, 2]}
    wanted = {"user": "who", "item": "what", "rating": "liked", "time": "when"}
    catalog = read_catalog(table(tmp_path / f"x.{ending}", columns), columns=wanted)
    assert events_of(catalog).rating.tolist() == [1.0, 0.0]


def test_a_mapping_of_id_and_title_makes_a_table_of_items(tmp_path: Path, ending: str) -> None:
    columns = {"user": ["editor"], "item": ["i"], "title": ["A"]}
    catalog = read_catalog(table(tmp_path / f"x.{ending}", columns), columns={"id": "item"})
    assert (catalog.ids, catalog.interactions) == (("i",), None)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_times_become_seconds(tmp_path: Path, unit: str) -> None:
    at = pa.array([datetime(2024, 1, 31, 12, tzinfo=UTC)], pa.timestamp(unit, "UTC"))
    pq.write_table(pa.table({"user": ["u"], "item": ["i"], "time": at}), tmp_path / "x.parquet")
    assert events_of(read_catalog(tmp_path / "x.parquet")).time.tolist() == [1706702400]


def test_parquet_dates_and_fractions_become_whole_times(tmp_path: Path) -> None:
    dates = {"user": ["u"], "item": ["i"], "time": pa.array([date(2024, 1, 31)])}
    pq.write_table(pa.table(dates), tmp_path / "a.parquet")
    pq.write_table(pa.table({"user": ["u"], "item": ["i"], "time": [7.9]}), tmp_path / "b.parquet")
    assert events_of(read_catalog(tmp_path / "a.parquet")).time.tolist() == [1706659200]
    assert events_of(read_catalog(tmp_path / "b.parquet")).time.tolist() == [7]


@pytest.mark.parametrize(
    "at",
    ["2024-01-31T12:00:00", "2024-01-31 12:00:00", "2024-01-31T12:00:00Z", "1706702400", "1706702400.75"],
)
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_times_in_text_become_seconds(tmp_path: Path, at: str, kind: str) -> None:
    path = table(tmp_path / f"x.{kind}", {"user": ["u"], "item": ["i"], "time": [at]})
    assert events_of(read_catalog(path)).time.tolist() == [1706702400]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs_separate_too(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,title,year\n1,a,1999\n".replace(",", separator), "utf-8")
    assert read_catalog(path)["1"].year == 1999


def test_a_byte_order_mark_and_quoted_line_breaks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('\ufeffid,title,description\n1,"a ""b""","two\nlines"\n2,c,d\n', "utf-8")
    catalog = read_catalog(path)
    assert (catalog["1"].title, catalog["1"].description, len(catalog)) == ('a "b"', "two\nlines", 2)


def test_a_format_is_read_whatever_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "dump.txt"
    path.write_text("id,title\n1,a\n", "utf-8")
    assert read_catalog(path, format="csv", name="mine").name == "mine"


def test_a_later_row_of_the_same_pair_wins_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratings, "_BLOCK", 2)
    rows = "".join(f"{user},{item},{time % 5 + 1},{time}\n" for time, (user, item) in enumerate(
        (u, i) for _ in range(2) for i in "xyz" for u in "abc"))  # fmt: skip
    path = tmp_path / "x.csv"
    path.write_text("user,item,rating,time\n" + rows, "utf-8")
    catalog = read_catalog(path)
    assert events_of(catalog).time.tolist() == [9, 12, 15, 10, 13, 16, 11, 14, 17]
    assert catalog.notes[0].startswith("9 interactions were replaced")


# ----------------------------------------------------------------------------------- scale


@pytest.mark.parametrize(
    ("given_ratings", "scale"),
    [
        ([0, 1], (0, 1)), ([1, 1], (0, 1)), ([3, 4], (1, 5)), ([0.5, 4], (0.5, 5)), ([0, 5], (0, 5)),
        ([1, 10], (1, 10)), ([0, 10], (0, 10)), ([7, 88], (0, 100)), ([-3, 9], (-3, 9)), ([200, 200], (199, 200)),
    ],
)  # fmt: skip
def test_an_unknown_scale_is_the_narrowest_usual_one(
    tmp_path: Path, given_ratings: list[float], scale: tuple[float, float]
) -> None:
    path = table(tmp_path / "x.csv", {"user": ["a", "b"], "item": ["i", "i"], "rating": given_ratings})
    found = events_of(read_catalog(path))
    assert found.scale == scale
    assert found.rating.min() >= 0
    assert found.rating.max() <= 1


def test_a_given_scale_is_used_and_held(tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", {"user": ["a", "b"], "item": ["i", "i"], "rating": [0, 3]})
    assert events_of(read_catalog(path, scale=(-1, 3))).rating.tolist() == [0.25, 1.0]
    with pytest.raises(DataError, match=r"x\.csv:3: the rating 3 is outside the scale 0 to 2"):
        read_catalog(path, scale=(0, 2))


def test_an_empty_scale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the scale 5,1 is empty"):
        read_catalog(tmp_path, scale=(5, 1))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 9)), min_size=1))
def test_gathering_keeps_the_last_of_every_pair_in_order(rows: list[tuple[str, str, int]]) -> None:
    gathering = ratings.Gathering({}, grows=True)
    columns = {"user": [r[0] for r in rows], "item": [r[1] for r in rows], "time": [r[2] for r in rows]}
    gathering.add({name: pa.array(values) for name, values in columns.items()}, str)
    found, _ = gathering.finished({})
    assert found is not None
    users, items = found.users, tuple(gathering.items)
    got = [(users[u], items[i], t) for u, i, t in zip(found.user, found.item, found.time, strict=True)]
    last = {(u, i): (t, n) for n, (u, i, t) in sorted(enumerate(rows), key=lambda row: row[1][2])
            for u, i, t in [(u, i, t)]}  # fmt: skip
    want = sorted((users.index(u), t, n, i) for (u, i), (t, n) in last.items())
    assert got == [(users[u], i, t) for u, t, _, i in want]


# ----------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), (float("nan"), ""), (3.0, "3"), (" a ", "a"), (["a", "b"], "a, b"), (7, "7")],
)
def test_cells_as_text(cell: Any, text: str) -> None:
    assert cells.text(cell) == text


@pytest.mark.parametrize(
    ("cell", "labels"), [("a| b||a", ("a", "b")), (["a", None, "", "a"], ("a",)), (None, ()), (5, ("5",))]
)
def test_cells_as_labels(cell: Any, labels: tuple[str, ...]) -> None:
    assert cells.labels(cell) == labels
