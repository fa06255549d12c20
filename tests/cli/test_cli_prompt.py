"""`recoworld prompt`: list, show and compare prompts and their versions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli.program import cli
from app.llm.scripted import ScriptedServer
from app.prompts import Prompts

CHANGE = ("at most 35 words", "at most 20 words")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one run whose users decide by a prompt of their own; the file is `decide.md` beside it."""
    folder = tmp_path_factory.mktemp("used")
    own = folder / "prompts" / "user" / "decide.md"
    own.parent.mkdir(parents=True)
    own.write_text(Prompts()["user/decide"].own.replace(*CHANGE), "utf-8")
    args = ["--mind", "llm", "--model", "scripted", "--sessions", "2", "--max-turns", "2"]
    where = ["--prompts", str(folder / "prompts"), "--db", str(folder / "x.db")]
    with ScriptedServer(seed=3) as server:
        environment = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "any"}
        result = CliRunner().invoke(cli, ["run", *args, *where], env=environment)
    assert result.exit_code == 0, result.output
    return folder / "x.db"


def own_file(used: Path) -> str:
    return str(used.parent / "prompts" / "user" / "decide.md")


def test_every_prompt_is_listed_with_the_node_that_asks(data: Callable[..., Any]) -> None:
    rows = data("prompt", "ls")
    assert [row["prompt"] for row in rows] == sorted(Prompts())
    assert {row["prompt"]: row["node"] for row in rows}["user/decide"] == "update_mindset"
    assert all(row["tokens_estimate"] > 100 and row["used"]["calls"] == 0 for row in rows)


def test_a_version_that_no_file_has_is_listed_with_its_uses(data: Callable[..., Any], used: Path) -> None:
    rows = [row for row in data("prompt", "ls", "--db", str(used)) if row["prompt"] == "user/decide"]
    current, old = rows
    assert (current["used"]["calls"], current["file"] is None) == (0, False)
    assert (old["used"]["runs"], old["used"]["accepted"], old["file"]) == (1, 1.0, None)
    assert old["used"]["calls"] == old["uses"][0]["calls"] > 0


def test_the_list_is_read_by_a_person(rw: Callable[..., Result], used: Path) -> None:
    shown = rw("prompt", "ls", "--db", str(used)).stdout
    assert "user/remember  asked by remember, after a session" in shown
    assert shown.count("in the store alone") == 1
    assert "next: recoworld prompt diff user/decide@" in shown
    assert rw("prompt", "--json").stdout == rw("prompt", "ls", "--json").stdout


def test_a_folder_of_ones_own_is_in_use(data: Callable[..., Any], used: Path) -> None:
    rows = data("prompt", "ls", "--db", str(used), "--prompts", str(used.parent / "prompts"))
    assert [row["file"] for row in rows if row["prompt"] == "user/decide"] == [own_file(used)]


def test_a_prompt_is_shown_with_fragments_and_what_it_may_use(rw: Callable[..., Result], used: Path) -> None:
    shown = rw("prompt", "show", "user/review", "--db", str(used)).stdout
    assert "── user/_rules.md\nYou stand in for one person" in shown
    assert "minutes_left  how many of them are left" in shown
    assert "a call as it was sent" in shown


def test_a_version_is_shown_by_the_beginning_of_its_hash(data: Callable[..., Any], used: Path) -> None:
    version = data("prompt", "show", own_file(used))["version"]
    shown = data("prompt", "show", f"user/decide@{version[:6]}", "--db", str(used))
    assert (shown["version"], shown["used"]["runs"]) == (version, 1)
    assert CHANGE[1] in shown["text"]
    assert shown["inputs"]["left"] == "how many items of the slate were not looked at"


def test_one_prompt_is_compared_with_the_version_used_last(rw: Callable[..., Result], used: Path) -> None:
    lines = rw("prompt", "diff", "user/decide", "--db", str(used)).stdout.splitlines()
    assert lines[0].startswith("--- user/decide@")
    assert [line[-17:] for line in lines[2:] if line[0] in "+-"] == [f"{CHANGE[1]}.", f"{CHANGE[0]}."]


def test_two_prompts_are_compared(data: Callable[..., Any], used: Path) -> None:
    found = data("prompt", "diff", "user/decide", own_file(used))
    assert (found["same"], found["after"]["file"]) == (False, own_file(used))
    assert sum(line.startswith("+") for line in found["diff"][2:]) == 1


def test_equal_prompts_are_said_to_be_the_same(
    rw: Callable[..., Result], data: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "mine.md").write_text(Prompts()["user/review"].own, "utf-8")
    assert "are the same" in rw("prompt", "diff", "user/review", "mine.md").stderr
    assert data("prompt", "diff", "user/review", "mine.md")["diff"] == []


def test_differences_have_colors_where_someone_sees_them(ended: Callable[..., Any], used: Path) -> None:
    args = ("prompt", "diff", "user/decide", own_file(used))
    plain, colored = ended(*args)[1], ended(*args, FORCE_COLOR="1")[1]
    assert "\x1b[" not in plain
    assert "\x1b[1;7;31m35\x1b[0m" in colored


WRONG = {
    "user/decied": "did you mean 'user/decide'",
    "user/decide@ffff": "version 'ffff' of user/decide is not known; its versions: ",
    "nowhere.md": "nowhere.md: cannot be read",
}


@pytest.mark.parametrize("spec", WRONG)
def test_what_is_not_there_is_an_error(rw: Callable[..., Result], spec: str) -> None:
    assert WRONG[spec] in rw("prompt", "show", spec, code=2).stderr


def test_the_versions_of_a_prompt_are_named_where_one_is_unknown(
    rw: Callable[..., Result], used: Path, data: Callable[..., Any]
) -> None:
    versions = [
        row["version"][:8] for row in data("prompt", "ls", "--db", str(used)) if "decide" in row["prompt"]
    ]
    said = rw("prompt", "show", "user/decide@ffff", "--db", str(used), code=2).stderr
    assert f"its versions: {', '.join(versions)}" in said


def test_a_prompt_that_was_never_used_has_nothing_to_be_compared_with(rw: Callable[..., Result]) -> None:
    said = rw("prompt", "diff", "user/decide", code=2).stderr
    assert "no version of user/decide has been used" in said
