"""Bad input: exit code 2, the thing named, at most five lines, nothing half-imported."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
GOOD = "id,title\n" + "".join(f"{i},Film {i}\n" for i in range(20))


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    """One bad file of each kind."""
    (folder / "empty.csv").write_text("id,title\n")
    (folder / "malformed.csv").write_text('id,title\n1,A\n2,"B\n')
    (folder / "twice.csv").write_text("id,title\n1,A\n2,B\n1,C\n")
    (folder / "latin.csv").write_bytes("id,title\n1,Amélie\n".encode("latin-1"))
    (folder / "ratings.csv").write_text("user_id,item_id,rating\n1,1,9\n")
    (folder / "good.csv").write_text(GOOD)
    (folder / "broken.yaml").write_text("id: a\ntastes: [\n")
    (folder / "odd.yaml").write_text("id: a\ntastes:\n  genre:Comedi: 0.5\n")
    (folder / "key.yaml").write_text("id: a\ntaste:\n  genre:Comedy: 0.5\n")
    (folder / "nothing.py").write_text("class Nothing:\n    pass\n")
    with zipfile.ZipFile(folder / "climbs.zip", "w") as archive:
        archive.writestr("../../movies.csv", GOOD)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ("--catalog flims", "unknown catalog 'flims': did you mean 'films'"),
        ("--personas everyon", "did you mean 'everyone'"),
        ("-r populr", "unknown recommender 'populr': did you mean 'popular'"),
        ("--mind embeded", "unknown mind 'embeded': did you mean 'embedded'"),
        ("--coupling tight", "--coupling: 'tight' is not allowed"),
        ("--sessions 0", "--sessions: '0' is not allowed"),
        ("--slate-size 10000", "--slate-size: '10000' is not allowed"),
        ("--slate-size 900", "--slate-size 900 is larger than the catalog 'films'"),
        ("--max-turns 0", "--max-turns: '0' is not allowed"),
        ("--representation codes", "--representation: 'codes' is not allowed; give one of text, semantic_id"),
        ("--representation semantic_id", "no model plays in the arm 'popular'"),
        ("--workers 0", "--workers: '0' is not allowed"),
        ("--scale 5", "--scale: '5' is not allowed"),
        ("--columns id", "--columns: 'id' is not allowed"),
        ("--db no/such/folder/x.db", "no/such/folder"),
        ("--db .", "."),
        ("-r nothing.py:Nothing", "no method 'recommend'"),
        ("-r nothing.py:Nothin", "did you mean 'Nothing'"),
        ("-r gone.py:Nothing", "there is no file 'gone.py'"),
        ("-r no_such_module:X", "there is no module 'no_such_module'"),
        ("-r itemknn", "interactions"),
        ("--personas from-ratings", "needs a catalog with ratings"),
        ("--personas broken.yaml", "broken.yaml:"),
        ("--personas key.yaml", "key.yaml:2"),
        ("--personas odd.yaml", "odd.yaml:3: unknown facet 'genre:Comedi'"),
        ("--personas gone.yaml", "gone.yaml"),
        ("--catalog empty.csv", "empty.csv"),
        ("--catalog malformed.csv", "malformed.csv:3"),
        ("--catalog twice.csv", "twice.csv:4"),
        ("--catalog latin.csv", "latin.csv:2"),
        ("--catalog climbs.zip", "climbs.zip"),
        ("--catalog ratings.csv --scale 1,5", "ratings.csv:2"),
        ("--catalog good.csv --columns title=nam", "nam"),
    ],
)
def test_run_names_what_is_wrong(rw: Run, args: str, says: str) -> None:
    result = rw("run", "-r", "popular", *args.split(), code=2)
    assert says in result.stderr
    assert result.stderr.startswith("error: ")
    assert len(result.stderr.splitlines()) <= 5
    assert result.stdout == ""


@pytest.mark.parametrize("name", ["empty", "malformed", "twice", "latin"])
def test_a_bad_import_leaves_nothing_behind(rw: Run, name: str) -> None:
    rw("catalog", "import", f"{name}.csv", code=2)
    assert name not in rw("catalog", "list", "--json").stdout


def test_a_foreign_database_is_left_alone(rw: Run, folder: Path) -> None:
    (folder / "notes.db").write_text("these are not the rows you are looking for\n" * 50)
    before = (folder / "notes.db").read_bytes()
    assert "notes.db" in rw("run", "--db", "notes.db", code=2).stderr
    assert (folder / "notes.db").read_bytes() == before


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ("show zzz", "unknown run 'zzz'"),
        ("show latest-9-1", "unknown session"),
        ("show latest-1-1:99", "has no turn 99"),
        ("show latest-1-1:x", "write SESSION:TURN or SESSION:TURN:NODE"),
        ("show latest:3", "a turn belongs to a session"),
        ("ls latest~7", "no run latest~7"),
        ("ls latest-1-1", "is a session"),
        ("ls latest --sort trns", "did you mean 'turns'"),
        ("ls latest --arm popula", "did you mean 'popular'"),
        ("ls --sort turns", "give its id"),
        ("catalog show nope", "unknown catalog 'nope'"),
        ("catalog remove films", "cannot be removed"),
        ("catalog remove nope", "nope"),
        ("catalog import gone.csv", "gone.csv"),
        ("catalog import good.csv --name films", "the name of the embedded catalog"),
        ("catalog import good.csv --format tsv", "tsv"),
        ("understand x --catalog nope", "unknown catalog 'nope'"),
    ],
)
def test_other_commands_name_what_is_wrong(rw: Run, stored: Path, folder: Path, args: str, says: str) -> None:
    result = rw(*args.split(), "--db", str(stored), code=2)
    assert says in result.stderr
    assert len(result.stderr.splitlines()) <= 5


def test_no_database_yet_names_the_command_that_makes_one(rw: Run) -> None:
    assert "`recoworld run` makes one" in rw("ls", code=2).stderr


@pytest.mark.parametrize("args", ["show nobody", "check gone.yaml", "sample --personas nobody"])
def test_unknown_personas_are_named(rw: Run, args: str) -> None:
    assert args.split()[-1] in rw("personas", *args.split(), code=2).stderr
