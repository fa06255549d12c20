"""An arm with everything made that its sessions need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from app import draws
from app.catalog.showing import Showing
from app.minds import returning
from app.minds.embedded import EmbeddedUser
from app.minds.rows import F64, MindRows, UserRows
from app.minds.situated import SituatedUser
from app.plans.arms import Arm
from app.plans.plan import Plan
from app.plans.script import SCRIPTED
from app.plugins import is_spec
from app.recommenders.knowledge import Visitor
from app.recommenders.perturbed import Perturbed
from app.recommenders.plugin import Plugin
from app.recommenders.scripted import ScriptedSlates
from app.world import Stage
from graphs.messages import Past, Persona

_FIRST_OTHER = 1 << 20
"""Turns from here on are the draws of other luck; no session is so long."""
_TURNS_A_DAY = 1 << 14
"""By how many turns the draws of one day are away from those of the day before; no session is so long."""
_LIKED = 3

People = Sequence[tuple[int, Persona]]
Opened = Sequence[tuple[int, int]]
"""Positions of items that were opened, and what the visible reactions said of each."""


@dataclass(frozen=True)
class Cast:
    """The two sides of one arm; `seed` is the run's, `inner` the recommender before any perturbation."""

    arm: Arm
    stage: Stage
    seed: int
    inner: Any

    @property
    def luck(self) -> int:
        """By how many turns this arm's draws are away from the run's own."""
        return _luck_of(self.arm.seed) if self.arm.seed != self.seed else 0

    def luck_on(self, day: int) -> int:
        """The same for the sessions of a day."""
        return self.luck + day * _TURNS_A_DAY

    @cached_property
    def user(self) -> EmbeddedUser | SituatedUser:
        arrival = self.arm.mindset.given()
        return SituatedUser(self.stage.user, arrival, self.luck) if arrival or self.luck else self.stage.user

    @cached_property
    def recommender(self) -> Any:
        wrong = self.arm.perturbations
        if not wrong.any:
            return self.inner
        bad = wrong.bad_slate
        turn, share = (bad.turn, bad.share) if bad else (0, 1.0)
        return Perturbed(self.inner, self.stage.knowledge, wrong.drop, turn, share)

    @cached_property
    def showing(self) -> Showing:
        """How models are shown the items."""
        return self.stage.showing(self.arm.representation)

    def users(self, people: People) -> UserRows:
        """The users' rows, with what they are after in these sessions."""
        return self.stage.users([(number, self.after(persona)) for number, persona in people])

    def after(self, persona: Persona) -> Persona:
        """The persona with the tastes that hold in these sessions alone."""
        goal = dict(self.arm.goal)
        return persona.model_copy(update={"tastes": {**persona.tastes, **goal}}) if goal else persona

    def back(self, users: UserRows, last: MindRows, since: F64, day: int) -> tuple[UserRows, SituatedUser]:
        """Users who come again on `day`, `since` days after their minds were `last`: their rows, and how they act."""
        luck, p = self.luck_on(day), self.stage.user.parameters
        arriving = returning.arriving(p, users, luck)
        carried = returning.carried(p, arriving, last, since)
        return arriving, SituatedUser(self.stage.user, {}, luck, carried)

    def visitors(self, people: People, day: int = 0, pasts: Sequence[Opened] = ()) -> list[Visitor]:
        """The users as the recommender meets them, with luck of the day; it never learns of a goal.

        `pasts` are what it saw each of them open on earlier days.
        """
        luck = draws.key("day", self.arm.seed, day) >> 1 if day else self.arm.seed
        met = self.stage.visitors(people, luck, self.arm.history == "full")
        if not pasts:
            return met
        ids = self.stage.catalog.ids
        return [_known(visitor, past, ids) for visitor, past in zip(met, pasts, strict=True)]


def _known(visitor: Visitor, past: Opened, ids: Sequence[str]) -> Visitor:
    items = np.array([item for item, _ in past], np.int32)
    weights = np.array([weight for _, weight in past], np.int32)
    told = tuple(Past(item=ids[item], rating=_rating(weight)) for item, weight in past)
    return Visitor(
        visitor.key,
        visitor.persona.model_copy(update={"history": (*visitor.persona.history, *told)}),
        np.concatenate([visitor.items, items]),
        np.concatenate([visitor.weights, weights]),
    )


def _rating(weight: int) -> float | None:
    """What a liked or disliked item would be rated; None where nothing was said."""
    return {_LIKED: 1.0, -_LIKED: 0.0}.get(weight)


def _luck_of(seed: int) -> int:
    """By how many turns the draws of another luck are away from the run's own."""
    return _FIRST_OTHER + (draws.key("luck", seed) >> 24)


@dataclass
class Company:
    """The casts of a plan by number; built-in recommenders are made once for all arms that share them."""

    plan: Plan
    stage: Stage
    casts: dict[int, Cast] = field(default_factory=dict)
    _made: dict[tuple[str, int], Any] = field(default_factory=dict)

    def cast(self, number: int) -> Cast:
        if number not in self.casts:
            arm = self.plan.arms[number]
            stage = self.stage.under(self.plan.settings(arm))
            self.casts[number] = Cast(arm, stage, self.plan.seed, self._recommender(arm, stage))
        return self.casts[number]

    def _recommender(self, arm: Arm, stage: Stage) -> Any:
        if arm.recommender == SCRIPTED:
            return Plugin(ScriptedSlates(arm.slates), SCRIPTED, stage.knowledge)
        if is_spec(arm.recommender):
            return stage.recommender(arm.recommender)
        key = arm.recommender, arm.slate_size
        if key not in self._made:
            self._made[key] = stage.recommender(arm.recommender)
        return self._made[key]
