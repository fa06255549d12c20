"""How often a run went through each node and along each edge, and what its models took for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
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


def _walk(found: Visits, session: SessionRow, turns: int) -> None:
    """Count the whole turns of a session, and the part of a turn that an error ended."""
    began = turns > 0 or session.failure is not None
    found.edges[_START, VERBS[0]] += began
    ring = list(pairwise(VERBS))
    for verb in VERBS:
        found.nodes[verb] += turns
    for edge in ring:
        found.edges[edge] += turns
    ended = turns > 0 and session.status in ("left", "truncated")
    found.edges[VERBS[-1], _END] += ended
    found.edges[VERBS[-1], VERBS[0]] += max(0, turns - (1 if ended else 0) - _last_stays(session, turns))
    _fail(found, session.failure, turns)


def _last_stays(session: SessionRow, turns: int) -> int:
    """1 where the session stopped right after its last whole turn, so that no way out of it was taken."""
    failed_later = session.failure is not None and int(session.failure.get("turn", 0)) > turns
    return int(turns > 0 and session.status in ("failed", "running") and not failed_later)


def _fail(found: Visits, failure: Mapping[str, object] | None, turns: int) -> None:
    if failure is None:
        return
    node = str(failure.get("node", ""))
    found.errors[node] += 1
    if node in VERBS and int(str(failure.get("turn", 0))) > turns:
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
