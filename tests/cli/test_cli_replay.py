"""`replay` and `fork` from the command line, also of a session that a person played."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.program import cli

Rw = Callable[..., Any]


@pytest.fixture
def ran(rw: Rw) -> None:
    rw("run", "--sessions", "6", "--max-turns", "5")


@pytest.fixture
def sat(folder: Path) -> None:
    """A person asked for less horror after the first slate, with a ghost beside them."""
    command = ["play", "--slate-size", "2", "--max-turns", "3", "--ghost", "embedded"]
    typed = "w\n\nless horror\nw\n\nleave\n"
    played = CliRunner().invoke(cli, command, input=typed, prog_name="recoworld")
    assert played.exit_code == 0, played.output


def longest(data: Rw) -> str:
    rows = data("ls", "latest")
    return str(max(rows, key=lambda row: row["turns"])["session"])


def test_a_run_comes_out_the_same(ran: None, rw: Rw, data: Rw) -> None:
    assert "equal, event by event" in rw("replay", "latest", "--verify").stdout
    told = data("replay", "latest")
    assert (told["equal"], told["different"]) == (6, 0)
    assert {session["live_calls"] for session in told["sessions"]} == {0}


def test_a_run_without_sessions_is_not_called_equal(ran: None, rw: Rw, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "recoworld.db")) as connection, connection:
        connection.execute("update session set status = 'running'")
    assert "has no session that can be played again" in rw("replay", "latest", code=2).stderr


def test_what_was_tampered_with_is_named_and_exits_with_4(ran: None, rw: Rw, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "recoworld.db")) as connection, connection:
        connection.execute("update mindset set boredom = 0.777 where turn = 1")
    wrong = rw("replay", "latest", "--verify", code=4)
    assert "turn 1, mindset boredom: 0.777 on record" in " ".join(wrong.stderr.split())
    assert rw("replay", "latest").exit_code == 0


def test_a_fork_ends_with_where_the_two_part(ran: None, rw: Rw, data: Rw) -> None:
    key = longest(data)
    said = rw("fork", key, "--at", "2:rerank", "-r", "random").stdout
    assert "they part at turn 2, rerank" in said
    told = data("fork", key, "--at", "2:rerank", "-r", "popular")
    assert told["parent"] == key
    assert told["first_difference"] == {"turn": 2, "node": "rerank"}
    assert data("show", told["session"])["turns"][0]["slate"] == data("show", key)["turns"][0]["slate"]


def test_what_a_person_did_is_told_again(sat: None, rw: Rw) -> None:
    assert "1 session: 2 turns" in rw("replay", "latest", "--verify").stdout
    said = rw("fork", "latest-1-1", "--at", "2:review", "--mind", "embedded").stdout
    assert "less horror" in said
    assert rw("replay", "latest", "--verify").exit_code == 0


def test_a_person_and_a_ghost_cannot_go_on_by_themselves(sat: None, rw: Rw) -> None:
    assert (
        "say who goes on instead: --mind embedded"
        in rw("fork", "latest-1-1", "--at", "2:decide", code=2).stderr
    )
    assert "is a ghost's" in rw("replay", "latest-2-2", code=2).stderr
    assert "utility" in rw("show", "latest-2-2:1:review").stdout


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--at", "2"), "write TURN:NODE"),
        (("--at", "2:think"), "the nodes are reason"),
        (("--at", "1:review", "--set", "mindset.hunger=1"), "the fields are mindset.satisfaction"),
        (("--at", "1:review", "--max-calls", "0"), "--max-calls"),
    ],
)
def test_what_is_wrong_is_said(ran: None, rw: Rw, more: tuple[str, ...], says: str) -> None:
    assert says in " ".join(rw("fork", "latest-1-1", *more, code=2).stderr.split())
