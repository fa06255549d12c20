"""Calls a turn and tokens of prompts of a run with models on both sides, and how much of them is a known prefix.

    python benchmarks/llm_prompts.py [--sessions 30] [--turns 8] [--prompts DIR] [--representation FORM]

The run is stored and read back; its calls are made one at a time, so that each can be held against the request
that the scripted server got. Tokens are those on the tape, by that server's rule: about four bytes each. The
prefix of a prompt is what it begins with like any earlier prompt of its session; a provider that keeps prompts
may serve that part for less. "In the run" is the same against all earlier prompts of the run, as what stands
before the person is the same for everybody.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.batch import execute
from app.llm.scripted import ScriptedServer
from app.settings import Representation, Settings
from app.store.store import Store

ROLES = {"reason": "recommender", "rerank": "recommender", "review": "user", "update_mindset": "user"}


@dataclass(frozen=True)
class Asked:
    """One call: its session, node and tokens by the tape, and the shares of it that were said before.

    `first` is True for the first of its node in the session.
    """

    session: str
    node: str
    tokens: int
    in_session: float
    in_run: float
    first: bool


def stored(
    sessions: int, turns: int, prompts: str, representation: Representation
) -> tuple[int, list[tuple[str, str, int]], list[str]]:
    """Of a run: its user-turns, (session, node, prompt tokens) of its calls, and their texts."""
    with tempfile.TemporaryDirectory() as folder, ScriptedServer(keep=1_000_000) as server:
        os.environ |= {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "any"}
        settings = Settings(
            sessions=sessions, max_turns=turns, mind="llm", recommender=("llm",), model=("scripted",),
            concurrency=1, prompts=prompts, representation=representation,
        )  # fmt: skip
        db = Path(folder) / "benchmark.db"
        with Store.open(db) as store:
            execute(settings, store)
        connection = sqlite3.connect(db)
        statement = "SELECT session, node, prompt_tokens FROM v_calls ORDER BY call"
        calls = connection.execute(statement).fetchall()
        ((number,),) = connection.execute("SELECT sum(turns) FROM session").fetchall()
        connection.close()
        texts = [said(body) for body in server.requests()]
    if len(texts) != len(calls):
        raise SystemExit(f"the server got {len(texts)} requests and the tape holds {len(calls)}")
    inside = [at for at, call in enumerate(calls) if call[0] is not None]
    return number, [calls[at] for at in inside], [texts[at] for at in inside]


def said(body: Mapping[str, Any]) -> str:
    """The messages of a request as one text."""
    return "\0".join(f"{message['role']}\0{message['content']}" for message in body["messages"])


def judged(calls: Sequence[tuple[str, str, int]], texts: Sequence[str]) -> Iterator[Asked]:
    """Every call with what its prompt has in common with earlier ones."""
    earlier: defaultdict[str, list[str]] = defaultdict(list)
    nodes: set[tuple[str, str]] = set()
    latest: dict[str, str] = {}
    for (session, node, tokens), text in zip(calls, texts, strict=True):
        own = longest(text, earlier[session])
        run = max(own, longest(text, list(latest.values())))
        yield Asked(session, node, tokens, own, run, (session, node) not in nodes)
        earlier[session].append(text)
        nodes.add((session, node))
        latest[node] = text


def longest(text: str, others: Sequence[str]) -> float:
    """The share of a text that the likest of the others begins with."""
    return max((common(text, other) for other in others), default=0) / len(text)


def common(one: str, other: str) -> int:
    """Characters that two texts begin with in common, found by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one.startswith(other[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def summed(calls: Sequence[Asked], turns: int) -> dict[str, float]:
    """Calls a turn, tokens a call, and shares of tokens."""
    tokens = sum(call.tokens for call in calls)

    def share(of: Callable[[Asked], float], among: Sequence[Asked]) -> float:
        return sum(call.tokens * of(call) for call in among) / max(1, sum(call.tokens for call in among))

    later = [call for call in calls if not call.first]
    return {
        "calls_per_turn": len(calls) / turns,
        "tokens_mean": tokens / len(calls),
        "tokens_max": max(call.tokens for call in calls),
        "prefix": share(lambda call: call.in_session, calls),
        "prefix_later": share(lambda call: call.in_session, later),
        "prefix_in_run": share(lambda call: call.in_run, calls),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--turns", type=int, default=8)
    parser.add_argument("--prompts", default="")
    parser.add_argument("--representation", default="text")
    given = parser.parse_args()
    turns, calls, texts = stored(given.sessions, given.turns, given.prompts, given.representation)
    asked = list(judged(calls, texts))
    groups = {node: [call for call in asked if call.node == node] for node in ROLES}
    for role in ("user", "recommender"):
        groups[role] = [call for call in asked if ROLES[call.node] == role]
    groups["all"] = asked
    print(f"{given.sessions} sessions, {turns} turns, {len(asked)} calls, slates of {Settings().slate_size}")
    print(f"{'':16}{'calls':>7}{'tokens':>8}{'':>7}{'known prefix of the prompt tokens':>40}")
    print(
        f"{'':16}{'a turn':>7}{'mean':>8}{'max':>7}{'in its session':>16}{'after the first':>17}{'in the run':>12}"
    )
    result = {}
    for name, some in groups.items():
        result[name] = s = summed(some, turns)
        print(
            f"{name:16}{s['calls_per_turn']:7.2f}{s['tokens_mean']:8.0f}{s['tokens_max']:7.0f}"
            f"{s['prefix']:16.1%}{s['prefix_later']:17.1%}{s['prefix_in_run']:12.1%}"
        )
    print(
        json.dumps({name: {key: round(value, 4) for key, value in s.items()} for name, s in result.items()})
    )


if __name__ == "__main__":
    main()
