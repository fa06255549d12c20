"""One session that is to be played: who the user is, where it is stored, and what it brings from before."""

from __future__ import annotations

from dataclasses import dataclass

from graphs.messages import Mindset, Persona


@dataclass(frozen=True)
class Carried:
    """What the earlier sessions of a user left behind for the one on `day`, its `visit`-th.

    `mindset` is that of the last session's end, `since` days ago; `memory` is what a model's user wrote down;
    `past` are positions of opened items with the weights of the visible reactions, as recommenders know them.
    """

    day: int = 0
    visit: int = 1
    since: float = 0.0
    mindset: Mindset | None = None
    memory: str = ""
    past: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Seat:
    """`number` and `persona` are the user's; `id`, `key` and `scenario_id` the session's place in the store."""

    number: int
    persona: Persona
    id: int
    key: str
    scenario_id: int
    carried: Carried = Carried()
