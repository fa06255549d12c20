"""Everything goes wrong at once, over real HTTP: nothing is lost and nothing is counted twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
from llm_stub import PROMPT, Desk, begin_session, with_desk
from pydantic import BaseModel

from app.llm.errors import AnswerError, TransportError
from app.llm.retrying import Retries
from app.llm.scripted import ScriptedServer
from app.llm.tape import Place
from app.prompts import Rendered
from app.store.store import Store

SHOWN = tuple(f"film-{n}" for n in range(8))
USER = "<items>" + "".join(f'<item id="{item}">A film</item>' for item in SHOWN) + "</items>"
RETRIES = Retries(times=8, limited=30, first=0.02, longest=0.2, chance=Random(5))
KIND = {
    "rate_limit": "rate_limit", "server_error": "server_error", "timeout": "timeout", "cut": "connection",
    "refusal": "refusal", "truncation": "truncated", "empty_choices": "empty", "ok": "accepted",
}  # fmt: skip
"""How the tape calls an outcome of the server; the other faults are invalid answers."""


class Seen(BaseModel):
    item: str
    action: Literal["skip", "open", "like"]
    watched: float


class Reviewed(BaseModel):
    reactions: list[Seen]


def check(review: Reviewed) -> None:
    ids = [reaction.item for reaction in review.reactions]
    if sorted(ids) != sorted(SHOWN):
        raise ValueError(f"the reactions are about {ids}; give one about each of {', '.join(SHOWN)}")


async def one_session(desk: Desk, session: int, turns: int) -> str:
    """How a session ends."""
    try:
        for turn in range(1, turns + 1):
            prompt = Rendered(
                PROMPT[1], PROMPT[0], "You are a user.", f"{USER} Session {session}, turn {turn}."
            )
            await desk.model.ask(Place(session, f"run-1-{session}", turn, "review"), prompt, Reviewed, check)
    except (AnswerError, TransportError) as error:
        return error.kind
    return "done"


def counted(db: Path, statement: str) -> Any:
    with closing(sqlite3.connect(db)) as connection, connection:
        rows = connection.execute(statement).fetchall()
    connection.close()
    return rows


@pytest.mark.slow
def test_with_faults_of_every_kind_server_and_tape_agree_call_by_call(store: Store, db: Path) -> None:
    sessions = begin_session(store, 60)

    async def work(desk: Desk) -> list[str]:
        return await asyncio.gather(*(one_session(desk, session, 5) for session in sessions))

    with ScriptedServer(faults="all=0.3", latency=0.005, retry_after=0.05, hold=5, seed=3) as server:
        ends = with_desk(server.base_url, work, store=store, retries=RETRIES, concurrency=16, timeout=0.6)
        outcomes = Counter(server.counts()["outcomes"])
    expected: Counter[str] = Counter()
    for outcome, n in outcomes.items():
        expected[KIND.get(outcome, "invalid")] += n
    rows = counted(db, "SELECT coalesce(error, 'accepted') FROM call")
    assert Counter(error.partition(":")[0] for (error,) in rows) == expected
    assert len(expected) == 9
    assert Counter(ends)["done"] > 40
    assert set(ends) <= {"done", "invalid", "refusal", "truncated", "empty"}


@pytest.mark.slow
def test_under_a_rate_limit_every_question_is_answered(store: Store) -> None:
    sessions = begin_session(store, 40)

    async def work(desk: Desk) -> tuple[list[str], int]:
        ends = await asyncio.gather(*(one_session(desk, session, 2) for session in sessions))
        return ends, desk.caller.usage.calls

    with ScriptedServer(rpm=1200, latency=0.01, retry_after=0.2) as server:
        ends, calls = with_desk(server.base_url, work, store=store, retries=RETRIES, concurrency=32)
        counts = server.counts()
    assert set(ends) == {"done"}
    assert (calls, counts["outcomes"]["ok"]) == (counts["calls"], 80)
    assert 0 < counts["outcomes"]["throttled"] < 160
