"""What the user's prompts are given: plain values, bounded in length, of a persona, its visit and its memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.prompts.fencing import clip
from app.prompts.past import Catalog, TurnLine, outcome, own_turn, past_titles, window
from graphs.messages import Leave, Persona, Reaction, Review, Session, Turn
from graphs.ports import UserView

PAST_TITLES = 12
MOST_TURNS, TURN_STEP = 4, 2
"""Earlier turns in a prompt: at most 4, dropped 2 at a time."""
_SAID, _MESSAGE, _SUMMARY, _DONE, _THOUGHT, _BIO, _MEMORY = 120, 120, 50, 100, 60, 480, 600
"""Most UTF-8 bytes of each text."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One item that was looked at, in the user's own words."""

    title: str
    outcome: str
    thought: str


def person(
    persona: Persona, catalog: Catalog, turns: Sequence[Turn], noun: str, memory: str
) -> dict[str, Any]:
    """Who the user is and what happened before, raw: titles and deeds instead of a profile of its taste."""
    bio = clip(persona.bio, _BIO)
    return {
        "noun": noun,
        "persona": persona if bio == persona.bio else persona.model_copy(update={"bio": bio}),
        "past": past_titles(persona.history, catalog, PAST_TITLES),
        "memory": clip(memory, _MEMORY),
        "turns": [_line(turn, catalog) for turn in window(turns, MOST_TURNS, TURN_STEP)],
    }


def about_visit(view: UserView, review: Review | None) -> dict[str, Any]:
    """How the visit stands; the time of `review`, where it is given, is spent too."""
    minutes = view.persona.traits.minutes
    spent = sum(turn.review.minutes for turn in view.turns) + (review.minutes if review else 0.0)
    return {
        "number": view.turn,
        "minutes": round(minutes),
        "minutes_left": max(0, round(minutes - spent)),
        "mindset": view.mindset,
        "asked": clip(view.request.words, _SAID) if view.request else "",
        "message": clip(view.slate.message, _MESSAGE),
    }


def looked_at(reactions: Sequence[Reaction], catalog: Catalog) -> list[Looked]:
    return [Looked(catalog[r.item].title, outcome(r), clip(r.thought, _THOUGHT)) for r in reactions]


def ending(session: Session) -> str:
    """How the session ended, as the user saw it."""
    last = session.turns[-1].decision
    if isinstance(last, Leave):
        return f"left ({last.reason})" + (f", saying: {clip(last.words, _SAID)}" if last.words else "")
    return "was called away in the middle"


def _line(turn: Turn, catalog: Catalog) -> TurnLine:
    line = own_turn(turn, catalog)
    return TurnLine(
        line.number, clip(line.asked, _SAID), clip(line.done, _DONE), clip(line.summary, _SUMMARY)
    )
