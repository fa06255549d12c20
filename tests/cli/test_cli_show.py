"""`ls` and `show`: runs, sessions and turns as tables and as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]
Ask = Callable[..., Any]


@pytest.fixture
def ask(rw: Run, stored: Path) -> Ask:
    """The JSON of a command on the stored run."""
    return lambda *args: json.loads(rw(*args, "--db", str(stored), "--json").stdout)


@pytest.fixture
def say(rw: Run, stored: Path) -> Callable[..., str]:
    """The text of a command on the stored run."""
    return lambda *args: rw(*args, "--db", str(stored)).stdout


def test_ls_lists_the_runs(ask: Ask) -> None:
    (run,) = ask("ls")
    assert (run["name"], run["status"], run["arms"]) == ("two arms", "done", ["random", "popular"])
    assert run["sessions"] == {"planned": 24, "done": 24}


def test_ls_names_how_to_see_the_sessions(ask: Ask, say: Callable[..., str]) -> None:
    key = ask("ls")[0]["run"]
    assert say("ls").splitlines()[-1] == f"next: recoworld ls {key}  its sessions"


def test_ls_of_a_run_lists_its_sessions(ask: Ask) -> None:
    rows = ask("ls", "latest")
    assert len(rows) == 24
    assert {row["arm"] for row in rows} == {"random", "popular"}
    assert all(row["status"] in ("left", "truncated") and row["persona"] for row in rows)


@pytest.mark.parametrize("column", ["turns", "satisfaction", "reward", "minutes"])
def test_sessions_are_sorted_highest_first(ask: Ask, column: str) -> None:
    values = [row[column] for row in ask("ls", "latest", "--sort", column)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) > 1
    assert [r[column] for r in ask("ls", "latest", "--sort", column, "--reverse")] == sorted(values)


@pytest.mark.parametrize("arm", ["popular", "2"])
def test_sessions_of_one_arm(ask: Ask, arm: str) -> None:
    assert {row["arm"] for row in ask("ls", "latest", "--arm", arm)} == {"popular"}


def test_the_limit_is_told(say: Callable[..., str]) -> None:
    lines = say("ls", "latest", "--limit", "3").splitlines()
    assert len(lines) == 1 + 3 + 2
    assert lines[-2] == "3 of 24 sessions; --limit 0 shows all"


def test_keys_are_never_cut_even_where_there_is_no_room(
    say: Callable[..., str], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    said = say("ls", "latest", "--limit", "0")
    assert all(row["session"] + " " in said for row in ask("ls", "latest"))


def test_show_reprints_the_report_of_a_run(say: Callable[..., str], ask: Ask) -> None:
    said = say("show", "latest")
    assert "Retention" in said
    assert "two arms" in said
    assert ask("show", "latest")["run"] == ask("ls")[0]["run"]


def test_both_arms_stand_side_by_side_with_every_metric_whole(say: Callable[..., str]) -> None:
    said = say("show", "latest")
    assert "random" in said
    assert "popular" in said
    assert "…" not in said.split("Metrics")[1].split("Why sessions ended")[0]


def test_a_session_as_data_is_whole(ask: Ask) -> None:
    session = ask("show", "latest-1-1")
    assert session["session"].endswith("-1-1")
    assert session["persona"]["tastes"]
    first = session["turns"][0]
    assert first["number"] == 1
    assert {"item", "title", "score", "sources", "reason", "propensity"} <= set(first["slate"][0])
    assert len(first["review"]["reactions"]) == first["review"]["seen"]
    assert session["turns"][-1]["decision"]["kind"] in ("leave", "continue")


def test_a_session_in_words_has_every_turn_and_how_it_ended(say: Callable[..., str], ask: Ask) -> None:
    session, said = ask("show", "latest-2-1"), say("show", "latest-2-1")
    for turn in session["turns"]:
        assert f"turn {turn['number']} · seen {turn['review']['seen']} of 10" in said
    assert f"after {len(session['turns'])} turns" in said
    assert session["turns"][0]["slate"][0]["title"] in said


def test_a_session_fits_in_80_columns(say: Callable[..., str]) -> None:
    lines = say("show", "latest-1-1").splitlines()
    assert max(map(len, lines[:-1])) <= 80


def test_what_was_said_stands_at_its_turn_and_the_next(say: Callable[..., str], ask: Ask) -> None:
    sessions = (ask("show", row["session"]) for row in ask("ls", "latest"))
    session, turn = next(
        (s, t) for s in sessions for t in s["turns"][:-1] if t["decision"]["kind"] == "instruct"
    )
    words = turn["decision"]["instruction"]["words"]
    key, number = session["session"], turn["number"]
    assert "tells" in say("show", f"{key}:{number}")
    assert "asked" in say("show", f"{key}:{number + 1}")
    assert ask("show", f"{key}:{number + 1}")["request"]["words"] == words


def test_a_turn_in_full_adds_scores_and_utilities(say: Callable[..., str]) -> None:
    said = say("show", "latest-1-1:1")
    assert "score " in said
    assert "utility " in said
    assert "turn 2" not in said


def test_a_turn_as_data_is_that_of_the_session(ask: Ask) -> None:
    assert ask("show", "latest-1-1:1") == ask("show", "latest-1-1")["turns"][0]


def test_names_with_brackets_are_printed_as_they_are(rw: Run) -> None:
    rw("run", "--sessions", "2", "-r", "popular", "--name", "[red]mine[/red]")
    assert "[red]mine[/red]" in rw("ls").stdout
    assert "[red]mine[/red]" in rw("show", "latest").stdout
