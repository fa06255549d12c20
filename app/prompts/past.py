"""What happened before, in the few words that a prompt has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.prompts.items import label
from graphs.messages import Item, Past, Reaction, Review, Slate, Turn, VisibleTurn

_SIGNALS = ("like", "dislike", "save", "share", "comment")
_LONG, _GLANCE = 0.5, 0.05
_MOST_TOLD = 4
_Any = TypeVar("_Any")


class Catalog(Protocol):
    """The items by id."""

    def __contains__(self, item_id: object) -> bool: ...

    def __getitem__(self, item_id: str) -> Item: ...


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One earlier turn: what was asked before it, what was done with its slate, and how it felt."""

    number: int
    asked: str
    done: str
    summary: str = ""


def window(turns: Sequence[_Any], most: int, step: int) -> Sequence[_Any]:
    """The latest turns, at most `most`; older ones are dropped `step` at a time, so prefixes stay the same."""
    if len(turns) <= most:
        return turns
    return turns[-(-(len(turns) - most) // step) * step :]


def past_titles(history: Sequence[Past], catalog: Catalog, most: int) -> list[str]:
    """The latest `most` items of a visible past that the catalog has, oldest first, with ratings out of 5."""
    known = [past for past in history if past.item in catalog][-most:] if most else []
    return [label(catalog[past.item]) + _rating(past.rating) for past in known]


def _rating(rating: float | None) -> str:
    return "" if rating is None else f", {1 + 4 * rating:.0f}/5"


def own_turn(turn: Turn, catalog: Catalog) -> TurnLine:
    """A turn as its user remembers it: what it did by title, the rest by number."""
    asked = turn.request.words if turn.request else ""
    return TurnLine(turn.number, asked, done(turn.slate, turn.review, catalog), turn.review.summary)


def done(slate: Slate, review: Review, catalog: Catalog) -> str:
    """By title what it took in or said something of; everything else as numbers."""
    told = [r for r in review.reactions if r.watched >= _LONG or set(r.actions) & set(_SIGNALS)]
    opened = sum("open" in r.actions for r in review.reactions if r not in told)
    skipped = len(review.reactions) - len(told) - opened
    parts = [f"{catalog[r.item].title} ({outcome(r)})" for r in told[:_MOST_TOLD]]
    parts += [f"opened {opened + max(0, len(told) - _MOST_TOLD)} more"] if opened or told[_MOST_TOLD:] else []
    parts += [f"skipped {skipped}"] if skipped else []
    return "; ".join(parts + _unseen(slate, review)) or "nothing was shown"


def seen_turn(turn: VisibleTurn, catalog: Catalog) -> TurnLine:
    """A turn as a recommender saw it: every item looked at by title, with its visible outcome."""
    reactions = turn.review.reactions
    parts = [f"{catalog[r.item].title} ({outcome(r)})" for r in reactions if r.actions != ("skip",)]
    skipped = [catalog[r.item].title for r in reactions if r.actions == ("skip",)]
    parts += [f"skipped: {', '.join(skipped)}"] if skipped else []
    shown = "; ".join(parts + _unseen(turn.slate, turn.review)) or "nothing was shown"
    return TurnLine(turn.number, turn.request.words if turn.request else "", shown)


def _unseen(slate: Slate, review: Review) -> list[str]:
    unseen = len(slate.slots) - review.seen
    return [f"{unseen} not looked at"] if unseen else []


def outcome(reaction: Reaction) -> str:
    """`skip`, or how far it went and what was said of it: `80%, like`; `opened` for a glance."""
    signals = [action for action in reaction.actions if action in _SIGNALS]
    opened = "open" in reaction.actions or "watch" in reaction.actions
    how_far = (
        (f"{100 * reaction.watched:.0f}%" if reaction.watched >= _GLANCE else "opened") if opened else "skip"
    )
    return ", ".join((how_far, *signals))
