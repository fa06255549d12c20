"""One session that a person plays or watches: who takes part, and where it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from app import __version__, draws, world
from app.errors import UsageError
from app.minds.single import EmbeddedMind
from app.plans.resolving import plan_of
from app.recommenders.single import SingleRecommender
from app.settings import Settings
from app.store.rows import NewArm, RunRow
from app.store.runs import session_key
from app.store.store import Store
from app.transcript import Transcript
from app.world import Stage
from graphs.messages import Persona

YOU = Persona(id="you", name="You")
HUMAN = "human"
_LLM = "llm"


@dataclass(frozen=True)
class Sitting:
    """A run of one session. `number` and `persona` are the user's."""

    store: Store
    stage: Stage
    number: int
    persona: Persona
    spec: str
    cohort: Any
    run: RunRow
    arm_id: int
    scenario_id: int
    id: int
    key: str

    def recommender(self) -> SingleRecommender:
        """The recommender for this user alone."""
        (visitor,) = self.stage.visitors([(self.number, self.persona)])
        return SingleRecommender(self.cohort, self.stage.knowledge, visitor)

    def embedded(self) -> EmbeddedMind:
        """The simulated user."""
        return EmbeddedMind(self.stage.user, self.stage.users([(self.number, self.persona)]))

    def transcript(self) -> Transcript:
        catalog = self.stage.catalog
        return Transcript(self.id, self.key, self.arm_id, self.scenario_id, catalog.items, catalog.position)


def sit(
    settings: Settings,
    store: Store,
    mind: str = "embedded",
    importing: world.Progress | None = None,
    recommends: str = "",
) -> Sitting:
    """Make everything ready and store the run with its one session's place.

    `mind` is `human`, for a person who is the user, or `embedded`; `recommends` is who is stored as the
    recommender, where that is not the one of the settings. A recommender or user that needs a
    language model is a UsageError.
    """
    (spec,) = settings.recommender
    if spec == _LLM:
        raise UsageError(
            "--recommender llm cannot be played with; choose an embedded recommender or a plug-in"
        )
    settings = settings.model_copy(update={"sessions": 1, "mind": "embedded", "workers": 1})
    catalog = world.open_catalog(settings.catalog, store, settings.columns or None, settings.scale, importing)
    world.check(settings, catalog)
    stage = Stage(catalog, settings)
    cohort = stage.recommender(spec)
    number, persona = (1, YOU) if mind == HUMAN else world.population(settings, stage)[0][0]
    begun = _begin(
        settings.model_copy(update={"mind": mind, "recommender": (recommends or spec,)}),
        stage,
        number,
        persona,
    )
    return _seated(store, stage, (number, persona), spec, cohort, begun(store))


def _begin(settings: Settings, stage: Stage, number: int, persona: Persona) -> Any:
    """What begins the run in a store."""
    plan = plan_of(settings)
    (arm,) = plan.arms
    body = persona.model_dump_json()
    digest = blake2b(body.encode(), digest_size=16).hexdigest()
    signed = int(draws.keys(plan.seed, np.array([number])).astype(np.int64)[0])
    conditions = arm.model_dump(mode="json", exclude={"name", "recommender", "mind"})

    def begin(store: Store) -> Any:
        catalog_id = world.save_catalog(store, stage.catalog)
        return store.begin_run(
            plan.name or "played",
            plan.seed,
            plan.stored() | {"notes": []},
            __version__,
            personas=[(digest, persona.id, body)],
            scenarios=[(number, digest, signed)],
            arms=[NewArm(arm.name, arm.recommender, arm.mind, catalog_id, conditions)],
        )

    return begin


def _seated(
    store: Store, stage: Stage, user: tuple[int, Persona], spec: str, cohort: Any, begun: Any
) -> Sitting:
    number, persona = user
    (arm,), (ids,) = begun.arms, begun.session_ids
    scenario = begun.scenarios[number]
    key = session_key(begun.run.key, arm.position, number)
    return Sitting(store, stage, number, persona, spec, cohort, begun.run, arm.id, scenario, ids[0], key)
