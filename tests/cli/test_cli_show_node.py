"""One node of a stored session in the terminal and as data."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app import batch
from app.llm.scripted import ScriptedServer
from app.plans import plan_of
from app.settings import Settings
from app.store.store import Store

MODELS = {"mind": "llm", "recommender": ("llm",), "model": ("scripted",), "sessions": 2, "max_turns": 3}


@pytest.fixture
def talked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of models, some of whose answers had to be repaired, in the default database."""
    with ScriptedServer(faults="invalid_json=0.3") as server, Store.open(folder / "recoworld.db") as store:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        batch.execute(Settings(**(MODELS | {"failure_limit": 1.0, "sessions": 4})), store)
    return folder / "recoworld.db"


def nodes(db: Path) -> list[tuple[str, int, str]]:
    """Those of which an answer was repaired first."""
    with closing(sqlite3.connect(db)) as connection, connection:
        sql = (
            "select key, turn, node from call join session on session.id = session_id "
            "where session.status <> 'failed' group by 1, 2, 3 order by count(*) desc, 1, 2, 3"
        )
        found: list[tuple[str, int, str]] = connection.execute(sql).fetchall()
    return found


def test_every_prompt_is_shown_exactly_as_it_was_sent(talked: Path, data: Any) -> None:
    asked = nodes(talked)
    of_each = {node: (key, turn, node) for key, turn, node in asked}
    assert len(of_each) == 4
    repaired = 0
    for key, turn, node in (*asked[:4], *of_each.values()):
        told = data("show", f"{key}:{turn}:{node}")
        (question,) = told["asked"]
        assert question["prompt"]["verified"] is True
        assert any(piece["variable"] for piece in question["prompt"]["user"])
        assert question["attempts"][-1]["accepted"] == 1
        assert question["attempts"][-1]["reply"]
        repaired += len(question["attempts"]) > 1
    assert repaired


def test_variable_parts_are_marked_where_there_is_no_color(talked: Path, rw: Callable[..., Any]) -> None:
    said = rw("show", "latest-1-1:1:review").stdout
    assert "verified by its hash" in said
    assert "Turn ‹1›" in said
    assert "next: recoworld fork" in said


def test_a_prompt_that_is_not_what_was_sent_is_not_said_to_be(talked: Path, data: Any) -> None:
    with closing(sqlite3.connect(talked)) as connection, connection:
        connection.execute("update call set request_hash = 'other' where node = 'update_mindset'")
    told = data("show", "latest-1-1:1:update_mindset")
    assert told["asked"][0]["prompt"]["verified"] is False
    assert "the tape holds the answer to another request" in told["note"]


def test_what_embedded_minds_made_is_played_again(folder: Path, data: Any, rw: Callable[..., Any]) -> None:
    with Store.open(folder / "recoworld.db") as store:
        batch.execute_plan(plan_of(Settings(sessions=3, max_turns=3)), store)
    found = data("show", "latest-1-1:1:retrieve")
    assert len(found["candidates"]) > 10
    shown = [slot["item"] for slot in data("show", "latest-1-1:1")["slate"]]
    made = data("show", "latest-1-1:1:rerank")["made"]["slate"]["slots"]
    assert [slot["item"] for slot in made] == shown
    assert "no model was asked here" in rw("show", "latest-1-1:1:review").stdout
    assert "retrieved" in rw("show", "latest-1-1:1:rerank").stdout


@pytest.mark.parametrize(
    ("id_", "says"),
    [
        ("latest-1-1:9:review", "has no turn 9; it has turns 1 to"),
        ("latest-1-1:1:reveiw", "or 'review'?"),
        ("latest-1-1:1:score", "the nodes are reason, retrieve, rerank"),
        ("latest:1:review", "is a run; a turn belongs to a session"),
        ("latest-1-1:x", "write SESSION:TURN or SESSION:TURN:NODE"),
    ],
)
def test_what_is_not_there_is_said(folder: Path, rw: Callable[..., Any], id_: str, says: str) -> None:
    with Store.open(folder / "recoworld.db") as store:
        batch.execute_plan(plan_of(Settings(sessions=1, max_turns=2)), store)
    wrong = rw("show", id_, code=2)
    assert says in " ".join(wrong.stderr.split())
