"""`run`: the JSON object, the report, several arms, failures and interruption."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from app.errors import StoreError
from app.metrics import METRICS
from app.store.store import Store

Run = Callable[..., Result]
Started = Callable[..., subprocess.Popen[str]]
Data = Callable[..., Any]


def test_json_is_one_object_of_the_documented_shape(data: Data) -> None:
    ran = data("run", "--sessions", "8", "-r", "random", "-r", "popular", "--max-turns", "6", "--name", "n")
    assert list(ran) == ["run", "name", "seed", "seconds", "sessions", "usage", "arms"]
    assert ran["sessions"] == {"planned": 16, "done": 16, "failed": 0}
    assert set(ran["usage"]) == {"calls", "cached", "prompt_tokens", "completion_tokens", "usd"}
    assert [arm["name"] for arm in ran["arms"]] == ["random", "popular"]
    for arm in ran["arms"]:
        assert list(arm) == ["name", "recommender", "mind", "sessions", "metrics", "retention"]
        assert list(arm["metrics"]) == list(METRICS)
        assert all(set(metric) == {"mean", "low", "high", "n"} for metric in arm["metrics"].values())
        assert len(arm["retention"]) == 6


def test_json_keeps_stderr_silent(rw: Run) -> None:
    assert rw("run", "--sessions", "3", "-r", "popular", "--json").stderr == ""


def test_the_same_seed_gives_the_same_numbers(data: Data) -> None:
    one, other = (data("run", "--sessions", "6", "-r", "popular", "--seed", "3") for _ in range(2))
    assert one["arms"] == other["arms"]
    assert one["arms"] != data("run", "--sessions", "6", "-r", "popular", "--seed", "4")["arms"]


@pytest.mark.slow
def test_with_no_options_a_hundred_users_meet_the_embedded_agent(data: Data) -> None:
    ran = data("run")
    assert ran["sessions"] == {"planned": 100, "done": 100, "failed": 0}
    assert [arm["recommender"] for arm in ran["arms"]] == ["agent"]


def test_the_report_has_every_part_in_80_columns(rw: Run) -> None:
    said = rw("run", "--sessions", "20", "-r", "popular").stdout
    for part in ("Retention", "Metrics", "Why sessions ended", "What they asked for", "best ", "worst "):
        assert part in said
    assert all(len(line) <= 80 for line in said.splitlines()[:-1])
    assert len(said.splitlines()) <= 45
    assert said.splitlines()[-1].startswith("next: recoworld show ")


def test_what_the_report_names_next_can_be_shown(rw: Run) -> None:
    last = rw("run", "--sessions", "5", "-r", "popular").stdout.splitlines()[-1]
    key = last.removeprefix("next: recoworld show ").split()[0]
    assert f"session {key}" in rw("show", key).stdout


def test_variables_are_options(rw: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOWORLD_SESSIONS", "3")
    monkeypatch.setenv("RECOWORLD_RECOMMENDER", "random,popular")
    assert json.loads(rw("run", "--json").stdout)["sessions"]["planned"] == 6


def test_users_who_may_not_instruct_never_do(data: Data) -> None:
    ran = data("run", "--sessions", "10", "-r", "random", "--no-instruct")
    assert ran["arms"][0]["metrics"]["instruct_rate"]["mean"] == 0


def test_a_recommender_of_ones_own_is_an_arm(rw: Run, folder: Path) -> None:
    (folder / "mine.py").write_text(
        "class Mine:\n"
        "    def recommend(self, view):\n"
        "        return [i.id for i in view.catalog if i.id not in view.shown][: view.slate_size]\n"
    )
    ran = json.loads(rw("run", "--sessions", "3", "-r", "mine.py:Mine", "--json").stdout)
    assert ran["arms"][0]["name"] == "mine.py:Mine"
    assert ran["sessions"]["failed"] == 0


def test_too_many_failures_print_the_report_and_exit_with_3(rw: Run, folder: Path) -> None:
    (folder / "bad.py").write_text(
        "class Bad:\n    def recommend(self, view):\n        raise KeyError('no')\n"
    )
    result = rw("run", "--sessions", "4", "-r", "bad.py:Bad", "--json", code=3)
    assert json.loads(result.stdout)["sessions"] == {"planned": 4, "done": 0, "failed": 4}
    assert "4 of 4 sessions failed" in result.stderr
    assert "failed: " in rw("ls", "latest").stdout


def test_an_imported_file_is_a_catalog_by_its_stem_afterwards(rw: Run, folder: Path) -> None:
    rows = "".join(f"{i},Film {i},{1950 + i},{'Drama' if i % 2 else 'Comedy'}\n" for i in range(30))
    (folder / "mini.csv").write_text("id,title,year,genres\n" + rows)
    rw("run", "--sessions", "3", "-r", "popular", "--catalog", "mini.csv")
    rw("run", "--sessions", "3", "-r", "popular", "--catalog", "mini")
    assert [row["items"] for row in json.loads(rw("catalog", "--json").stdout) if row["name"] == "mini"] == [
        30
    ]


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_exits_with_130_and_keeps_what_finished(started: Started, folder: Path, workers: str) -> None:
    running = started("run", "--sessions", "20000", "-r", "popular", "--workers", workers, "--db", "w.db")
    kept = _wait_for_sessions(folder / "w.db", running)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "interrupted; " in said[1]
    assert said[0] == ""
    with Store.open(folder / "w.db", create=False) as store:
        run = store.runs(1)[0]
        finished = [s for s in store.sessions(run.id) if s.status != "running"]
        assert run.status == "interrupted"
        assert kept <= len(finished) < 20000
    assert f"interrupted; {len(finished):,} of 20,000 sessions are kept" in said[1]
    assert f"recoworld resume {run.key}" in said[1]


def _wait_for_sessions(db: Path, running: subprocess.Popen[str]) -> int:
    """How many sessions are stored once there are any."""
    for _ in range(600):
        time.sleep(0.1)
        assert running.poll() is None, running.communicate()
        if stored := _stored(db):
            return stored
    raise AssertionError("no session was stored within a minute")


def _stored(db: Path) -> int:
    """How many sessions there are; none while the other process still makes the database."""
    try:
        with Store.open(db, create=False) as store:
            counts = [store.session_counts(run.id) for run in store.runs(1)]
    except StoreError:
        return 0
    return sum(sum(c.values()) for by_arm in counts for c in by_arm.values())


def test_numbers_are_finite(data: Data) -> None:
    metrics = data("run", "--sessions", "5", "-r", "popular")["arms"][0]["metrics"]
    values = [v for metric in metrics.values() for v in metric.values() if v is not None]
    assert all(math.isfinite(v) for v in values)
