"""`run SCENARIO.yaml`, `--dry-run`, `resume`, `config schema`: what is printed and what the exit codes say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from app import batch
from app.plans import plan_of
from app.settings import Settings
from app.store.store import Store
from tests.batch.running import Stopping

Run = Callable[..., Result]
Data = Callable[..., Any]

FILE = """
apiVersion: recoworld/v1
kind: Run
name: two arms
sessions: 12
max_turns: 4
arms:
  random: {recommender: random}
  popular: {recommender: popular}
"""


@pytest.fixture
def file(folder: Path) -> Callable[[str], str]:
    """A run file with further lines."""

    def write(more: str = "") -> str:
        (folder / "run.yaml").write_text(FILE + more)
        return "run.yaml"

    return write


@pytest.fixture
def cut(folder: Path) -> Path:
    """A database with an interrupted run of 60 sessions, 20 or more of them stored."""
    settings = Settings(sessions=60, cohort=10, max_turns=4, recommender=("popular",))
    with Store.open(folder / "recoworld.db") as store, pytest.raises(KeyboardInterrupt):
        batch.execute_plan(plan_of(settings), store, Stopping(20))
    return folder / "recoworld.db"


def test_a_run_file_runs_its_arms(data: Data, file: Callable[..., str]) -> None:
    ran = data("run", file())
    assert (ran["name"], ran["sessions"]["planned"]) == ("two arms", 24)
    assert [arm["name"] for arm in ran["arms"]] == ["random", "popular"]


def test_flags_override_the_file(data: Data, file: Callable[..., str]) -> None:
    ran = data("run", file(), "--sessions", "3", "-r", "popular", "--name", "other")
    assert (ran["name"], ran["sessions"]["planned"]) == ("other", 3)


def test_a_dry_run_prints_the_effective_plan_and_stores_nothing(
    rw: Run, file: Callable[..., str], folder: Path
) -> None:
    plan = json.loads(rw("run", file("replicates: 2\n"), "--dry-run", "--seed", "5").stdout)
    assert [(arm["name"], arm["replicate"]) for arm in plan["arms"]] == [
        ("random", 0), ("popular", 0), ("random", 1), ("popular", 1),
    ]  # fmt: skip
    assert (plan["seed"], plan["file"]) == (5, "run.yaml")
    assert not (folder / "recoworld.db").exists()


def test_the_plan_of_a_dry_run_is_what_a_run_stores(rw: Run, file: Callable[..., str], folder: Path) -> None:
    plan = json.loads(rw("run", file(), "--dry-run").stdout)
    rw("run", file())
    with Store.open(folder / "recoworld.db") as store:
        stored = store.runs(1)[0].plan
    assert {key: stored[key] for key in plan} == plan


def test_a_dry_run_finds_what_is_wrong(rw: Run) -> None:
    assert "did you mean 'popular'" in rw("run", "-r", "populr", "--dry-run", code=2).stderr


def test_expectations_that_hold_are_told(rw: Run, file: Callable[..., str]) -> None:
    lines = rw("run", file("expect: [popular.turns > 1, turns < 5]\n")).stdout.splitlines()
    assert lines[-2] == "expected: 2 of 2 held"
    assert lines[-1].startswith("next: recoworld compare ")


def test_an_expectation_that_does_not_hold_ends_with_4_after_the_report(
    rw: Run, file: Callable[..., str]
) -> None:
    result = rw("run", file("expect: [popular.turns > 4.5, turns > 0]\n"), "--json", code=4)
    assert json.loads(result.stdout)["sessions"]["done"] == 24
    assert "1 of 2 that the run file expects did not hold" in result.stderr
    assert "popular.turns > 4.5: popular.turns is " in result.stderr


def test_gates_are_on_the_paired_difference(rw: Run, file: Callable[..., str]) -> None:
    gate = "gates:\n  - {{a: random, b: popular, that: 'turns > {}'}}\n"
    rw("run", file(gate.format(-9)))
    failed = rw("run", file(gate.format(9)), code=4)
    assert "popular against random, turns > 9: the interval is [" in failed.stderr


def test_a_wrong_run_file_names_its_line_and_ends_with_2(rw: Run, file: Callable[..., str]) -> None:
    result = rw("run", file("sesions: 3\n"), code=2)
    assert "run.yaml:10: unknown key 'sesions': did you mean" in result.stderr.replace("\n", " ")
    assert len(result.stderr.splitlines()) <= 5


def test_the_schema_is_printed(rw: Run) -> None:
    assert json.loads(rw("config", "schema").stdout)["title"] == "RecoWorld run file"


def test_resume_goes_on_with_the_latest_run_and_says_what_it_keeps(rw: Run, cut: Path) -> None:
    result = rw("resume")
    said = " ".join(result.stderr.split())
    assert "of 60 sessions are kept" in said
    assert "are missing and are played now" in said
    assert "60 sessions in" in result.stdout
    with Store.open(cut) as store:
        assert store.runs(1)[0].status == "done"


def test_resume_prints_the_object_of_run(data: Data, cut: Path) -> None:
    ran = data("resume", "latest")
    assert ran["sessions"] == {"planned": 60, "done": 60, "failed": 0}
    alone = data("run", "--sessions", "60", "--max-turns", "4", "-r", "popular", "--db", "other.db")
    assert ran["arms"] == alone["arms"]


def test_a_run_that_is_done_is_said_to_be(rw: Run, cut: Path) -> None:
    rw("resume")
    again = rw("resume")
    assert "is done: all of its 60 sessions are stored" in " ".join(again.stderr.split())


def test_an_interrupted_run_shows_what_it_has_and_how_to_go_on(rw: Run, data: Data, cut: Path) -> None:
    said = rw("show", "latest").stdout
    assert "of 60 sessions in" in said
    assert said.splitlines()[-1].startswith("next: recoworld resume ")
    assert 20 <= data("show", "latest")["sessions"]["done"] < 60


def test_drift_ends_with_2_and_can_be_allowed(rw: Run, cut: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.batch.drift.__version__", "9.9")
    assert "recoworld's code" in rw("resume", code=2).stderr
    rw("resume", "--allow-drift")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("resume", "nosuch"), "unknown run 'nosuch'"),
        (("resume", "latest-1-3"), "is a session; give its run"),
        (("run", "none.yaml"), "there is no such run file"),
    ],
)
def test_what_cannot_be_gone_on_with_is_named(rw: Run, cut: Path, args: tuple[str, ...], says: str) -> None:
    assert says in " ".join(rw(*args, code=2).stderr.split())
