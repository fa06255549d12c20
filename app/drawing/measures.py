"""What the nodes of a run or of one turn took: time, and what language models were asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from app.prompts.nodes import node_of
from app.store.calls import FROM_CACHE

if TYPE_CHECKING:
    from app.store.calls import NodeCalls
    from app.store.rows import CallRow
    from app.store.store import Store


UNKNOWN_COST = "cost unknown"


@dataclass(frozen=True)
class Times:
    """Milliseconds of the finished steps of one node."""

    steps: int
    median: float
    p95: float
    mean: float

    @classmethod
    def of(cls, ms: Sequence[float]) -> Times:
        """Of one value or more."""
        median, p95 = np.quantile(ms, (0.5, 0.95))
        return cls(len(ms), float(median), float(p95), float(np.mean(ms)))

    def words(self) -> str:
        return f"ms: median {rounded(self.median)}, p95 {rounded(self.p95)}, mean {rounded(self.mean)}"

    def data(self) -> dict[str, Any]:
        return {
            "steps": self.steps,
            "median": round(self.median, 3),
            "p95": round(self.p95, 3),
            "mean": round(self.mean, 3),
        }


@dataclass(frozen=True)
class Calls:
    """Calls of one node. Tokens and `usd` are None where those of any answered call are unknown.

    `retries` are the attempts beyond the first; `rejected` counts by kind the answers that were not accepted.
    """

    calls: int = 0
    cached: int = 0
    retries: int = 0
    prompt_tokens: int | None = 0
    completion_tokens: int | None = 0
    usd: float | None = 0.0
    rejected: Mapping[str, int] | None = None

    def __add__(self, other: Calls) -> Calls:
        return Calls(
            self.calls + other.calls,
            self.cached + other.cached,
            self.retries + other.retries,
            _sum(self.prompt_tokens, other.prompt_tokens),
            _sum(self.completion_tokens, other.completion_tokens),
            None if self.usd is None or other.usd is None else self.usd + other.usd,
            Counter(self.rejected or {}) + Counter(other.rejected or {}),
        )

    def words(self) -> list[str]:
        """Each fact in a few words, those that are nought left out."""
        said = [counted(self.calls, "call")] if self.calls or not self.cached else []
        said += [f"{self.cached:,} from cache"] if self.cached else []
        return said + ([retries_of(self.retries)] if self.retries else [])

    def tokens(self) -> str:
        if self.prompt_tokens is None or self.completion_tokens is None:
            return "tokens unknown"
        return f"{self.prompt_tokens:,} tokens in, {self.completion_tokens:,} out"

    def cost(self) -> str:
        return UNKNOWN_COST if self.usd is None else f"${self.usd:,.4f}"

    def data(self) -> dict[str, Any]:
        """JSON values; null is unknown."""
        return {
            "calls": self.calls,
            "cached": self.cached,
            "retries": self.retries,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "usd": self.usd,
            "rejected": dict(self.rejected or {}),
        }


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def rounded(ms: float) -> str:
    """Milliseconds, small ones with a decimal."""
    return f"{ms:,.0f}" if ms >= 9.95 else f"{ms:.1f}"


def counted(n: int, noun: str) -> str:
    """`1 call`, `2,000 calls`."""
    return f"{n:,} {noun}{'s' * (n != 1)}"


def retries_of(n: int) -> str:
    return f"{n:,} {'retry' if n == 1 else 'retries'}"


def kinds_words(kinds: Mapping[str, int]) -> str:
    """`invalid 4, rate_limit 2`."""
    return ", ".join(f"{kind} {times:,}" for kind, times in kinds.items())


def times_of(store: Store, run_id: int) -> dict[str, Times]:
    """By node; steps are kept only where a model plays a role."""
    took: dict[str, list[float]] = defaultdict(list)
    for chunk in store.step_table(run_id):
        for node, ms in zip(chunk["node"], chunk["ms"], strict=True):
            took[node].append(ms)
    return {node: Times.of(ms) for node, ms in took.items()}


def calls_of(rows: Sequence[NodeCalls], errors: Iterable[tuple[str, str]]) -> dict[str, Calls]:
    """By node, those of single items under their node; `errors` are nodes with the kind of a rejected answer."""
    found: dict[str, Calls] = defaultdict(Calls)
    for row in rows:
        known, priced = not row.unmetered, not row.unpriced
        found[node_of(row.node)] += Calls(
            row.calls,
            row.cached,
            row.retries,
            row.prompt_tokens if known else None,
            row.completion_tokens if known else None,
            row.priced_usd if priced else None,
        )
    for node, kind in errors:
        found[node_of(node)] += Calls(rejected={kind: 1})
    return dict(found)


def calls_in(rows: Sequence[CallRow]) -> Calls | None:
    """The calls of one step; None where it made none."""
    return reduce(Calls.__add__, map(_one, rows)) if rows else None


def _one(row: CallRow) -> Calls:
    if row.finish_reason == FROM_CACHE:
        return Calls(cached=1, usd=row.usd)
    rejected = {} if row.accepted else {(row.error or "").partition(":")[0]: 1}
    retried = int(row.attempt > 1)
    if row.latency_ms is None:
        return Calls(1, 0, retried, rejected=rejected)
    return Calls(1, 0, retried, row.prompt_tokens, row.completion_tokens, row.usd, rejected)
