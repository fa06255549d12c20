"""Two sessions of the same user beside each other: where they part, and what each came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

Data = Mapping[str, Any]
PARTS = ("request", "plan", "slate", "review", "after", "decision")
"""What a turn is compared by, in the order in which it happens."""
_NODE_OF = {
    "request": "decide", "plan": "reason", "slate": "rerank", "review": "review", "after": "update_mindset",
    "decision": "decide",
}  # fmt: skip


@dataclass(frozen=True)
class TurnPair:
    """One turn of both sessions; None where a session has ended before. `apart` names what is not the same."""

    number: int
    one: Data | None
    other: Data | None
    apart: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        return {
            "turn": self.number,
            "one": told(self.one),
            "other": told(self.other),
            "apart": list(self.apart),
        }


@dataclass(frozen=True)
class SessionDiff:
    """`one` and `other` are sessions as `SessionView.data()` tells them."""

    one: Data
    other: Data
    turns: tuple[TurnPair, ...]

    @property
    def parts_at(self) -> tuple[int, str] | None:
        """Turn and node at which they first differ."""
        for pair in self.turns:
            if pair.apart:
                return pair.number, _NODE_OF.get(pair.apart[0], "reason")
        return None

    def data(self) -> dict[str, Any]:
        at = self.parts_at
        return {
            "one": ended(self.one),
            "other": ended(self.other),
            "first_difference": None if at is None else {"turn": at[0], "node": at[1]},
            "turns": [pair.data() for pair in self.turns],
        }


def diff(one: Data, other: Data) -> SessionDiff:
    """The turns of both sessions side by side."""
    pairs = zip_longest(one["turns"], other["turns"])
    return SessionDiff(one, other, tuple(_pair(number, *pair) for number, pair in enumerate(pairs, 1)))


def _pair(number: int, one: Data | None, other: Data | None) -> TurnPair:
    if one is None or other is None:
        return TurnPair(number, one, other, ("request",))
    apart = tuple(part for part in PARTS if _essence(part, one) != _essence(part, other))
    return TurnPair(number, one, other, apart)


def _essence(part: str, turn: Data) -> Any:
    """A part of a turn without what words alone change."""
    value = turn[part]
    if part == "slate":
        return [slot["item"] for slot in value]
    if part == "review":
        return [(r["item"], tuple(r["actions"]), r["watched"]) for r in value["reactions"]]
    if part == "plan":
        kept = ("directives", "queries", "filters", "weights")
        return {name: (value or {}).get(name) or None for name in kept}
    return value


def told(turn: Data | None) -> dict[str, Any] | None:
    """A turn in a few figures."""
    if turn is None:
        return None
    reactions = turn["review"]["reactions"]
    decision = turn["decision"]
    return {
        "items": [slot["item"] for slot in turn["slate"]],
        "seen": len(reactions),
        "opened": _count(reactions, "open"),
        "liked": _count(reactions, "like"),
        "satisfaction": (turn["after"] or {}).get("satisfaction"),
        "decision": decision["kind"],
        "words": (decision.get("instruction") or {}).get("words") or decision.get("reason"),
    }


def _count(reactions: Sequence[Data], action: str) -> int:
    return sum(action in reaction["actions"] for reaction in reactions)


def ended(session: Data) -> dict[str, Any]:
    """What a session came to."""
    turns = session["turns"]
    last = turns[-1]["after"] if turns else None
    names = ("session", "status", "leave_reason", "minutes", "reward", "failure")
    return {name: session[name] for name in names} | {
        "turns": len(turns),
        "satisfaction": (last or {}).get("satisfaction"),
    }
