"""CPU per model call, ours with tape and store beside a bare `openai` client, and wall time against the ideal.

    python benchmarks/llm_overhead.py [calls] [rounds] [sessions]

The server is the scripted one, in a process of its own. Ours is everything from `Model.ask` to the answer:
strict schema, ChatOpenAI, validation, tape row, commit, acknowledgment. Bare is
`AsyncOpenAI.chat.completions.create` with the same schema, and `model_validate_json`. Both in turns in one
process, 16 calls at once, the best of the rounds counts. Then `sessions` of ten calls, one after the other in
each, against a latency of 1 s with 64 calls at once: ideal is calls × latency / 64.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openai
from pydantic import BaseModel

from app.llm.caller import Caller
from app.llm.endpoint import Endpoint
from app.llm.model import Model, Place
from app.llm.schema import form_of
from app.llm.tape import Tape
from app.prompts import Rendered
from app.store.runs import session_key
from app.store.store import Store

SLATE, AT_ONCE, WIDE, TURNS = 10, 16, 64, 10
PROMPT = ("h", "benchmark", "")
SYSTEM = "You are a user of a film service. " * 60
ITEMS = "".join(
    f'<item id="film-{n}">A film of some kind, with a few words about it</item>' for n in range(SLATE)
)
USER = f"<items>{ITEMS}</items>"


class Seen(BaseModel):
    item: str
    actions: list[str]
    watched: float
    thought: str


class Reviewed(BaseModel):
    reactions: list[Seen]
    summary: str


Ask = Callable[[int, int], Awaitable[Reviewed]]


@contextmanager
def served(latency: float) -> Iterator[str]:
    """The address of a scripted server in another process."""
    code = (
        "import sys, time\nfrom app.llm.scripted import ScriptedServer\n"
        f"with ScriptedServer(latency={latency}) as server:\n"
        "    print(server.base_url, flush=True)\n    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.communicate("")


def begin(store: Store, sessions: int) -> list[tuple[int, str]]:
    """(id, key) of new sessions."""
    run = store.start_run("benchmark", 1, {}, sessions, "0")
    catalog = store.save_catalog("benchmark", "0", "", [("i", "Item", "{}")], {})
    arm = store.add_arm(run.id, 1, "arm", recommender="llm", mind="llm", catalog_id=catalog)
    store.save_personas([("p", "", "{}")])
    scenarios = store.add_scenarios(run.id, [(n, "p", n) for n in range(1, sessions + 1)])
    found = [(i, session_key(run.key, 1, n)) for n, i in enumerate(store.new_session_ids(sessions), 1)]
    empty = ("running", None, None, 0, 0, 0.0, 0.0, *[None] * 8)
    rows = [(i, k, arm.id, scenarios[n], *empty) for n, (i, k) in enumerate(found, 1)]
    store.put({"session": rows}).wait()
    return found


def words(session: int, turn: int) -> str:
    return f"{USER} Session {session}, turn {turn}."


def bare(client: openai.AsyncOpenAI) -> Ask:
    form: Any = form_of(Reviewed).response_format

    async def ask(session: int, turn: int) -> Reviewed:
        messages: list[Any] = [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": words(session, turn)},
        ]
        reply = await client.chat.completions.create(
            model="m",
            messages=messages,
            response_format=form,
            seed=session * 1000 + turn,
        )
        return Reviewed.model_validate_json(reply.choices[0].message.content or "")

    return ask


def ours(model: Model, sessions: list[tuple[int, str]]) -> Ask:
    async def ask(session: int, turn: int) -> Reviewed:
        number, key = sessions[session]
        prompt = Rendered(PROMPT[1], PROMPT[0], SYSTEM, words(session, turn))
        return await model.ask(Place(number, key, turn, "review"), prompt, Reviewed)

    return ask


async def measured(ask: Ask, sessions: int, turns: int, at_once: int) -> tuple[float, float]:
    """CPU and wall seconds of sessions that ask one question after the other, `at_once` of them at a time."""
    waiting = iter(range(sessions))

    async def work() -> None:
        for session in waiting:
            for turn in range(1, turns + 1):
                await ask(session, turn)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return time.process_time() - cpu, time.perf_counter() - wall


async def overhead(store: Store, url: str, calls: int, rounds: int) -> None:
    best: dict[str, float] = {}
    turns = calls // AT_ONCE
    async with (
        Endpoint(url, concurrency=AT_ONCE) as endpoint,
        openai.AsyncOpenAI(base_url=url, api_key="none") as sdk,
    ):
        for _ in range(rounds + 1):
            sessions = begin(store, AT_ONCE)
            tape = Tape(store)
            await tape.add_prompts([PROMPT])
            model = Model(Caller(endpoint, tape=tape), "m", seed=7)
            for name, ask in (("bare", bare(sdk)), ("ours", ours(model, sessions))):
                cpu, _ = await measured(ask, AT_ONCE, turns, AT_ONCE)
                best[name] = min(best.get(name, cpu), cpu)
    per_call = {name: 1000 * cpu / (turns * AT_ONCE) for name, cpu in best.items()}
    ratio = per_call["ours"] / per_call["bare"]
    print(f"CPU per call: ours {per_call['ours']:.2f} ms, bare {per_call['bare']:.2f} ms, ratio {ratio:.2f}")
    print(json.dumps({"cpu_ms": per_call, "ratio": round(ratio, 3)}))


async def wall(store: Store, url: str, count: int, latency: float) -> None:
    sessions = begin(store, count)
    tape = Tape(store)
    await tape.add_prompts([PROMPT])
    async with Endpoint(url, concurrency=WIDE) as endpoint:
        model = Model(Caller(endpoint, tape=tape), "m", seed=7)
        cpu, seconds = await measured(ours(model, sessions), count, TURNS, count)
        ideal = count * TURNS * latency / min(WIDE, count)
        print(
            f"{count} sessions × {TURNS} calls, {latency:g} s latency, {WIDE} at once (peak {endpoint.gate.peak}): "
            f"{seconds:.1f} s, ideal {ideal:.1f} s, ratio {seconds / ideal:.3f}, CPU {cpu:.1f} s"
        )


def main(calls: int = 800, rounds: int = 4, sessions: int = 200) -> None:
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "benchmark.db") as store:
        with served(0.0) as url:
            asyncio.run(overhead(store, url, calls, rounds))
        with served(1.0) as url:
            asyncio.run(wall(store, url, sessions, 1.0))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
