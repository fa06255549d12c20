"""A person as a `graphs.ports.Mind`: asks a port item by item and for every decision; does no I/O itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from graphs.messages import (
    ACTIONS,
    Action,
    Continue,
    Decision,
    Directive,
    Instruct,
    Instruction,
    Leave,
    LeaveReason,
    Mindset,
    Reaction,
    Review,
)  # fmt: skip
from graphs.ports import UserView


@dataclass(frozen=True)
class Response:
    """What a person did with one item, in `seconds` of looking at it; without any action it was skipped."""

    actions: Collection[Action] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Going:
    """The person leaves, for a reason."""

    reason: LeaveReason = "done"


Choice = str | Going | None
"""Words are an instruction, None is to carry on."""


class Person(Protocol):
    """The port that `HumanMind` asks."""

    def react(self, view: UserView, position: int) -> Response | None:
        """What the person does with the item at `position`, from 1; None when they look no further."""

    def decide(self, view: UserView, review: Review) -> Choice:
        """What the person wants after a slate."""


Read = Callable[[str], tuple[Directive, ...]]
"""How words are understood as directives, to judge whether they are honored."""


class HumanMind:
    """A person who is asked. Feelings are not asked for, so the mindset stays as it was."""

    def __init__(self, person: Person, read: Read) -> None:
        self.person, self.read = person, read

    def start(self) -> Mindset:
        """A mindset that says nothing."""
        return Mindset()

    async def review(self, view: UserView) -> Review:
        reactions: list[Reaction] = []
        for position, item in enumerate(view.slate.items, 1):
            response = self.person.react(view, position)
            if response is None:
                break
            reactions.append(_reaction(item, position, response))
        return Review(reactions=tuple(reactions), seen=len(reactions))

    async def update_mindset(self, view: UserView, review: Review) -> tuple[Mindset, Decision | None]:
        return view.mindset, None

    async def decide(self, view: UserView, review: Review, mindset: Mindset) -> Decision:
        choice = self.person.decide(view, review)
        if choice is None:
            return Continue()
        if isinstance(choice, Going):
            return Leave(reason=choice.reason)
        return Instruct(instruction=Instruction(words=choice, directives=self.read(choice)))


def _reaction(item: str, position: int, response: Response) -> Reaction:
    done = set(response.actions) or {"skip"}
    if done & {"watch", "like"}:
        done.add("open")
    actions = tuple(action for action in ACTIONS if action in done)
    watched = 1.0 if "watch" in done else 0.0
    seconds = max(0.0, response.seconds)
    return Reaction(item=item, position=position, actions=actions, watched=watched, seconds=seconds)
