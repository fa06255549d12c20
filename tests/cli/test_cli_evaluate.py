"""`recoworld evaluate ghost` over sessions that were played with a ghost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli.program import cli

Run = Callable[..., Result]


def _play(seed: int) -> None:
    args = ["play", "--ghost", "embedded", "--slate-size", "3", "--seed", str(seed)]
    typed = "w\n\nl\n\nl\n\nwl\nleave\n"
    assert CliRunner().invoke(cli, args, input=typed, prog_name="recoworld").exit_code == 0


def test_without_a_ghost_it_says_how_to_play_one(rw: Run) -> None:
    rw("run", "--sessions", "2")
    assert "recoworld play --as user --ghost embedded" in rw("evaluate", "ghost", code=2).stderr
    assert "in latest" in rw("evaluate", "ghost", "latest", code=2).stderr


def test_without_a_subcommand_the_help_is_shown(rw: Run) -> None:
    assert rw("evaluate").stdout == rw("evaluate", "--help").stdout


def test_an_unknown_run_is_said(rw: Run) -> None:
    _play(3)
    assert "unknown run 'zz'" in rw("evaluate", "ghost", "zz", code=2).stderr


def test_sessions_are_pooled_and_may_be_chosen(data: Callable[..., Any]) -> None:
    for seed in (3, 4):
        _play(seed)
    (both,) = data("evaluate", "ghost", "all")
    (last,) = data("evaluate", "ghost", "latest")
    (pair,) = data("evaluate", "ghost", "latest", "latest~1")
    assert (both["ghost"], both["sessions"], last["sessions"], both == pair) == ("embedded", 2, 1, True)
    assert (both["turns"], both["agreement"]["decision"]["n"]) == (4, 4)
    assert (
        both["agreement"]["open"]["n"] == both["items"] == sum(map(sum, both["agreement"]["like"]["table"]))
    )
    assert last["agreement"]["open"]["agreement_interval"] is None
    low, high = both["agreement"]["open"]["agreement_interval"]
    assert low <= both["agreement"]["open"]["agreement"] <= high


def test_disagreements_are_items_of_both_sessions(data: Callable[..., Any]) -> None:
    _play(3)
    (found,) = data("evaluate", "ghost")
    told = found["disagreements"][0]
    turn = data("show", told["session"])["turns"][told["turn"] - 1]
    position = next(slot["position"] for slot in turn["slate"] if slot["title"] == told["title"])
    mine = next(r for r in turn["review"]["reactions"] if r["position"] == position)
    its = data("show", told["ghost_session"])["turns"][told["turn"] - 1]["review"]["reactions"][position - 1]
    assert (mine["actions"], its["actions"], its["thought"]) == (told["you"], told["ghost"], told["thought"])


@pytest.mark.parametrize("width", [60, 100])
def test_it_reads_in_the_terminal(rw: Run, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    _play(3)
    said = rw("evaluate", "ghost").stdout
    flat = " ".join(said.split())
    assert "embedded ghost 1 session, 2 turns" in flat
    assert "with 1 of them they say little" in flat
    assert max(len(line) for line in said.splitlines() if not line.startswith("next: ")) <= width
