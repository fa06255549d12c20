"""A crowd of embedded users over the films, and a bare loop that plays their sessions on given slates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from app.minds.embedded import EmbeddedUser
from app.minds.parameters import BehaviorParameters
from app.minds.rows import F64, I32, TRAITS, MindRows, UserRows
from app.settings import Settings
from app.world import Stage, open_catalog, population
from graphs.messages import Persona

USERS, SLATE, TURNS = 300, 10, 12
OPEN, LIKE = 2, 8


@dataclass
class Shown:
    """Just the items of n slates, int32 (n, k)."""

    items: I32


@dataclass
class Played:
    """Sums per session (n,) and, in `slots`, what was done at every place, (turns, n, k)."""

    turns: F64
    seen: F64
    minutes: F64
    instructed: F64
    enough: F64
    left: np.ndarray
    days: F64
    satisfaction: F64
    actions: np.ndarray
    watched: F64
    utility: F64
    minds: MindRows


@cache
def stage() -> Stage:
    settings = Settings(sessions=USERS, seed=11)
    return Stage(open_catalog(settings.catalog), settings)


@cache
def people() -> list[tuple[int, Persona]]:
    return population(stage().settings, stage())[0]


@cache
def _crowd() -> UserRows:
    return stage().users(people())


def crowd(n: int = USERS, **traits: float) -> UserRows:
    """The first n users of everyone, all with these traits or minutes set to one value."""
    users = _crowd().take(np.arange(n))
    for name, value in traits.items():
        if name == "minutes":
            users = replace(users, minutes=np.full(n, value))
        else:
            changed = users.traits.copy()
            changed[:, TRAITS.index(name)] = value
            users = replace(users, traits=changed)
    return users


def user(**parameters: Any) -> EmbeddedUser:
    """The embedded user over the films, with some parameters changed."""
    changed = replace(BehaviorParameters(), **parameters)
    return replace(stage().user, parameters=changed)


@cache
def slates(n: int = USERS, turns: int = TURNS, k: int = SLATE, seed: int = 5) -> tuple[I32, ...]:
    """Slates at random, without an item twice in one."""
    draw = np.random.default_rng(seed)
    count = len(stage().catalog)
    return tuple(
        np.argpartition(draw.random((n, count)), k, axis=1)[:, :k].astype(np.int32) for _ in range(turns)
    )


def play(mind: EmbeddedUser, users: UserRows, shown: tuple[I32, ...] | None = None) -> Played:
    """Every session until its user leaves or the slates end."""
    shown = slates(len(users.key)) if shown is None else shown
    n = len(shown[0])
    minds, here = mind.start(users), np.ones(n, bool)
    sums = {name: np.zeros(n) for name in ("turns", "seen", "minutes", "instructed", "enough")}
    days, end = np.full(n, np.nan), np.zeros(n)
    slots: dict[str, list[np.ndarray]] = {name: [] for name in ("actions", "watched", "utility")}
    for number, items in enumerate(shown, 1):
        reviews = mind.review(users, minds, Shown(items), number)
        minds = mind.update_mindset(users, minds, reviews, number)
        decisions = mind.decide(users, minds, reviews, number)
        sums["turns"] += here
        sums["seen"] += here * reviews.seen
        sums["minutes"] += here * reviews.seconds.sum(axis=1) / 60.0
        sums["enough"] += here & reviews.fired
        sums["instructed"] += here & (decisions.kind == 1)
        for name, kept in slots.items():
            kept.append(getattr(reviews, name) * here[:, None])
        end = np.where(here, minds.satisfaction, end)
        leaving = here & (decisions.kind == 2)
        days[leaving] = decisions.return_days[leaving]
        here = here & ~leaving
    stacked = {name: np.stack(kept) for name, kept in slots.items()}
    return Played(**sums, left=~here, days=days, satisfaction=end, **stacked, minds=minds)
