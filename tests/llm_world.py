"""Sessions of LLM minds and recommenders against the scripted server, with every prompt that was sent."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

from app.catalog.showing import Showing
from app.llm.caller import Caller
from app.llm.endpoint import Endpoint
from app.llm.model import Model, Place
from app.llm.scripted import ScriptedServer
from app.minds.llm import LlmMind, LlmUser
from app.minds.single import EmbeddedMind
from app.prompts import Prompts, Rendered
from app.recommenders.given import GivenPlan
from app.recommenders.llm import LlmAgent, LlmRecommender
from app.recommenders.single import SingleRecommender
from app.runner import run_session
from app.settings import Settings
from app.world import Stage, open_catalog, population
from graphs.messages import Persona, Session

T = TypeVar("T", bound=BaseModel)
SEED = 11
Person = tuple[int, Persona]


@dataclass
class Recording:
    """A model that notes what is asked and passes it on."""

    model: Model
    asked: list[tuple[Place, Rendered]] = field(default_factory=list)

    async def ask(
        self, at: Place, prompt: Rendered, output: type[T], check: Callable[[T], None] | None = None
    ) -> T:
        self.asked.append((at, prompt))
        return await self.model.ask(at, prompt, output, check)

    def texts(self, name: str = "") -> list[str]:
        return [text_of(prompt) for _, prompt in self.asked if name in prompt.name]


def text_of(prompt: Rendered) -> str:
    return f"{prompt.system}\x00{prompt.user}"


def tokens(prompt: Rendered) -> float:
    """By the server's rule, a token is four bytes of UTF-8."""
    return (len(prompt.system.encode()) + len(prompt.user.encode())) / 4


def shared(texts: list[str]) -> float:
    """The share of characters, after the first text, in a prefix that an earlier text has too."""
    same = [max(_common(text, old) for old in texts[:i]) for i, text in enumerate(texts) if i]
    return sum(same) / max(1, sum(map(len, texts[1:])))


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


@cache
def stage(sessions: int = 12) -> Stage:
    settings = Settings(sessions=sessions, seed=SEED)
    return Stage(open_catalog(settings.catalog), settings)


@cache
def agent() -> Any:
    """The embedded agent, which keeps nothing of a session."""
    return stage().recommender("agent")


def people(count: int) -> list[Person]:
    return population(stage().settings, stage())[0][:count]


@dataclass
class Play:
    """What came of some sessions: the sessions, the prompts by side, counts of the server, and memories."""

    sessions: list[Session]
    user: Recording
    recommender: Recording
    calls: int
    counts: list[dict[str, int]]
    memories: list[str]

    @property
    def turns(self) -> int:
        return sum(len(session.turns) for session in self.sessions)

    def by_session(self, recording: Recording, name: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for at, prompt in recording.asked:
            if prompt.name == name:
                found[at.key].append(text_of(prompt))
        return found


def play(
    persons: list[Person],
    turns: int = 8,
    mind: str = "llm",
    recommender: str = "llm",
    per_item: bool = False,
    memory: str = "",
    remember: bool = False,
    showing: Showing | None = None,
    **server: Any,
) -> Play:
    """Run one session a person; `mind` and `recommender` are `llm` or `embedded`."""
    return asyncio.run(_play(persons, turns, mind, recommender, per_item, memory, remember, showing, server))


async def _play(
    persons: list[Person], turns: int, mind: str, recommender: str, per_item: bool, memory: str,
    remember: bool, shown: Showing | None, options: dict[str, Any],
) -> Play:  # fmt: skip
    world, prompts = stage(), Prompts()
    showing = shown or world.showing("text")
    with ScriptedServer(**options) as server:
        async with Endpoint(server.base_url, "key", concurrency=8) as endpoint:
            caller = Caller(endpoint)
            users, others = (Recording(Model(caller, "scripted", seed=SEED)) for _ in range(2))
            user = LlmUser(users, prompts, showing, "films", per_item)  # type: ignore[arg-type]
            model = LlmAgent(others, prompts, showing.with_facets(), "films")  # type: ignore[arg-type]
            cohort = agent()

            async def one(person: Person) -> tuple[Session, dict[str, int], str]:
                key = f"run-{person[0]}"
                (visitor,) = world.visitors([person])
                a_mind: Any = LlmMind(user, None, key, memory)
                if mind == "embedded":
                    a_mind = EmbeddedMind(world.user, world.users([person]))
                other: Any = SingleRecommender(cohort, world.knowledge, visitor)
                if recommender == "llm":
                    other = LlmRecommender(model, GivenPlan(cohort, world.knowledge, visitor), None, key)
                start = a_mind.start()
                session = await run_session(a_mind, other, person[1], start, world.catalog, 10, turns)
                kept = await a_mind.remember(session) if remember else ""
                return session, dict(getattr(other, "counts", {})), kept

            done = await asyncio.gather(*(one(person) for person in persons))
            calls = server.counts()["calls"]
    return Play([d[0] for d in done], users, others, calls, [d[1] for d in done], [d[2] for d in done])
