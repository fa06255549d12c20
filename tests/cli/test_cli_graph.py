"""`recoworld graph` from outside: formats, the visits of a run, and what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import Result

Run = Callable[..., Result]


def _json(rw: Run, *args: str) -> Any:
    return orjson.loads(rw("graph", "--format", "json", *args).stdout)


@pytest.mark.parametrize(
    ("format", "begins"), [("text", "session"), ("mermaid", "flowchart"), ("svg", "<svg")]
)
def test_each_format_begins_as_it_should(rw: Run, format: str, begins: str) -> None:
    assert rw("graph", "--format", format).stdout.startswith(begins)


def test_the_cohort_graph_is_the_same_ring(rw: Run) -> None:
    one, many = _json(rw), _json(rw, "--cohort")
    assert [node["name"] for node in one["nodes"]] == [node["name"] for node in many["nodes"]]
    assert many["graph"] == "cohort"


def test_the_visits_of_a_run_are_its_stored_turns(rw: Run, stored: Path) -> None:
    data = _json(rw, "--run", "latest", "--db", str(stored))
    with closing(sqlite3.connect(stored)) as connection:
        turns = connection.execute("SELECT count(*) FROM turn").fetchone()[0]
    assert {node["visits"] for node in data["nodes"] if node["side"]} == {turns}


def test_what_comes_out_of_the_score_is_what_went_in(rw: Run, stored: Path) -> None:
    edges = {
        (e["from"], e["to"]): e["visits"] for e in _json(rw, "--run", "latest", "--db", str(stored))["edges"]
    }
    assert edges["score", "reason"] + edges["score", "end"] == edges["decide", "score"]
    assert edges["start", "reason"] == edges["score", "end"] == 24


@pytest.mark.parametrize("format", ["text", "mermaid", "svg"])
def test_every_format_tells_the_visits(rw: Run, stored: Path, format: str) -> None:
    with closing(sqlite3.connect(stored)) as connection:
        turns = connection.execute("SELECT count(*) FROM turn").fetchone()[0]
    assert (
        f"{turns:,} visits" in rw("graph", "--format", format, "--run", "latest", "--db", str(stored)).stdout
    )


@pytest.mark.parametrize(
    ("ending", "begins"), [("txt", "session graph"), ("mmd", "flowchart"), ("svg", "<svg"), ("json", "{")]
)
def test_the_ending_of_the_file_settles_the_format(rw: Run, folder: Path, ending: str, begins: str) -> None:
    result = rw("graph", "-o", f"drawn.{ending}")
    assert (result.stdout, result.stderr) == ("", f"wrote drawn.{ending}\n")
    assert (folder / f"drawn.{ending}").read_text().startswith(begins)


def test_a_file_that_cannot_be_drawn_is_left_as_it_was(rw: Run, folder: Path) -> None:
    (folder / "old.svg").write_text("old")
    rw("graph", "--prompts", "nowhere", "-o", "old.svg", code=2)
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("old.svg", "old")]


def test_json_is_the_format_of_that_name(rw: Run) -> None:
    assert orjson.loads(rw("graph", "--json").stdout) == _json(rw)


@pytest.mark.parametrize("format", ["text", "mermaid", "svg"])
def test_every_format_draws_the_path_of_a_session(rw: Run, stored: Path, format: str) -> None:
    drawn = rw("graph", "--session", "latest-1-1", "--format", format, "--db", str(stored)).stdout
    assert "satisfaction" in drawn
    assert "-1-1" in drawn


def test_the_path_of_an_embedded_session_has_its_turns_and_no_times(rw: Run, stored: Path) -> None:
    turns = _json(rw, "--session", "latest-1-1", "--db", str(stored))["turns"]
    kept = orjson.loads(rw("show", "latest-1-1", "--db", str(stored), "--json").stdout)["turns"]
    assert [turn["satisfaction"] for turn in turns] == [turn["after"]["satisfaction"] for turn in kept]
    assert {node["ms"] for turn in turns for node in turn["nodes"]} == {None}


def test_the_path_may_be_of_one_turn(rw: Run, stored: Path) -> None:
    (turn,) = _json(rw, "--session", "latest-1-1:1", "--db", str(stored))["turns"]
    assert turn["number"] == 1


@pytest.mark.parametrize(
    ("args", "names"),
    [
        ((), "graph --run latest"),
        (("--run", "latest"), "graph --session "),
        (("--session", "latest-1-1"), "show "),
    ],
)
def test_the_text_ends_with_the_next_command(
    rw: Run, stored: Path, args: tuple[str, ...], names: str
) -> None:
    last = rw("graph", *args, "--db", str(stored)).stdout.splitlines()[-1]
    assert last.startswith(f"next: recoworld {names}")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("sesion",), "unknown graph 'sesion': did you mean 'session'"),
        (("--format", "sgv"), "unknown format 'sgv': did you mean 'svg'"),
        (("user", "--cohort"), "--cohort is for the session graph"),
        (("user", "--run", "latest"), "--run is for the session graph"),
        (("user", "--session", "latest-1-1"), "--session draws what one session did; leave out 'user'"),
        (("--run", "a", "--session", "b"), "give one of them"),
        (("--json", "--format", "svg"), "--json and --format svg are two formats"),
        (("-o", "drawn.pdf"), "the ending is none of .txt, .mmd, .svg, .json"),
        (("--session", "latest-1-1:two"), "the turn after ':' must be a number"),
    ],
)
def test_a_wrong_graph_says_what_is_near(rw: Run, args: tuple[str, ...], says: str) -> None:
    assert says in rw("graph", *args, code=2).stderr


def test_a_session_is_not_a_run(rw: Run, stored: Path) -> None:
    said = rw("graph", "--run", "latest-1-1", "--db", str(stored), code=2).stderr
    assert "is a session; give its run" in said


def test_a_run_is_not_a_session(rw: Run, stored: Path) -> None:
    said = rw("graph", "--session", "latest", "--db", str(stored), code=2).stderr
    assert "'latest' is a run; give one of its sessions: --session " in said


def test_an_unknown_session_suggests_near_ones(rw: Run, stored: Path) -> None:
    said = rw("graph", "--session", "latest-1-99", "--db", str(stored), code=2).stderr
    assert "unknown session" in said
    assert "did you mean" in said


def test_an_unknown_run_suggests_near_ones(rw: Run, stored: Path) -> None:
    assert "unknown run 'zzzzzz'" in rw("graph", "--run", "zzzzzz", "--db", str(stored), code=2).stderr
