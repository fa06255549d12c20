"""How often a run went through each node and along each edge, and what its models took for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from app.drawing.shape import END, START, plain
from graphs.session import VERBS

if TYPE_CHECKING:
    from app.store.rows import RunRow, SessionRow
    from app.store.store import Store

_START, _END = plain(START), plain(END)
_LLM = "llm"


@dataclass
class Visits:
    """Counts of one run. `ms`: mean time of a node, where steps were kept; `usd` and `calls`: sums."""

    run: str
    sessions: int
    turns: int
    nodes: Counter[str] = field(default_factory=Counter)
    edges: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    ms: dict[str, float] = field(default_factory=dict)
    usd: dict[str, float] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    def of(self, node: str) -> list[str]:
        """The facts of a node, each in a few words."""
        said = [f"{self.nodes[node]:,} visits"]
        said += [f"{self.ms[node]:,.1f} ms"] if node in self.ms else []
        said += [f"{self.calls[node]:,} calls"] if self.calls[node] else []
        said += [f"${self.usd[node]:,.4f}"] if self.usd.get(node) else []
        return said + ([f"{self.errors[node]:,} failed"] if self.errors[node] else [])


def visits_of(store: Store, run: RunRow) -> Visits:
    """The visits of a stored run; steps and calls are kept only where a model plays a role."""
    sessions = store.sessions(run.id)
    played = _turns(store, run.id)
    found = Visits(run.key, len(sessions), sum(played.values()), decisions=_decisions(store, run.id))
    for session in sessions:
        _walk(found, session, played[session.id])
    with_models = {arm.id for arm in store.arms(run.id) if _LLM in (arm.mind, arm.recommender)}
    _measure(found, store, [session.id for session in sessions if session.arm_id in with_models])
    return found


def _turns(store: Store, run_id: int) -> Counter[int]:
    """Stored turns by the id of their session."""
    counted: Counter[int] = Counter()
    for chunk in store.turn_table(run_id=run_id):
        ids, counts = np.unique(np.asarray(chunk["session"], np.int64), return_counts=True)
        counted.update(dict(zip(ids.tolist(), counts.tolist(), strict=True)))
    return counted


def _decisions(store: Store, run_id: int) -> Counter[str]:
    names = ("continue", "instruct", "leave")
    counted: Counter[str] = Counter()
    for chunk in store.turn_table(run_id=run_id):
        for code, times in enumerate(np.bincount(np.asarray(chunk["decision"], np.int64), minlength=3)):
            counted[names[code]] += int(times)
    return counted


def _walk(found: Visits, session: SessionRow, stored: int) -> None:
    """Count the whole turns of a session, and the part of a turn that an error ended."""
    failure = session.failure or {}
    failed_in = int(failure.get("turn", 0))
    turns = min(stored, failed_in - 1) if failed_in else stored
    for verb in VERBS:
        found.nodes[verb] += turns
    for edge in pairwise(VERBS):
        found.edges[edge] += turns
    if turns or failure:
        found.edges[_START, VERBS[0]] += 1
    if turns:
        way = (_END, 1) if session.status in ("left", "truncated") else (VERBS[0], int(failed_in > turns))
        found.edges[VERBS[-1], way[0]] += way[1]
        found.edges[VERBS[-1], VERBS[0]] += turns - 1
    if failure:
        _fail(found, str(failure.get("node", "")))


def _fail(found: Visits, node: str) -> None:
    """An error at a node, and the way to it."""
    found.errors[node] += 1
    if node in VERBS:
        reached = VERBS[: VERBS.index(node) + 1]
        found.nodes.update(reached)
        found.edges.update(pairwise(reached))


def _measure(found: Visits, store: Store, ids: list[int]) -> None:
    """Mean milliseconds of the steps, and the calls and dollars of the models, by node."""
    took: dict[str, list[float]] = {}
    for session_id in ids:
        rows = store.session_rows(session_id)
        for step in rows.steps:
            took.setdefault(step.node, []).append(step.ms)
        for call in rows.calls:
            found.calls[call.node] += 1
            found.usd[call.node] = found.usd.get(call.node, 0.0) + (call.usd or 0.0)
    found.ms = {node: float(np.mean(times)) for node, times in took.items()}
