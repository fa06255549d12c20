"""Every kind of bad input to the generic layouts has a message of its own that says where and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.catalog.importing import LAYOUTS, read_catalog
from app.errors import DataError, RecoWorldError, UsageError


def fault(path: Path, **options: Any) -> str:
    """The message without the folder, so that it starts with the file."""
    with pytest.raises(RecoWorldError) as caught:
        read_catalog(path, **options)
    return str(caught.value).replace(f"{path.parent}/", "")


def items(folder: Path, text: str | bytes, ending: str = "csv") -> Path:
    path = folder / f"x.{ending}"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def events(folder: Path, rows: str) -> Path:
    """A folder with the items 1 and 2 and these interactions."""
    (folder / "items.jsonl").write_text('{"id": 1, "title": "a"}\n{"id": 2, "title": "b"}\n', "utf-8")
    (folder / "interactions.csv").write_text("user_id,item_id,rating,day\n" + rows, "utf-8")
    return folder


def test_an_unknown_layout_names_all_known_ones(tmp_path: Path) -> None:
    message = fault(items(tmp_path, "x", "docx"))
    assert message.startswith("x.docx: the layout is not known; looked for ")
    assert all(layout.name in message for layout in LAYOUTS)


def test_an_empty_folder_has_no_layout(tmp_path: Path) -> None:
    (tmp_path / "void").mkdir()
    assert fault(tmp_path / "void").startswith("void: the layout is not known")


def test_an_unknown_format_names_the_nearest(tmp_path: Path) -> None:
    path = items(tmp_path, "id,title\n1,a\n")
    assert fault(path, format="ml100k").startswith("unknown format 'ml100k': did you mean 'ml-100k' or ")


def test_a_format_whose_files_are_not_there_says_which(tmp_path: Path) -> None:
    path = items(tmp_path, "id,title\n1,a\n")
    message = "x.csv: the layout is not known; looked for ml-1m (movies.dat, ratings.dat, users.dat)"
    assert fault(path, format="ml-1m") == message


@pytest.mark.parametrize(("ending", "text"), [("csv", "id,title\n"), ("jsonl", ""), ("jsonl", "\n\n")])
def test_a_table_without_rows_is_refused(tmp_path: Path, ending: str, text: str) -> None:
    path = items(tmp_path, text, ending)
    with pytest.raises(DataError, match=r"there are no items in it|there is no column for id"):
        read_catalog(path)


def test_an_empty_csv_is_refused(tmp_path: Path) -> None:
    assert fault(items(tmp_path, "")) == "x.csv: the file is empty; it needs a header and rows"


def test_interactions_without_rows_are_refused(tmp_path: Path) -> None:
    assert fault(items(tmp_path, "user,item\n")) == "x.csv: there are no items in it; it needs at least one"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,title\n1,a\n2\n", "x.csv:3: 1 cells where 2 are expected"),
        ("id,title\n1,a,b\n", "x.csv:2: 3 cells where 2 are expected"),
        ('id,title\n1,"a\n2,b\n', "x.csv:2: the row is malformed (unexpected end of data)"),
        ('id,title\n1,"a"b\n', "x.csv:2: the row is malformed (',' expected after '\"')"),
        ("id,title\n1,a\n1,b\n", "x.csv:3: the id '1' stands already in line 2"),
        ("id,title\n,a\n", "x.csv:2: the id is empty"),
        ("id,title\n1,\n", "x.csv:2: the title is empty"),
        ("id,title,year\n1,a,c. 1600\n", "x.csv:2: year is 'c. 1600'; expected a whole year"),
        ("id,title,year\n1,a,1600.5\n", "x.csv:2: year is '1600.5'; expected a whole year"),
        ("id,title,duration\n1,a,long\n", "x.csv:2: duration is 'long'; expected a number"),
        ("id,title,duration\n1,a,inf\n", "x.csv:2: duration is 'inf'; expected a finite number"),
        ("id,title,duration\n1,a,-5\n", "x.csv:2: duration is -5.0: input should be greater than 0"),
        ("id,title,quality\n1,a,7\n", "x.csv:2: quality is 7.0: input should be less than or equal to 1"),
    ],
)
def test_bad_rows_of_a_csv_are_named(tmp_path: Path, text: str, says: str) -> None:
    assert fault(items(tmp_path, text)) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"id": 1, "title": "a"}\n{"id": 2,\n', "x.jsonl:2: the line is not JSON ("),
        ('{"id": 1, "title": "a"}\n[1]\n', "x.jsonl:2: the line is not a JSON object ({...})"),
        (
            '{"id": 1, "title": "a"}\n\n{"id": 1, "title": "b"}\n',
            "x.jsonl:3: the id '1' stands already in line 1",
        ),
        ('{"id": 1, "title": {"en": "a"}}\n', "x.jsonl:1: title is {'en': 'a'}; expected text"),
        ('{"id": 1, "title": "a", "year": [1]}\n', "x.jsonl:1: year is [1]; expected a whole year"),
        ('{"id": 1, "title": "a"}\n{"id": 2}\n', "x.jsonl:2: the title is empty"),
    ],
)
def test_bad_lines_of_a_jsonl_are_named(tmp_path: Path, text: str, says: str) -> None:
    assert fault(items(tmp_path, text, "jsonl")).startswith(says)


@pytest.mark.parametrize(
    ("ending", "body"), [("csv", b"id,title\n1,caf\xe9\n"), ("jsonl", b'{"id": 1}\n{"id": "caf\xe9"}\n')]
)
def test_bytes_that_are_not_utf8_are_named(tmp_path: Path, ending: str, body: bytes) -> None:
    message = fault(items(tmp_path, body, ending))
    assert message.startswith(f"x.{ending}:2: byte ")
    assert "(0xe9) is not UTF-8; convert the file" in message


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    says = (
        "x.csv: there is no column for title; did you mean 'titel'? the columns are id, titel; "
        "name it with --columns title=COLUMN"
    )
    assert fault(items(tmp_path, "id,titel\n1,a\n")) == says


def test_a_mapped_column_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    path = items(tmp_path, "id,name\n1,a\n")
    says = "x.csv: there is no column 'nme' for title; did you mean 'name'? the columns are id, name"
    assert fault(path, columns={"title": "nme"}) == says


def test_an_unknown_field_of_the_mapping_names_the_nearest(tmp_path: Path) -> None:
    path = items(tmp_path, "id,name\n1,a\n")
    message = fault(path, columns={"titel": "name"})
    assert message.startswith("unknown field in --columns 'titel': did you mean ")
    assert "'title'" in message
    with pytest.raises(UsageError, match="unknown field"):
        read_catalog(path, columns={"facet.": "name"})


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a,9,3,1", "there is no item '9' among the items"),
        (",1,3,1", "the user is empty"),
        ("a,,3,1", "the item is empty"),
        ("a,1,good,1", "rating is 'good'; expected a number"),
        ("a,1,1_0,1", "rating is '1_0'; expected a number"),
        ("a,1,inf,1", "the rating inf is not finite"),
        ("a,1,1e39,1", "the rating 1e+39 is not finite"),
        ("a,1,3,", "the time is empty or not finite"),
        ("a,1,3,noon", "day is 'noon'; expected a whole number"),
        ("a,1,3,99999999999999999999", "day is '99999999999999999999'; expected a whole number"),
        ("a,1,3", "3 cells where 4 are expected"),
        ("a,1,3,1,1", "5 cells where 4 are expected"),
    ],
)
def test_a_bad_interaction_is_named_with_its_line(tmp_path: Path, row: str, says: str) -> None:
    folder = events(tmp_path, f"a,1,3,1\n\nb,2,4,2\n{row}\nb,1,2,3\n")
    with pytest.raises(DataError) as caught:
        read_catalog(folder)
    assert str(caught.value) == f"{folder}/interactions.csv:5: {says}"


def test_a_bad_interaction_in_a_jsonl_is_named(tmp_path: Path) -> None:
    lines = [{"user": "a", "item": "i", "rating": 3}, {"user": "a", "item": "j", "rating": "x"}]
    path = items(tmp_path, "\n".join(map(json.dumps, lines)), "jsonl")
    assert fault(path) == "x.jsonl:2: rating is 'x'; expected a number"
    path = items(tmp_path, '{"user": "a", "item": "i", "time": ""}', "jsonl")
    assert fault(path) == "x.jsonl:1: time is ''; expected a number or a date and time"
    path = items(tmp_path, '{"user": "a", "item": "i", "time": null}', "jsonl")
    assert fault(path) == "x.jsonl:1: time is None; expected a time"
    path = items(tmp_path, '{"user": "a", "item": "i", "time": "noon"}', "jsonl")
    assert fault(path) == "x.jsonl:1: time is 'noon'; expected a number or a date and time"


def test_a_bad_parquet_is_named(tmp_path: Path) -> None:
    assert fault(items(tmp_path, b"PAR1 not really", "parquet")).startswith("x.parquet: not a Parquet file")


def test_a_parquet_damaged_inside_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"id": [str(i) for i in range(1000)], "title": ["t"] * 1000}), path)
    raw = bytearray(path.read_bytes())
    raw[4:400] = b"\xff" * 396
    path.write_bytes(bytes(raw))
    assert fault(path).startswith(("x.parquet: not a Parquet file", "x.parquet: cannot be read"))


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        ("rating", ["good"], "x.parquet: the column rating cannot be the rating ("),
        ("time", ["noon"], "x.parquet: the column time cannot be the time ("),
        ("user", [[1]], "x.parquet: the column user cannot be the user ("),
        ("time", [float("nan")], "x.parquet:1: the time is empty or not finite"),
        ("item", pa.array([None], pa.string()), "x.parquet:1: the item is empty"),
    ],
)
def test_bad_columns_of_a_parquet_are_named(tmp_path: Path, column: str, values: Any, says: str) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"user": ["u"], "item": ["i"]} | {column: values}), path)
    assert fault(path).startswith(says)
