"""An arm with everything made that its sessions need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app import draws, world
from app.catalog.catalog import ItemCatalog
from app.errors import UsageError, unknown
from app.language import LLM
from app.minds.embedded import EmbeddedUser
from app.minds.rows import UserRows
from app.minds.situated import SituatedUser
from app.plans.arms import Arm
from app.plans.plan import Plan
from app.plugins import is_spec
from app.recommenders.knowledge import Visitor
from app.recommenders.perturbed import Perturbed
from app.world import Stage
from graphs.messages import Persona

_FIRST_OTHER = 1 << 20
"""Turns from here on are the draws of other luck; no session is so long."""

People = Sequence[tuple[int, Persona]]


@dataclass(frozen=True)
class Cast:
    """The two sides of one arm; `seed` is the run's, `inner` the recommender before any perturbation."""

    arm: Arm
    stage: Stage
    seed: int
    inner: Any

    @cached_property
    def user(self) -> EmbeddedUser | SituatedUser:
        arrival = self.arm.mindset.given()
        luck = luck_of(self.arm.seed) if self.arm.seed != self.seed else 0
        return SituatedUser(self.stage.user, arrival, luck) if arrival or luck else self.stage.user

    @cached_property
    def recommender(self) -> Any:
        wrong = self.arm.perturbations
        if not wrong.any:
            return self.inner
        bad = wrong.bad_slate
        turn, share = (bad.turn, bad.share) if bad else (0, 1.0)
        return Perturbed(self.inner, self.stage.knowledge, wrong.drop, turn, share)

    def users(self, people: People) -> UserRows:
        """The users' rows, with what they are after in these sessions."""
        goal = dict(self.arm.goal)
        if goal:
            people = [(n, p.model_copy(update={"tastes": {**p.tastes, **goal}})) for n, p in people]
        return self.stage.users(people)

    def visitors(self, people: People, seed: int | None = None) -> list[Visitor]:
        """The users as the recommender meets them, with luck by `seed`; it never learns of a goal."""
        luck = self.arm.seed if seed is None else seed
        return self.stage.visitors(people, luck, self.arm.history == "full")


def luck_of(seed: int) -> int:
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
        if is_spec(arm.recommender):
            return stage.recommender(arm.recommender)
        key = arm.recommender, arm.slate_size
        if key not in self._made:
            self._made[key] = stage.recommender(arm.recommender)
        return self._made[key]


def check(plan: Plan, catalog: ItemCatalog, facets: Collection[str]) -> None:
    """What can be said of the arms before anything is stored; `facets` are the catalog's, as `kind:value`."""
    for arm in plan.arms:
        world.check(plan.settings(arm), catalog)
        for facet in arm.goal:
            if facet not in facets:
                raise unknown(f"facet in the goal of the arm {arm.name!r}:", facet, facets)
        if LLM in (arm.mind, arm.recommender):
            _check_model(arm, plan.days)
        if arm.perturbations.drop and is_spec(arm.recommender):
            raise UsageError(
                f"the arm {arm.name!r} has `drop`, but {arm.recommender} returns slates and no candidates; "
                "take `drop` away, or use bad_slate"
            )


def _check_model(arm: Arm, days: int) -> None:
    """What an arm in which a model plays cannot have is refused, rather than passed over."""
    there = {
        "days above 1": days > 1,
        "mindset": bool(arm.mindset.given()),
        "goal": bool(arm.goal),
        "history: none": arm.history == "none",
        "perturbations": arm.perturbations.any and arm.recommender == LLM,
    }
    wrong = [name for name, given in there.items() if given]
    if wrong:
        raise UsageError(
            f"a model plays in the arm {arm.name!r}, which cannot have {', '.join(wrong)}; these need the embedded "
            "mind and an embedded recommender"
        )
