"""`kill -9` at random moments: nothing that was reported is lost, nothing is there twice, and the end is the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app import batch
from app.errors import StoreError
from app.plans import plan_of
from app.settings import Settings
from app.store.rows import RunRow
from app.store.store import Store
from tests.batch.running import newest, rest_of_world, shown

ROOT = Path(__file__).parents[2]
SESSIONS = 400
KILLS = {1: 20, 2: 14}
"""How often a run of so many workers is killed."""

CHILD = """
import sys
from app import batch
from app.plans import plan_of
from app.settings import Settings
from app.store.store import Store

class Reports:
    done = 0
    def total(self, n):
        print("begun", flush=True)
    def advance(self, n, text):
        self.done += n
        print(self.done, flush=True)

if __name__ == "__main__":
    path, workers, sessions = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with Store.open(path) as store:
        runs = store.runs(1)
        if runs:
            batch.resume(store, batch.rest_of(store, runs[0], allow_drift=True), Reports())
        else:
            batch.execute_plan(plan_of(Settings(
                sessions=sessions, cohort=5, max_turns=8, recommender=("agent",), workers=workers)), store, Reports())
"""


@dataclass
class Figures:
    """What a series of kills came to."""

    kills: int = 0
    lost: int = 0
    duplicated: int = 0
    reported: int = 0


def _plan_settings() -> Settings:
    return Settings(sessions=SESSIONS, cohort=5, max_turns=8, recommender=("agent",))


def _stored(path: Path) -> tuple[RunRow | None, list[str]]:
    """The run and the keys of its sessions, as they are in the database now."""
    try:
        with Store.open(path, create=False) as store:
            runs = store.runs(1)
            return (runs[0], [row.key for row in store.sessions(runs[0].id)]) if runs else (None, [])
    except StoreError:
        return None, []


def _killed(script: Path, path: Path, workers: int, chance: random.Random, figures: Figures) -> None:
    """One process killed at a random moment: mostly while it plays, else while it starts; unless it ends before."""
    before = len(_stored(path)[1])
    command = [sys.executable, str(script), str(path), str(workers), str(SESSIONS)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as child:
        assert child.stdout is not None
        lines = chance.choice((0, 1, 2, 4, 6, 8, 12))
        said = [child.stdout.readline() for _ in range(lines)]
        time.sleep(chance.uniform(0.0, 0.1 if lines else 3.0))
        child.send_signal(signal.SIGKILL)
        said += child.stdout.readlines()
    assert child.returncode in (0, -signal.SIGKILL)
    figures.kills += child.returncode == -signal.SIGKILL
    reported = max((int(line) for line in said if line.strip().isdigit()), default=0)
    keys = _stored(path)[1]
    figures.reported += reported
    figures.lost += max(0, before + reported - len(keys))
    figures.duplicated += len(keys) - len(set(keys))


@pytest.mark.slow
@pytest.mark.parametrize("workers", list(KILLS))
def test_a_run_killed_at_random_moments_loses_and_duplicates_nothing(tmp_path: Path, workers: int) -> None:
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    chance = random.Random(workers)
    with Store.open(tmp_path / "whole.db") as store:
        uncut = batch.execute_plan(plan_of(_plan_settings()), store)
        exposures, sessions = shown(store, newest(store)), rest_of_world(store, newest(store))
    figures, series = Figures(), 0
    while figures.kills < KILLS[workers]:
        series += 1
        path = tmp_path / f"{series}.db"
        while figures.kills < KILLS[workers] and len(_stored(path)[1]) < SESSIONS:
            _killed(script, path, workers, chance, figures)
        if _stored(path)[0] is None:
            continue
        with Store.open(path) as store:
            rest = batch.rest_of(store, newest(store), allow_drift=True)
            if not rest.done:
                batch.resume(store, rest, workers=1)
            assert shown(store, newest(store)) == exposures
            assert rest_of_world(store, newest(store)) == sessions
    print(
        f"\n{workers} worker(s): {figures.kills} kills in {series} run(s) of {SESSIONS} sessions; "
        f"reported {figures.reported}, lost {figures.lost}, duplicated {figures.duplicated}"
    )
    assert (figures.lost, figures.duplicated) == (0, 0)
    assert uncut.done == SESSIONS
