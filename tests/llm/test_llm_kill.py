"""`kill -9` at random moments with 16 calls in flight: no answer that was given is paid again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from llm_stub import GOOD, begin_session

from app.llm.scripted import ScriptedServer
from app.store.store import Store

ROOT = Path(__file__).parents[2]
SESSIONS, TURNS, KILLS, IN_FLIGHT = 16, 40, 10, 16


def start(db: Path, url: str, first: int) -> subprocess.Popen[str]:
    search = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "llm")])
    command = [sys.executable, str(ROOT / "tests" / "llm" / "llm_child.py"), db, url, first, SESSIONS, TURNS]
    return subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": search},
    )


def run_for(
    child: subprocess.Popen[str], known: set[str], answers: int | None = None, seconds: float = 0.0
) -> set[str]:
    """The new answers the process was given until it is killed `seconds` after so many of them, or ends."""
    assert child.stdout is not None
    given: set[str] = set()
    for line in child.stdout:
        given |= {line.strip()} - known
        if answers is not None and len(given) >= answers:
            time.sleep(seconds)
            child.kill()
            answers = None
    return given


@pytest.mark.slow
def test_no_acknowledged_call_is_paid_again(db: Path) -> None:
    chance = Random(11)
    acknowledged: set[str] = set()
    repeated: list[str] = []
    killed = 0
    with Store.open(db) as store:
        first = begin_session(store, SESSIONS)[0]
    with ScriptedServer(latency="lognormal:0.3,0.4", reply=lambda _: GOOD, keep=100_000) as server:
        while "done" not in acknowledged:
            seen = len(server.requests())
            with start(db, server.base_url, first) as child:
                kill_at = (chance.randint(20, 60), 0.3 * chance.random()) if killed < KILLS else ()
                given = run_for(child, acknowledged, *kill_at)
            sent = [body["messages"][1]["content"] for body in server.requests()[seen:]]
            repeated += [question for question in sent if question in acknowledged]
            killed += child.returncode == -9
            acknowledged.update(given)
        paid = Counter(body["messages"][1]["content"] for body in server.requests())
    twice = sum(paid.values()) - len(paid)
    total, again = sum(paid.values()), len(repeated)
    print(
        f"{killed} kills: {total} calls paid, {twice} twice (in flight at a kill), {again} after their answer"
    )
    assert killed >= 10
    assert len(paid) == SESSIONS * TURNS
    assert repeated == []
    assert 0 < twice <= killed * IN_FLIGHT
