"""One session that a person plays or watches: who takes part, and where it is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from app import casting, language, personas, world
from app.casting import Cast, Company, Seat, Sides, roles_of
from app.casting.sides import HUMAN
from app.language import Language
from app.plans.arms import Arm
from app.plans.plan import Plan
from app.plans.resolving import plan_of
from app.sessions.beginning import begin, seat
from app.settings import Settings
from app.store.rows import RunRow
from app.store.store import Store
from app.transcript import Transcript
from app.world import Stage
from graphs.messages import Persona

YOU = Persona(id="you", name="You")
NEUTRAL = Persona(id="ghost", name="Somebody")
"""A ghost of no character: usual traits, no tastes."""
GHOST = "ghost"
Role = Literal["user", "recommender", "watch"]


@dataclass(frozen=True)
class Placed:
    """A session's place: its cast, its seat, its arm in the store, and the roles that a model plays in it."""

    cast: Cast
    seat: Seat
    arm_id: int
    roles: frozenset[str]

    def sides(self, spoken: Language | None) -> Sides:
        return Sides(self.cast, spoken)

    def transcript(self, parent: tuple[int, int, str] | None = None) -> Transcript:
        """The rows of the session in the making."""
        catalog, seat = self.cast.stage.catalog, self.seat
        return Transcript(
            seat.id, seat.key, self.arm_id, seat.scenario_id, catalog.items, catalog.position, parent
        )


@dataclass(frozen=True)
class Sitting:
    """A run of one session, `played`, and where there is a ghost of its session too. `role` is the person's."""

    store: Store
    run: RunRow
    plan: Plan
    role: Role
    played: Placed
    ghost: Placed | None = None

    @property
    def key(self) -> str:
        return self.played.seat.key

    @property
    def stage(self) -> Stage:
        return self.played.cast.stage

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[Mapping[str, Language]]:
        """The models of the session and of its ghost, by `played` and `ghost`; nothing is opened without any."""
        placed = {"played": self.played} | ({GHOST: self.ghost} if self.ghost else {})
        names = [name for name, one in placed.items() if one.roles]
        if not names:
            yield {}
            return
        arms = {at: (self._settings(placed[name]), placed[name].roles) for at, name in enumerate(names)}
        async with language.opened(self.plan.settings(), self.store, arms) as spoken:
            yield {name: spoken[at] for at, name in enumerate(names)}

    def _settings(self, one: Placed) -> Settings:
        return self.plan.settings(one.cast.arm)


def sit(
    settings: Settings,
    store: Store,
    role: Role,
    ghost: str = "",
    importing: world.Progress | None = None,
) -> Sitting:
    """Make everything ready and store the run with the place of its session, and of its ghost's.

    Whoever of the two sides is no person is played as the settings say. `ghost` is a mind, empty for none. What
    cannot be played is a UsageError, and nothing is stored.
    """
    own = {"sessions": 1, "workers": 1, "days": 1} | ({"mind": "embedded"} if role == "user" else {})
    plan = _plan(settings.model_copy(update=own), ghost)
    catalog = world.open_catalog(plan.catalog, store, plan.columns or None, plan.scale, importing)
    casting.check(plan, catalog, personas.facet_names(catalog))
    company = Company(plan, Stage(catalog, plan.settings()))
    casts = [company.cast(number) for number in range(len(plan.arms))]
    roles = [frozenset(roles_of(plan.arms[0])), *(frozenset({"user"} & roles_of(a)) for a in plan.arms[1:])]
    for arm, played in zip(plan.arms, roles, strict=True):
        language.names_of(arm.model, played)
    people = _people(settings, casts[0].stage, role, bool(ghost))
    stored = plan.model_copy(
        update={"name": plan.name or "played", "arms": tuple(_as_played(arm, role) for arm in plan.arms)}
    )
    begun = begin(store, stored, catalog, people, {"notes": []}, planned=len(people))
    placed = [
        Placed(cast, seat(begun, at, at, people[at]), begun.arms[at].id, roles[at])
        for at, cast in enumerate(casts)
    ]
    return Sitting(store, begun.run, plan, role, *placed)


def _plan(settings: Settings, ghost: str) -> Plan:
    """The plan of one arm, and one more for the ghost."""
    plan = plan_of(settings)
    if not ghost:
        return plan
    second = plan.arms[0].model_copy(update={"name": GHOST, "mind": ghost})
    return plan.model_copy(update={"arms": (*plan.arms, second)})


def _people(settings: Settings, stage: Stage, role: Role, ghost: bool) -> list[tuple[int, Persona]]:
    """The user of the session, and the ghost: somebody of the population where one was chosen."""
    if role != "user":
        return world.population(settings.model_copy(update={"sessions": 1}), stage)[0]
    if not ghost:
        return [(1, YOU)]
    chosen = settings.origins()["personas"] == "flag"
    ((_, persona),) = (
        world.population(settings.model_copy(update={"sessions": 1}), stage)[0] if chosen else [(2, NEUTRAL)]
    )
    return [(1, YOU), (2, persona)]


def _as_played(arm: Arm, role: Role) -> Arm:
    """The arm with the person in it; a ghost is nobody's."""
    if arm.name == GHOST or role == "watch":
        return arm
    return arm.model_copy(update={"mind": HUMAN} if role == "user" else {"recommender": HUMAN, "name": HUMAN})
