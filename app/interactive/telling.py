"""Turns of messages as the data that the terminal shows, in the shape that a stored session has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.adherence import adherence
from graphs.messages import Instruct, Item, Mindset, Slate, Turn
from graphs.ports import Catalog

_FEELINGS = {"satisfaction", "boredom", "fatigue", "trust", "mood"}


def turn_data(turn: Turn, catalog: Catalog) -> dict[str, Any]:
    """One turn, with years and genres of its items."""
    return {
        "number": turn.number,
        "request": turn.request.model_dump(mode="json") if turn.request else None,
        "plan": turn.plan.model_dump(mode="json"),
        "message": turn.slate.message,
        "slate": slate_data(turn.slate, catalog),
        "review": turn.review.model_dump(mode="json"),
        "before": feelings(turn.before),
        "after": feelings(turn.after),
        "decision": turn.decision.model_dump(mode="json"),
        "reward": turn.reward,
    }


def slate_data(slate: Slate, catalog: Catalog) -> list[dict[str, Any]]:
    """The slots in order, each with what a person wants to know of its item."""
    slots = []
    for position, slot in enumerate(slate.slots, 1):
        item = catalog[slot.item]
        facts = {"position": position, "title": item.title, "year": item.year, "genres": item.genres}
        slots.append(slot.model_dump(mode="json") | facts)
    return slots


def feelings(mindset: Mindset) -> dict[str, float]:
    return mindset.model_dump(include=_FEELINGS)


def honored(turns: Sequence[Turn], slate: Slate, catalog: Catalog) -> tuple[float, float] | None:
    """How well the last slate and this one keep to what was asked between them; None where nothing can be judged."""
    last = turns[-1] if turns else None
    if last is None or not isinstance(last.decision, Instruct):
        return None
    asked = last.decision.instruction.directives
    old, new = _items(last.slate, catalog), _items(slate, catalog)
    before, after = adherence(asked, old, old), adherence(asked, new, old)
    return None if before is None or after is None else (before, after)


def _items(slate: Slate, catalog: Catalog) -> list[Item]:
    return [catalog[item] for item in slate.items]
