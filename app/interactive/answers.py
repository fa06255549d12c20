"""What a person types, read as actions on an item or as what comes next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from app.minds.human import Choice, Going
from graphs.messages import Action, LeaveReason

KEYS: dict[str, Action] = {
    "s": "skip",
    "o": "open",
    "w": "watch",
    "l": "like",
    "d": "dislike",
    "v": "save",
    "+": "share",
}
ITEM_HELP = (
    "enter or s skip · o open · w watch · l like · d dislike · v save · + share · q stop looking · u undo"
)
NEXT_HELP = "enter: carry on · or say what you would like instead · leave · u undo"
_UNDO, _STOP, _HELP = ("u", "undo"), ("q", "quit", "stop"), ("?", "h", "help")
_ON = ("", "c", "continue", "carry on", "next", "go on")
_LEAVE = re.compile(r"(?:leave|quit|exit|bye|q)(?:\s+(\w+))?", re.IGNORECASE)
Order = Literal["undo", "stop", "help"]


@dataclass(frozen=True)
class Wrong:
    """Why it was not understood."""

    says: str


@dataclass(frozen=True)
class Next:
    """What comes after a slate."""

    choice: Choice


def item_answer(text: str) -> tuple[Action, ...] | Order | Wrong:
    """Actions on one item: single keys (`wl`), words (`watch, like`) or nothing, which is to skip."""
    typed = text.strip().lower()
    order = _order(typed)
    if order is not None:
        return order
    found: list[Action] = []
    for word in re.split(r"[\s,]+", typed) if typed else ["s"]:
        read = _actions(word)
        if read is None:
            return Wrong(f"{word!r} is not an action; {ITEM_HELP}")
        found += read
    if "skip" in found and len(set(found)) > 1:
        return Wrong("an item is skipped, or something is done with it; not both")
    return tuple(dict.fromkeys(found))


def _order(typed: str) -> Order | None:
    if typed in _UNDO:
        return "undo"
    return "stop" if typed in _STOP else "help" if typed in _HELP else None


def _actions(word: str) -> list[Action] | None:
    if word in KEYS.values():
        return [cast(Action, word)]
    return [KEYS[key] for key in word] if word and set(word) <= set(KEYS) else None


def next_answer(text: str) -> Next | Order | Wrong:
    """To carry on, to leave (`leave bored`), or, whatever else is said, an instruction."""
    typed = text.strip()
    low = typed.lower()
    if low in _ON:
        return Next(None)
    if low in _UNDO or low in _HELP:
        return "undo" if low in _UNDO else "help"
    leaving = _LEAVE.fullmatch(typed)
    if leaving is None:
        return Next(typed)
    reason = (leaving[1] or "done").lower()
    if reason not in get_args(LeaveReason):
        return Wrong(f"{reason!r} is not a reason to leave; give {', '.join(get_args(LeaveReason))}")
    return Next(Going(cast(LeaveReason, reason)))
