"""Exact counts of what the server did, so that a test can hold them against the call tape."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, NamedTuple

CALLS = ("chat/completions", "embeddings")
"""The paths whose requests are calls of a model."""


class Tokens(NamedTuple):
    """Tokens of one call."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0


class Counts:
    """Every request is counted once, just before the last byte of its reply is written.

    So whoever has read a reply finds it counted. A request is `pending` until then.
    """

    def __init__(self) -> None:
        self.open = self.connections = self.most_open = 0
        self._start()

    def _start(self) -> None:
        self.pending: Counter[str] = Counter()
        self.by_path: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.tokens: Counter[str] = Counter()
        self.repeated = 0
        self._answered: set[int] = set()

    def reset(self) -> None:
        """Starts again at nought; what is pending stays so, and so do the open connections."""
        pending = self.pending
        self._start()
        self.pending = pending
        self.connections = self.most_open = self.open

    def connected(self) -> None:
        self.open += 1
        self.connections += 1
        self.most_open = max(self.most_open, self.open)

    def disconnected(self) -> None:
        self.open -= 1

    def done(self, path: str, outcome: str, tokens: Tokens | None = None, content: int | None = None) -> None:
        """One request came to its end. `tokens` and the `content` hash are given where it was answered."""
        self.by_path[path][outcome] += 1
        if tokens is not None:
            self.tokens.update(tokens._asdict())
        if content is not None:
            self.repeated += content in self._answered
            self._answered.add(content)

    def data(self) -> dict[str, Any]:
        """The counts as JSON, see docs/scripted-server.md."""
        calls: Counter[str] = Counter()
        for path in CALLS:
            calls.update(self.by_path.get(path, {}))
        pending = sum(self.pending[path] for path in CALLS)
        return {
            "calls": calls.total() + pending,
            "pending": pending,
            "outcomes": dict(sorted(calls.items())),
            "repeated": self.repeated,
            "tokens": {name: self.tokens[name] for name in Tokens._fields},
            "paths": {path: dict(sorted(counts.items())) for path, counts in sorted(self.by_path.items())},
            "connections": {"open": self.open, "most": self.most_open, "total": self.connections},
        }
