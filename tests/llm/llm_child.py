"""A process that asks questions until it is killed. Arguments: database, base URL, first session, sessions, turns.

It prints a line per answer, after the answer was returned, and `done` at the end.
"""

from __future__ import annotations

import asyncio
import sys

from llm_stub import PROMPT, QUICK, Desk, Pick, with_desk

from app.llm.tape import Place
from app.prompts import Rendered
from app.store.store import Store


async def session(desk: Desk, number: int, turns: int) -> None:
    for turn in range(1, turns + 1):
        prompt = Rendered(PROMPT[1], PROMPT[0], "You are a user.", f"Session {number}, turn {turn}.")
        await desk.model.ask(Place(number, f"run-1-{number}", turn, "review"), prompt, Pick)
        print(f"Session {number}, turn {turn}.", flush=True)


def main(db: str, url: str, first: str, sessions: str, turns: str) -> None:
    async def work(desk: Desk) -> None:
        numbers = range(int(first), int(first) + int(sessions))
        await asyncio.gather(*(session(desk, number, int(turns)) for number in numbers))
        print("done", flush=True)

    with Store.open(db) as store:
        with_desk(url, work, store=store, retries=QUICK, concurrency=16)


if __name__ == "__main__":
    main(*sys.argv[1:])
