"""The columns of every export with their types; docs/export.md says what they mean."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

_TEXT, _INT, _REAL = pa.string(), pa.int64(), pa.float64()
_WHOSE = {"session": _TEXT, "run": _TEXT, "arm": _INT, "arm_name": _TEXT, "scenario": _INT}
_FEELINGS = ("satisfaction", "boredom", "fatigue", "trust", "mood")
_SOURCES = (
    "popular",
    "dense",
    "lexical",
    "collaborative",
    "exploration",
    "random",
    "model",
    "human",
    "plugin",
)
_ACTIONS = ("skipped", "opened", "watched", "liked", "disliked", "saved", "shared", "commented")
MESSAGE = pa.struct({"role": _TEXT, "content": _TEXT})


def _all(
    names: tuple[str, ...], kind: pa.DataType, before: str = "", after: str = ""
) -> dict[str, pa.DataType]:
    return {f"{before}{name}{after}": kind for name in names}


_COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "sessions": _WHOSE
    | _all(("run_name",), _TEXT)
    | {"seed": _INT}
    | _all(("recommender", "mind", "catalog", "persona", "persona_hash", "status"), _TEXT)
    | _all(("leave_reason", "leave_words"), _TEXT)
    | _all(("turns", "items_seen"), _INT)
    | _all(("minutes", "reward", "return_days"), _REAL)
    | {"sums": _TEXT}
    | _all(_FEELINGS, _REAL)
    | _all(("failure", "started"), _TEXT)
    | {"seconds": _REAL, "parent": _TEXT, "parent_turn": _INT, "parent_node": _TEXT},
    "turns": _WHOSE
    | {"turn": _INT, "decision": _TEXT, "seen": _INT}
    | _all(("seconds", "reward", "match_before", "match_after"), _REAL)
    | _all(_FEELINGS, _REAL, after="_before")
    | _all(_FEELINGS, _REAL)
    | _all(("request", "words", "reflection", "directives", "understood", "message", "plan"), _TEXT),
    "exposures": _WHOSE
    | _all(("turn", "position", "item"), _INT)
    | _all(("item_id", "title"), _TEXT)
    | _all(("score", "propensity"), _REAL)
    | {"reason": _INT}
    | _all(_SOURCES, _INT, before="from_")
    | _all(("seen", *_ACTIONS), _INT)
    | _all(("watch_fraction", "seconds", "utility"), _REAL)
    | {"factor": _INT, "facet": _INT, "text": _TEXT},
    "calls": {"call": _INT}
    | _WHOSE
    | {"turn": _INT, "node": _TEXT, "attempt": _INT, "position": _INT, "model": _TEXT, "seed": _INT}
    | _all(("prompt", "prompt_hash", "request_hash", "reply", "finish_reason"), _TEXT)
    | _all(("prompt_tokens", "completion_tokens", "cached_tokens"), _INT)
    | {"latency_ms": _REAL, "usd": _REAL, "accepted": _INT, "error": _TEXT},
    "trajectories": _WHOSE
    | _all(("recommender", "status", "leave_reason"), _TEXT)
    | {"turns": _INT, "messages": pa.list_(MESSAGE), "rewards": pa.list_(_REAL), "reward": _REAL}
    | {"satisfaction": pa.list_(_REAL)},
    "preferences": {"run": _TEXT, "scenario": _INT, "turn": _INT}
    | {"prompt": pa.list_(MESSAGE), "chosen": pa.list_(MESSAGE), "rejected": pa.list_(MESSAGE)}
    | _all(("chosen_session", "rejected_session", "chosen_arm", "rejected_arm"), _TEXT)
    | _all(("chosen_outcome", "rejected_outcome"), _REAL),
}

SCHEMAS: Mapping[str, pa.Schema] = {
    name: pa.schema(list(columns.items())) for name, columns in _COLUMNS.items()
}
"""By what is exported, in the order of the columns."""

JSON_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sessions": ("sums", "failure"),
    "turns": ("directives", "understood", "plan"),
    "exposures": ("text",),
}
"""Columns that hold JSON: values in JSONL, text in Parquet."""
