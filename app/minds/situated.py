"""An embedded user in a situation of its own: how it arrives, and which luck it meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from app.catalog.catalog import ItemCatalog
from app.minds.embedded import EmbeddedUser
from app.minds.rows import DecisionRows, MindRows, ReviewRows, UserRows


@dataclass(frozen=True)
class SituatedUser:
    """The same users, who arrive as `arrival` says and meet the draws of later turns, `luck` turns on.

    Implements `graphs.ports.CohortMind`. Who they are (taste, frailty) does not depend on `luck`. `arrival` has
    values for satisfaction, fatigue, trust and mood; `carried` is the mindset that they bring from before.
    """

    user: EmbeddedUser
    arrival: Mapping[str, float] = field(default_factory=dict)
    luck: int = 0
    carried: MindRows | None = None

    @property
    def catalog(self) -> ItemCatalog:
        return self.user.catalog

    def start(self, users: UserRows) -> MindRows:
        minds = self.user.start(users) if self.carried is None else self.carried
        given = {name: np.full(len(users.key), value) for name, value in self.arrival.items()}
        return replace(minds, **given)  # type: ignore[arg-type]

    def review(self, users: UserRows, minds: MindRows, slates: object, turn: int) -> ReviewRows:
        return self.user.review(users, minds, slates, turn + self.luck)

    def update_mindset(self, users: UserRows, minds: MindRows, reviews: ReviewRows, turn: int) -> MindRows:
        return self.user.update_mindset(users, minds, reviews, turn + self.luck)

    def decide(self, users: UserRows, minds: MindRows, reviews: ReviewRows, turn: int) -> DecisionRows:
        return self.user.decide(users, minds, reviews, turn + self.luck)
