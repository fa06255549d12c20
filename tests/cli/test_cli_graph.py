"""`recoworld graph` from outside: formats, the visits of a run, and what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
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
    turns = sqlite3.connect(stored).execute("SELECT count(*) FROM turn").fetchone()[0]
    assert {node["visits"] for node in data["nodes"] if node["side"]} == {turns}


def test_what_comes_out_of_the_score_is_what_went_in(rw: Run, stored: Path) -> None:
    edges = {
        (e["from"], e["to"]): e["visits"] for e in _json(rw, "--run", "latest", "--db", str(stored))["edges"]
    }
    assert edges["score", "reason"] + edges["score", "end"] == edges["decide", "score"]
    assert edges["start", "reason"] == edges["score", "end"] == 24


@pytest.mark.parametrize("format", ["text", "mermaid", "svg"])
def test_every_format_tells_the_visits(rw: Run, stored: Path, format: str) -> None:
    turns = sqlite3.connect(stored).execute("SELECT count(*) FROM turn").fetchone()[0]
    assert (
        f"{turns:,} visits" in rw("graph", "--format", format, "--run", "latest", "--db", str(stored)).stdout
    )


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("sesion",), "unknown graph 'sesion': did you mean 'session'"),
        (("--format", "sgv"), "unknown format 'sgv': did you mean 'svg'"),
        (("user", "--cohort"), "--cohort is for the session graph"),
        (("user", "--run", "latest"), "--run is for the session graph"),
    ],
)
def test_a_wrong_graph_says_what_is_near(rw: Run, args: tuple[str, ...], says: str) -> None:
    assert says in rw("graph", *args, code=2).stderr


def test_a_session_is_not_a_run(rw: Run, stored: Path) -> None:
    said = rw("graph", "--run", "latest-1-1", "--db", str(stored), code=2).stderr
    assert "is a session; give its run" in said


def test_an_unknown_run_suggests_near_ones(rw: Run, stored: Path) -> None:
    assert "unknown run 'zzzzzz'" in rw("graph", "--run", "zzzzzz", "--db", str(stored), code=2).stderr
