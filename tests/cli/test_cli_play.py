"""`recoworld play` with scripted input."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli.program import cli
from app.llm.scripted import ScriptedServer

Run = Callable[..., Result]


def _play(typed: str, *args: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["play", *args], input=typed, prog_name="recoworld")
    assert result.exit_code == code, result.output
    return result.output


# ------------------------------------------------------------------------------------- piped


def test_a_piped_person_plays_a_whole_session(data: Callable[..., Any]) -> None:
    said = _play("w\n\nq\nless drama\nl\nq\nleave bored\n", "--as", "user")
    assert "read as  less genre Drama" in said
    assert "left after 2 turns" in said
    stored = data("show", "latest-1-1")
    assert (stored["mind"], stored["status"], stored["leave_reason"]) == ("human", "left", "bored")
    assert stored["turns"][0]["review"]["seen"] == 2


def test_the_end_of_the_input_leaves_cleanly(data: Callable[..., Any]) -> None:
    assert "left after 1 turn" in _play("")
    assert data("show", "latest-1-1")["leave_reason"] == "interrupted"


def test_a_wrong_key_is_explained_and_asked_again() -> None:
    said = _play("zap\nq\nleave\n")
    assert "'zap' is not an action" in said
    assert "left after 1 turn" in said


def test_undo_at_the_first_item_goes_back_a_turn() -> None:
    said = _play("q\nonly comedies\nu\nq\nleave\n")
    assert [line.split()[1] for line in said.splitlines() if line.startswith("turn ")] == ["1", "2", "1"]
    assert "left after 1 turn" in said


def test_watching_runs_on_when_the_input_ends(data: Callable[..., Any]) -> None:
    said = _play("", "--as", "watch", "--max-turns", "2")
    assert "turn 2: the recommender shows" in said
    assert len(data("show", "latest-1-1")["turns"]) == len(
        re.findall(r"^turn \d+ · seen", said, re.MULTILINE)
    )


def test_who_watches_may_stop(data: Callable[..., Any]) -> None:
    said = _play("\n\n\nq\n", "--as", "watch")
    assert "still there after" in said or "left after" in said
    assert data("show", "latest-1-1")["turns"]


def test_the_same_seed_is_the_same_session() -> None:
    one, two = (re.sub(r"\w{6}-1-1", "", _play("", "--as", "watch", "--seed", "3")) for _ in range(2))
    assert one == two


def test_a_played_session_is_listed_and_reported(rw: Run) -> None:
    _play("w\nq\nleave\n")
    assert "you" in rw("ls", "latest").stdout
    assert "Retention" in rw("show", "latest").stdout


def test_a_person_picks_by_search_number_and_suggestion(data: Callable[..., Any]) -> None:
    said = _play("toy story\n1\n?\n1 2 9\n\nq\n", "--as", "recommender", "--slate-size", "3")
    assert "9 is not in the list" in said
    stored = data("show", "latest-1-1")
    slate = stored["turns"][0]["slate"]
    assert (stored["recommender"], stored["mind"], slate[0]["title"]) == ("human", "embedded", "Toy Story")
    assert [slot["sources"] for slot in slate] == [["human"]] * 3


def test_what_the_user_felt_is_hidden_until_the_end() -> None:
    said = _play("?\n1 2 3\n?\n4 5\n1 2\n\nq\n", "--as", "recommender", "--slate-size", "3")
    before, _, after = said.partition("what you could not see")
    assert "satisfaction" not in before
    assert "likes" not in before
    assert "satisfaction" in after
    assert "“" in after


def test_an_item_that_was_shown_cannot_be_picked_again() -> None:
    said = _play("toy story\n1\n\ntoy story\n1\nq\n", "--as", "recommender", "--slate-size", "3")
    assert "Toy Story was shown before in this session" in said


def test_a_picked_item_and_a_shown_slate_can_be_taken_back(data: Callable[..., Any]) -> None:
    typed = "toy story\n1\nu\njaws\n1\n\nu\npsycho\n1\n\nq\n"
    _play(typed, "--as", "recommender", "--slate-size", "3")
    turns = data("show", "latest-1-1")["turns"]
    assert [[slot["title"] for slot in turn["slate"]] for turn in turns] == [["Psycho"]]


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    said = _play("w\nq\nless drama\nq\nleave\n")
    assert max(len(line) for line in said.splitlines() if not line.startswith("next: ")) <= width


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--as", "wach"), "unknown role 'wach': did you mean 'watch'"),
        (("--recommender", "agnt"), "unknown recommender 'agnt': did you mean 'agent'"),
        (("--recommender", "llm"), "none is named; give --model NAME"),
        (("--mind", "llm"), "--mind is for simulated users"),
        (("--ghost", "lm"), "unknown ghost 'lm': did you mean 'llm'"),
        (("--as", "watch", "--ghost", "llm"), "--ghost is for --as user"),
        (("--ghost", "llm"), "the user should think with a model"),
        (("--as", "watch", "--mind", "scripted"), "belong together"),
        (("--personas", "everyone"), "--personas is for simulated users"),
        (("--speed", "1"), "--speed is for --as watch"),
        (("--as", "watch", "--personas", "everyon"), "everyone"),
    ],
)
def test_a_wrong_option_says_what_to_do(rw: Run, args: tuple[str, ...], says: str) -> None:
    assert says in rw("play", *args, code=2).stderr


# ------------------------------------------------------------------------------------- ghosts and models


MODEL = ("--model", "scripted", "--slate-size", "3")


def test_a_ghost_says_nothing_until_the_end(data: Callable[..., Any]) -> None:
    said = _play("w\n\nq\nless drama\nl\nq\nleave bored\n", "--ghost", "embedded")
    before, _, after = said.partition("your ghost")
    assert "no character" in before
    assert before.count("ghost") == 1
    assert re.search(r"what next +2 +\d+%", after)
    ghost = data("show", "latest-2-2")
    assert (ghost["arm"], len(ghost["turns"])) == ("ghost", 2)
    assert all(r["thought"] for r in ghost["turns"][0]["review"]["reactions"])


def test_a_ghost_may_have_a_character() -> None:
    assert "the character" in _play("", "--ghost", "embedded", "--personas", "everyone")


def test_where_they_differ_is_told_with_what_the_ghost_thought(data: Callable[..., Any]) -> None:
    said = _play("l\nl\nl\nl\nl\nleave\n", "--ghost", "embedded", "--seed", "3")
    reactions = data("show", "latest-2-2")["turns"][0]["review"]["reactions"]
    other = next(r for r in reactions if "like" not in r["actions"])
    flat = re.sub(r"\s+", " ", said.partition("your ghost")[2])
    assert "you: like; ghost: " in flat
    assert other["thought"] in flat


def test_a_recommender_that_is_a_model_meets_a_person(
    server: ScriptedServer, data: Callable[..., Any], calls_of: Callable[[str], list[str]]
) -> None:
    said = _play("w\nq\nonly comedies\nq\nleave\n", "--recommender", "llm", *MODEL)
    assert "read as" in said
    stored = data("show", "latest-1-1")
    assert (stored["recommender"], stored["mind"], len(stored["turns"])) == ("llm", "human", 2)
    assert {step["node"] for step in stored["trace"]} >= {"reason", "rerank", "review", "score"}
    assert [call["node"] for step in stored["trace"] for call in step["calls"]] == [
        "rerank",
        "reason",
        "rerank",
    ]
    assert len(calls_of("latest-1-1")) == server.counts()["calls"] - 1


def test_a_ghost_that_is_a_model_remembers_its_own_turns(
    server: ScriptedServer, calls_of: Callable[[str], list[str]]
) -> None:
    _play("w\nq\n\nq\nleave\n", "--ghost", "llm", *MODEL)
    assert calls_of("latest-1-1") == []
    assert calls_of("latest-2-2") == ["1:review", "1:update_mindset", "2:review", "2:update_mindset"]


def test_two_models_are_watched(
    server: ScriptedServer, data: Callable[..., Any], calls_of: Callable[[str], list[str]]
) -> None:
    both = ("--as", "watch", "--mind", "llm", "--recommender", "llm", "--max-turns", "2")
    assert "turn 1: the recommender shows" in _play("", *both, *MODEL)
    stored = data("show", "latest-1-1")
    assert (stored["mind"], stored["recommender"]) == ("llm", "llm")
    assert len(calls_of("latest-1-1")) == server.counts()["calls"] - 1


def test_a_person_picks_for_a_user_that_is_a_model(
    server: ScriptedServer, data: Callable[..., Any], calls_of: Callable[[str], list[str]]
) -> None:
    typed = "?\n1 2 3\nu\n?\n3 2 1\n?\n1\nq\n"
    _play(typed, "--as", "recommender", "--mind", "llm", "--recommender", "llm", *MODEL)
    stored = data("show", "latest-1-1")
    assert (stored["mind"], stored["recommender"]) == ("llm", "human")
    calls = calls_of("latest-1-1")
    assert calls.count("1:rerank") == 1
    assert {"1:review", "1:review:undone1", "1:update_mindset:undone1"} <= set(calls)


def test_undo_asks_a_model_again_only_for_what_is_new(
    server: ScriptedServer, calls_of: Callable[[str], list[str]]
) -> None:
    said = _play("q\nonly comedies\nu\nq\n\nq\nleave\n", "--recommender", "llm", *MODEL)
    first, second = re.findall(r"^ 1  .*$", said, re.MULTILINE)[::2][:2]
    assert first == second
    calls = calls_of("latest-1-1")
    assert sorted(calls) == sorted(
        [
            "1:rerank",
            "2:reason:undone1",
            "2:rerank:undone1",
            *(c for c in calls if c in ("2:reason", "2:rerank")),
        ]
    )
    assert "2:rerank" in calls
    assert len(calls) == server.counts()["calls"] - 1


def test_a_spent_budget_ends_the_session_and_keeps_it(
    server: ScriptedServer, data: Callable[..., Any]
) -> None:
    _play("w\nq\nonly comedies\n", "--recommender", "llm", *MODEL, "--max-calls", "2", code=5)
    stored = data("show", "latest-1-1")
    assert (stored["status"], len(stored["turns"])) == ("truncated", 1)


def test_a_wrong_endpoint_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    assert "127.0.0.1:9" in _play("", "--recommender", "llm", *MODEL, code=2)
