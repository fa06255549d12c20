"""What a session of models costs beside its calls: CPU against a bare `openai` client, wall time against the ideal.

    python benchmarks/llm_overhead.py [--sessions 40] [--rounds 5] [--wide 200] [--turns 4] [--workers 1]

The server is the scripted one, in a process of its own. Ours is a whole run as of `recoworld run --mind llm
--recommender llm`: users sampled, sessions through the compiled graph, calls checked and on the tape, every turn
and step committed. Bare is `AsyncOpenAI.chat.completions.create` with the very requests of that run, recorded
before, and `model_validate_json` of the answer's class. Both take turns in one process with 16 calls at once; CPU
seconds are those of the process with all its threads and of its `--workers`, medians of the rounds. What a run of
one session of one turn a worker takes is "ready", and is in "all in" but not in "a further call".

Then `--wide` sessions against a latency of 1 s with 64 calls at once: the ideal is calls × latency / 64.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing import forkserver
from pathlib import Path
from statistics import median
from typing import Any

import openai
from pydantic import BaseModel

from app.batch import execute
from app.llm.scripted import ScriptedServer
from app.minds.llm_answers import DecideAnswer, ReviewAnswer
from app.recommenders.llm_answers import PlanAnswer, RankAnswer
from app.settings import Settings
from app.store.store import Store

AT_ONCE, WIDE = 16, 64
ANSWERS: Mapping[str, type[BaseModel]] = {
    answer.__name__: answer for answer in (ReviewAnswer, DecideAnswer, PlanAnswer, RankAnswer)
}
Body = Mapping[str, Any]


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


def run(url: str, sessions: int, turns: int, workers: int, concurrency: int = AT_ONCE) -> int:
    """One whole run into a database of its own; the calls it made."""
    os.environ |= {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "any"}
    settings = Settings(
        sessions=sessions, max_turns=turns, mind="llm", recommender=("llm",), model=("scripted",),
        concurrency=concurrency, workers=workers,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "benchmark.db") as store:
        return int(execute(settings, store).usage["calls"])


def recorded(sessions: int, turns: int) -> list[Body]:
    """The requests of a run that ask for an answer; the run also warms everything up."""
    with ScriptedServer(keep=100_000) as server:
        run(server.base_url, sessions, turns, workers=1)
        return [body for body in server.requests() if "response_format" in body]


async def bare(url: str, bodies: Sequence[Body]) -> None:
    """All requests by the bare client, 16 at once."""
    waiting = iter(bodies)
    async with openai.AsyncOpenAI(base_url=url, api_key="any") as client:

        async def work() -> None:
            for body in waiting:
                reply = await client.chat.completions.create(**body)
                answer = ANSWERS[body["response_format"]["json_schema"]["name"]]
                answer.model_validate_json(reply.choices[0].message.content or "")

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def used() -> float:
    """CPU seconds of this process, and of the one that workers are forked from with those that have ended."""
    now, forking = os.times(), forkserver._forkserver._forkserver_pid
    own = now.user + now.system
    if forking is None:
        return own
    ticks = Path(f"/proc/{forking}/stat").read_text().rpartition(")")[2].split()[11:15]
    return own + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of CPU, and what the work returned."""
    began = used()
    result = work()
    return 1000.0 * (used() - began), result


def overhead(url: str, sessions: int, turns: int, rounds: int, workers: int) -> dict[str, float]:
    """Milliseconds of CPU a call, and their ratios."""
    bodies = recorded(sessions, turns)
    found: list[dict[str, float]] = []
    for _ in range(rounds):
        alone, _ = cpu(lambda: asyncio.run(bare(url, bodies)))
        ready, first = cpu(lambda: run(url, workers, 1, workers))
        ours, calls = cpu(lambda: run(url, sessions, turns, workers))
        per_call = {
            "bare": alone / len(bodies),
            "all_in": ours / calls,
            "further": (ours - ready) / (calls - first),
        }
        ratios = {f"{name}_ratio": per_call[name] / per_call["bare"] for name in ("all_in", "further")}
        found.append(per_call | ratios | {"ready": ready, "calls": calls})
    return {name: round(median(one[name] for one in found), 3) for name in found[0]}


def wall(url: str, sessions: int, turns: int, workers: int, latency: float) -> dict[str, float]:
    """Seconds of a run with many sessions, and of the ideal."""
    began = time.perf_counter()
    spent, calls = cpu(lambda: run(url, sessions, turns, workers, WIDE))
    seconds = time.perf_counter() - began
    ideal = calls * latency / WIDE
    took = {"calls": calls, "seconds": seconds, "ideal": ideal, "ratio": seconds / ideal}
    return {name: round(value, 3) for name, value in (took | {"cpu": spent / 1000.0}).items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, usual in (("sessions", 40), ("rounds", 5), ("wide", 200), ("turns", 4), ("workers", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args()
    result: dict[str, Any] = {}
    if given.rounds:
        with served(0.0) as url:
            result["cpu_ms"] = o = overhead(url, given.sessions, given.turns, given.rounds, given.workers)
        print(
            f"CPU a call over {o['calls']:.0f} calls: bare {o['bare']:.2f} ms, "
            f"all in {o['all_in']:.2f} ms (ratio {o['all_in_ratio']:.2f}), "
            f"a further call {o['further']:.2f} ms (ratio {o['further_ratio']:.2f}); ready in {o['ready']:.0f} ms"
        )
    if given.wide:
        with served(1.0) as url:
            result["wall"] = w = wall(url, given.wide, given.turns, given.workers, 1.0)
        print(
            f"{given.wide} sessions, {w['calls']:.0f} calls of 1 s, {WIDE} at once: {w['seconds']:.1f} s, "
            f"ideal {w['ideal']:.1f} s, ratio {w['ratio']:.3f}; CPU {w['cpu']:.1f} s"
        )
    print(json.dumps(result))


if __name__ == "__main__":
    main()
