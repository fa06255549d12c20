"""How often a run went through each node and along each edge, and what its models took for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from app.drawing.measures import Calls, Times, calls_of, counted, kinds_words, times_of
from app.drawing.shape import END, START, plain
from graphs.session import VERBS

if TYPE_CHECKING:
    from app.store.calls import NodeCalls
    from app.store.rows import RunRow, SessionRow
    from app.store.store import Store

_START, _END = plain(START), plain(END)


@dataclass
class Visits:
    """Counts of one run. `failures` are sessions by node and kind of error; `times` and `calls` are by node."""

    run: str
    sessions: int
    turns: int
    nodes: Counter[str] = field(default_factory=Counter)
    edges: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    times: Mapping[str, Times] = field(default_factory=dict)
    calls: Mapping[str, Calls] = field(default_factory=dict)

    def failed(self, node: str) -> dict[str, int]:
        """How many sessions failed at a node, by kind of error."""
        return {kind: times for (at, kind), times in self.failures.items() if at == node}

    def share(self, source: str, target: str) -> float | None:
        """The share of the visits of the source that went on to the target; None without visits."""
        whole = self.sessions if source == _START else self.nodes[source]
        return self.edges[source, target] / whole if whole else None

    def of(self, node: str) -> list[str]:
        """The facts of a node, a line each."""
        failed = self.failed(node)
        said = [counted(self.nodes[node], "visit")]
        said[0] += f" · {sum(failed.values()):,} failed" if failed else ""
        said += [self.times[node].words()] if node in self.times else []
        if node in self.calls:
            calls = self.calls[node]
            said += [" · ".join([*calls.words(), calls.cost()]), calls.tokens()]
            said += [f"rejected: {kinds_words(calls.rejected)}"] if calls.rejected else []
        return said + ([f"failed: {kinds_words(failed)}"] if failed else [])


def visits_of(store: Store, run: RunRow, calls: list[NodeCalls] | None = None) -> Visits:
    """The visits of a stored run; `calls` are its `Store.node_calls`, where they have been read already."""
    sessions = store.sessions(run.id)
    played = _turns(store, run.id)
    found = Visits(run.key, len(sessions), sum(played.values()), decisions=_decisions(store, run.id))
    for session in sessions:
        _walk(found, session, played[session.id])
    found.times = times_of(store, run.id)
    rows = store.node_calls(run.id) if calls is None else calls
    found.calls = calls_of(rows, store.call_errors(run.id))
    return found


def _turns(store: Store, run_id: int) -> Counter[int]:
    """Stored turns by the id of their session."""
    counts: Counter[int] = Counter()
    for chunk in store.turn_table(run_id=run_id):
        ids, times = np.unique(np.asarray(chunk["session"], np.int64), return_counts=True)
        counts.update(dict(zip(ids.tolist(), times.tolist(), strict=True)))
    return counts


def _decisions(store: Store, run_id: int) -> Counter[str]:
    names = ("continue", "instruct", "leave")
    counts: Counter[str] = Counter()
    for chunk in store.turn_table(run_id=run_id):
        for code, times in enumerate(np.bincount(np.asarray(chunk["decision"], np.int64), minlength=3)):
            counts[names[code]] += int(times)
    return counts


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
        _fail(found, str(failure.get("node", "")), str(failure.get("kind") or "error"))


def _fail(found: Visits, node: str, kind: str) -> None:
    """An error at a node, and the way to it."""
    found.failures[node, kind] += 1
    if node in VERBS:
        reached = VERBS[: VERBS.index(node) + 1]
        found.nodes.update(reached)
        found.edges.update(pairwise(reached))
