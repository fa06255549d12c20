"""`kill -9` while models play users over several days: no acknowledged call is paid again, the end is the same."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import batch
from app.llm.scripted import ScriptedServer
from app.settings import Settings
from app.store.store import Store
from tests.batch.running import newest, rest_of_world, shown

ROOT = Path(__file__).parents[2]
USERS, DAYS, IN_FLIGHT = 6, 5, 6
KILLS = {1: 8, 2: 6}
"""How often a run of so many workers is killed."""

CHILD = """
import sys
from app import batch
from app.settings import Settings
from app.store.store import Store

if __name__ == "__main__":
    with Store.open(sys.argv[1]) as store:
        runs = store.runs(1)
        if runs:
            batch.resume(store, batch.rest_of(store, runs[0], allow_drift=True))
        else:
            batch.execute(Settings.model_validate_json(sys.argv[2]), store)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with (
        ScriptedServer(latency="lognormal:0.05,0.4", keep=100_000) as running,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("OPENAI_BASE_URL", running.base_url)
        patch.setenv("OPENAI_API_KEY", "any")
        yield running


def settings(**given: Any) -> Settings:
    """Every call has a seed of its own: of its user, visit, turn and node."""
    usual = {"sessions": USERS, "days": DAYS, "max_turns": 2, "mind": "llm", "recommender": ("llm",)}
    return Settings(**(usual | {"model": ("scripted",), "concurrency": IN_FLIGHT} | given))


@pytest.fixture(scope="module")
def uncut(
    server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Any], list[Any], int]:
    """What a run that is never interrupted shows, its sessions, and how many calls it makes."""
    with Store.open(tmp_path_factory.mktemp("uncut") / "a.db") as store:
        batch.execute(settings(), store)
        run = newest(store)
        return shown(store, run), rest_of_world(store, run), store.call_totals(run.id).calls


def sent(server: ScriptedServer, since: int) -> list[int]:
    """The seeds of all calls of sessions; the tiny call before a run has none."""
    return [body["seed"] for body in server.requests()[since:] if "seed" in body]


def taped(path: Path) -> list[int]:
    """The seeds of all acknowledged calls of sessions."""
    if not path.exists():
        return []
    connection = sqlite3.connect(path)
    try:
        return [seed for (seed,) in connection.execute("select seed from call where session_id is not null")]
    finally:
        connection.close()


def killed(
    script: Path, path: Path, given: Settings, server: ScriptedServer, after: int, seconds: float
) -> bool:
    """Whether the process was killed, `seconds` after so many calls; else it came to its end before."""
    begun = len(server.requests())
    command = [sys.executable, str(script), str(path), given.model_dump_json()]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **pipes) as child:
        assert child.stdout is not None
        while child.poll() is None and len(server.requests()) - begun < after:
            time.sleep(0.01)
        time.sleep(seconds)
        child.kill()
        child.stdout.read()  # to its end: its workers hold the stream too
    assert child.returncode in (0, -9)
    return child.returncode == -9


@pytest.mark.slow
@pytest.mark.parametrize("workers", list(KILLS))
def test_users_of_several_days_go_on_after_a_kill(
    workers: int, tmp_path: Path, server: ScriptedServer, uncut: tuple[list[Any], list[Any], int]
) -> None:
    script, path = tmp_path / "child.py", tmp_path / "cut.db"
    script.write_text(CHILD)
    chance, begun = random.Random(workers), len(server.requests())
    kills, again, later = 0, 0, 0
    for _ in range(KILLS[workers]):
        known, before = set(taped(path)), len(server.requests())
        kills += killed(
            script, path, settings(workers=workers), server, chance.randint(4, 26), chance.uniform(0.0, 0.08)
        )
        again += len(known & set(sent(server, before)))
        later += _begun_later(path)
    with Store.open(path) as store:
        known, before = set(taped(path)), len(server.requests())
        rest = batch.rest_of(store, newest(store), allow_drift=True)
        batch.resume(store, rest, workers=1)
        again += len(known & set(sent(server, before)))
        run = newest(store)
        assert shown(store, run) == uncut[0]
        assert rest_of_world(store, run) == uncut[1]
        assert store.call_totals(run.id).calls == uncut[2] == len(set(taped(path)))
    paid = len(sent(server, begun))
    print(
        f"\n{workers} worker(s): {kills} kills, {later} with users on a later day; {uncut[2]} calls on the tape, "
        f"{paid - uncut[2]} paid twice (in flight at a kill), {again} after their answer"
    )
    assert kills >= KILLS[workers] - 1
    assert later > 0
    assert again == 0
    assert paid - uncut[2] <= kills * IN_FLIGHT


def _begun_later(path: Path) -> bool:
    """Whether a user on a later day is not through yet."""
    with Store.open(path) as store:
        rows = store.sessions(newest(store).id, visits=True)
        return any("." in row.key and row.status == "running" for row in rows)
