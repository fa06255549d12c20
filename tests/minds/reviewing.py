"""One slate reviewed by a crowd of embedded users, and the mindset after it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.minds import behavior, mindset
from app.minds.parameters import BehaviorParameters
from app.minds.rows import I32, MindRows, ReviewRows
from tests.minds.world import crowd, slates, stage

P = BehaviorParameters()
STAYS = replace(P, leave=-30.0)
"""Users who never have enough, to see all slots."""
N = 100


def review(
    shown: I32, minds: MindRows | None = None, p: BehaviorParameters = STAYS, turn: int = 1, **traits: float
) -> ReviewRows:
    users = crowd(len(shown), **{"minutes": 500.0} | traits)
    return behavior.review(p, stage().user.items, users, minds or mindset.start(p, users), shown, turn)


def updated(out: ReviewRows, before: MindRows, p: BehaviorParameters = STAYS) -> MindRows:
    return mindset.update_mindset(p, stage().user.items, crowd(len(out.seen)), before, out, 1)


def arrived(n: int = N) -> MindRows:
    return mindset.start(P, crowd(n))


def first() -> I32:
    return slates()[0][:N]


def facet(name: str) -> int:
    return stage().facets.index[name]


def having(name: str) -> np.ndarray:
    """Positions of the items with a facet."""
    return np.flatnonzero((stage().user.items.facets == facet(name)).any(axis=1))
