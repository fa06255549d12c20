"""A user that is a language model: two structured calls a turn, one that reviews and one that decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from app.llm.model import Place
from app.minds.llm_answers import (
    DecideAnswer,
    ItemAnswer,
    MemoryAnswer,
    ReviewAnswer,
    check_decide,
    check_item,
    check_review,
    to_decision,
    to_directives,
    to_memory,
    to_mindset,
    to_reaction,
    to_review,
)
from app.minds.llm_inputs import about_visit, ending, looked_at, person
from app.prompts.nodes import item_node, prompt_of
from graphs.messages import Decision, Mindset, Persona, Reaction, Review, Session, Turn
from graphs.ports import UserView

if TYPE_CHECKING:
    from app.catalog.showing import Showing
    from app.llm.model import Model
    from app.prompts import Prompts

MEMORY_WORDS = 80
_Answer = TypeVar("_Answer", bound=BaseModel)


@dataclass(frozen=True)
class LlmUser:
    """What the minds of one run share. `noun` is what the service offers; `per_item` asks once an item."""

    model: Model
    prompts: Prompts
    showing: Showing
    noun: str = "items"
    per_item: bool = False


@dataclass(frozen=True)
class LlmMind:
    """One user's mind in one session; implements `graphs.ports.Mind`.

    `session` and `key` are the session's row id and key, by which its calls are recorded. `memory` is what
    `remember` returned at the end of the session before, `arrival` the mindset that it comes with, `goal` what
    it is after in this session. Errors are those of `Model.ask`.
    """

    user: LlmUser
    session: int | None
    key: str
    memory: str = ""
    arrival: Mindset = field(default_factory=Mindset)
    goal: tuple[str, ...] = ()

    def start(self) -> Mindset:
        """The mindset on arrival; the mood is in the persona's own words."""
        return self.arrival

    async def review(self, view: UserView) -> Review:
        """One call for the slate; with `per_item`, one call an item until the user stops."""
        if not view.slate.slots:
            return Review(reactions=(), seen=0)
        if self.user.per_item:
            return await self._one_by_one(view)
        slate, showing = view.slate.items, self.user.showing
        written = showing.written(slate)

        def check(answer: ReviewAnswer) -> None:
            check_review(answer, written)

        inputs = self._about(view) | {"items": [showing.card(item) for item in slate]}
        answer = await self._ask("review", view.turn, ReviewAnswer, inputs, check, slate)
        return to_review(answer, view.items, written)

    async def update_mindset(self, view: UserView, review: Review) -> tuple[Mindset, Decision]:
        """How the user is now and what it does next, of one call."""
        inputs = self._about(view, review) | {
            "looked": looked_at(review.reactions, self.user.showing.items),
            "left": len(view.slate.slots) - review.seen,
        }
        answer = await self._ask("update_mindset", view.turn, DecideAnswer, inputs, check_decide)
        meant = to_directives(answer, self.user.showing.vocabulary)
        return to_mindset(answer, view.mindset, meant), to_decision(answer, meant)

    async def decide(self, view: UserView, review: Review, mindset: Mindset) -> Decision:
        """The decision of the same call, which the tape serves where it was made already."""
        return (await self.update_mindset(view, review))[1]

    async def remember(self, session: Session) -> str:
        """What the user keeps of the session, at most 80 words; nothing new where no turn was completed."""
        if not session.turns:
            return self.memory
        inputs = self._person(session.persona, session.turns)
        inputs |= {"mindset": session.turns[-1].after, "ending": ending(session), "most": MEMORY_WORDS}
        turn = session.turns[-1].number
        answer = await self._ask("remember", turn, MemoryAnswer, inputs, check_memory)
        return to_memory(answer, MEMORY_WORDS)

    # ------------------------------------------------------------------------------- inside

    def _about(self, view: UserView, review: Review | None = None) -> dict[str, Any]:
        return self._person(view.persona, view.turns) | about_visit(view, review)

    def _person(self, persona: Persona, turns: Sequence[Turn]) -> dict[str, Any]:
        showing = self.user.showing
        told = person(persona, showing.items, turns, self.user.noun, self.memory)
        return told | {"goal": self.goal, "legend": showing.legend}

    async def _one_by_one(self, view: UserView) -> Review:
        reactions: list[Reaction] = []
        inputs = self._about(view)
        for position, item in enumerate(view.items, 1):
            inputs |= {
                "items": [self.user.showing.card(item.id)],
                "looked": looked_at(reactions, self.user.showing.items),
                "left": len(view.items) - position,
            }
            node = item_node("review", position)
            answer = await self._ask(node, view.turn, ItemAnswer, inputs, check_item, [item.id])
            reactions.append(to_reaction(answer, item, position))
            if answer.stopped:
                break
        return Review(reactions=tuple(reactions), seen=len(reactions))

    async def _ask(
        self,
        node: str,
        turn: int,
        output: type[_Answer],
        inputs: Mapping[str, Any],
        check: Callable[[_Answer], None],
        shown: Sequence[str] = (),
    ) -> _Answer:
        """`shown` are the items whose pictures go with the prompt."""
        images = self.user.showing.images(shown)
        prompt = self.user.prompts.render(prompt_of(node), output, inputs, images)
        return await self.user.model.ask(Place(self.session, self.key, turn, node), prompt, output, check)


def check_memory(answer: MemoryAnswer) -> None:
    if not answer.memory.strip():
        raise ValueError("memory is empty; write what the person still knows of the visit")
