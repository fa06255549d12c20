"""The states of the graphs in Studio: those of the graphs, and what a run of each begins with.

`begins` says whether the first node finds a run at its beginning; `begin` gives what it is to find instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.errors import unknown
from app.studio.choices import MAX_TURNS, PERSON
from app.studio.setting import Scene
from graphs.messages import Persona, PublicPersona, Request, Slate, Slot
from graphs.ports import RecommenderView
from graphs.state import RecommenderState, SessionState, UserState, World

_NOBODY = Persona(id="")
_UNKNOWN = _NOBODY.public()


@dataclass(kw_only=True)
class Visit(SessionState):
    """A session that begins with the name of who visits."""

    persona: Persona = _NOBODY
    public: PublicPersona = _UNKNOWN
    who: str = PERSON
    max_turns: int = MAX_TURNS

    @property
    def begins(self) -> bool:
        """Also where the session before it in the same thread has ended."""
        return not self.turns or self.status != "running"

    async def begin(self, scene: Scene, world: World) -> dict[str, Any]:
        fresh = SessionState(persona=scene.persona, public=scene.persona.public(), mindset=world.mind.start())
        return dict(vars(fresh))


@dataclass(kw_only=True)
class Guest(UserState):
    """A user who is to be shown one slate."""

    persona: Persona = _NOBODY
    who: str = PERSON
    items: tuple[str, ...] = ()
    max_turns: ClassVar[int] = 1
    begins: ClassVar[bool] = True

    async def begin(self, scene: Scene, world: World) -> dict[str, Any]:
        slate = _slate(self.items, scene) if self.items else await _recommended(scene, world)
        fresh = UserState(persona=scene.persona, mindset=world.mind.start(), slate=slate)
        return dict(vars(fresh))


@dataclass(kw_only=True)
class Asker(RecommenderState):
    """A user who is to be recommended one slate."""

    public: PublicPersona = _UNKNOWN
    who: str = PERSON
    words: str = ""
    max_turns: ClassVar[int] = 1
    begins: ClassVar[bool] = True

    async def begin(self, scene: Scene, world: World) -> dict[str, Any]:
        request = Request(words=self.words) if self.words.strip() else None
        return dict(vars(RecommenderState(public=scene.persona.public(), request=request)))


def _slate(items: tuple[str, ...], scene: Scene) -> Slate:
    catalog = scene.stage.catalog
    wrong = next((item for item in items if item not in catalog), None)
    if wrong is not None:
        raise unknown("item", wrong, catalog.ids, "(see `recoworld catalog`)")
    return Slate(slots=tuple(Slot(item=item) for item in items))


async def _recommended(scene: Scene, world: World) -> Slate:
    agent = scene.single()
    view = RecommenderView(
        persona=scene.persona.public(),
        turn=1,
        slate_size=world.slate_size,
        request=None,
        history=(),
        catalog=world.catalog,
    )
    plan = await agent.reason(view)
    return await agent.rerank(view, plan, await agent.retrieve(view, plan))
