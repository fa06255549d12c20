"""The world of a run in Studio: made at every node from what is chosen, in a scene that is kept.

Everything that changes in a run is in its state, so that a node may be run again from there with other choices.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel

from app.language import calling
from app.llm.model import Model, Place
from app.llm.prices import Prices, load_prices
from app.llm.tape import Tape
from app.minds.llm import LlmMind, LlmUser
from app.minds.single import EmbeddedMind
from app.prompts import Prompts, Rendered
from app.recommenders.given import GivenPlan
from app.recommenders.knowledge import Visitor
from app.recommenders.llm import LlmAgent, LlmRecommender
from app.recommenders.single import SingleRecommender
from app.rewards import retention
from app.settings import Settings, load_settings
from app.studio.choices import SessionChoices
from app.world import Stage, open_catalog, population
from graphs.messages import Persona
from graphs.state import World

T = TypeVar("T", bound=BaseModel)
NOUN, AGENT = "films", "agent"


@dataclass(frozen=True)
class ByNode:
    """A model for each node; implements `graphs.ports.Model`."""

    models: Mapping[str, Model]

    async def ask(
        self, at: Place, prompt: Rendered, output: type[T], check: Callable[[T], None] | None = None
    ) -> T:
        return await self.models[at.node].ask(at, prompt, output, check)


@dataclass(frozen=True)
class Scene:
    """What can be made without a model: the stage, the visitor, and who recommends."""

    settings: Settings
    stage: Stage
    prompts: Prompts
    prices: Prices
    number: int
    persona: Persona
    cohort: Any

    def embedded(self) -> EmbeddedMind:
        return EmbeddedMind(self.stage.user, self.stage.users([(self.number, self.persona)]))

    def single(self) -> SingleRecommender:
        return SingleRecommender(self.cohort, self.stage.knowledge, self._visitor)

    def mind(self, models: Mapping[str, Model]) -> Any:
        if "review" not in models:
            return self.embedded()
        user = LlmUser(ByNode(models), self.prompts, self.stage.showing("text"), NOUN)  # type: ignore[arg-type]
        return LlmMind(user, None, f"studio-1-{self.number}")

    def recommender(self, models: Mapping[str, Model]) -> Any:
        if "reason" not in models:
            return self.single()
        showing = self.stage.showing("text").with_facets()
        agent = LlmAgent(ByNode(models), self.prompts, showing, NOUN)  # type: ignore[arg-type]
        given = GivenPlan(self.cohort, self.stage.knowledge, self._visitor)
        return LlmRecommender(agent, given, None, f"studio-1-{self.number}")

    @property
    def _visitor(self) -> Visitor:
        return self.stage.visitors([(self.number, self.persona)])[0]


@cache
def _stage() -> Stage:
    """The embedded films, made ready once a process."""
    return Stage(open_catalog(NOUN), load_settings({}))


@lru_cache(maxsize=8)
def scene(choices: SessionChoices, who: str) -> Scene:
    """Reads files and computes, once for all nodes of a run; nothing is sent. Wrong names and prompts are errors."""
    settings = load_settings({"slate_size": choices.slate_size, "personas": who, "sessions": 1})
    stage = _stage().under(settings)
    ((number, persona),), *_ = population(settings, stage)
    recommender = AGENT if "reason" in choices.models() else choices.recommender
    cohort = stage.recommender(recommender)
    return Scene(settings, stage, choices.prompts(), load_prices(), number, persona, cohort)


@asynccontextmanager
async def world(choices: SessionChoices, who: str, max_turns: int) -> AsyncIterator[tuple[Scene, World]]:
    """The world of one node. No key is needed where no model is named."""
    made = await asyncio.to_thread(scene, choices, who)
    names = choices.models()
    if not names:
        yield made, _world(made, {}, max_turns)
        return
    async with calling(made.settings, Tape(None), made.prices) as caller:
        how = {"seed": made.settings.seed, "temperature": made.settings.temperature}
        models = {node: Model(caller, name, **how) for node, name in names.items()}  # type: ignore[arg-type]
        yield made, _world(made, models, max_turns)


def _world(made: Scene, models: Mapping[str, Model], max_turns: int) -> World:
    return World(
        mind=made.mind(models),
        recommender=made.recommender(models),
        reward=retention,
        catalog=made.stage.catalog,
        slate_size=made.settings.slate_size,
        max_turns=max_turns,
    )
