"""A user who does what a script says, turn by turn: for regression tests of recommenders, and for demonstrations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.minds.parameters import BehaviorParameters
from app.plans.script import ScriptTurn
from graphs.messages import (
    ACTIONS,
    Action,
    Continue,
    Decision,
    Directive,
    Instruct,
    Instruction,
    Item,
    Leave,
    Mindset,
    Reaction,
    Review,
)
from graphs.ports import UserView

_TIMES = BehaviorParameters()

Read = Callable[[str], tuple[Directive, ...]]
"""How words are understood as directives, to judge whether they are honored."""


@dataclass(frozen=True)
class ScriptedMind:
    """Implements `graphs.ports.Mind`. When the script is at its end, the user leaves, as one who is done.

    What an instruction means is read from its words, where the script does not say it.
    """

    script: Sequence[ScriptTurn]
    read: Read
    arrival: Mindset = field(default_factory=Mindset)

    def start(self) -> Mindset:
        """The mindset on arrival; only the script changes it."""
        return self.arrival

    async def review(self, view: UserView) -> Review:
        line, shown = self._line(view.turn), view.items
        looked = shown if line.seen is None else shown[: line.seen]
        reactions = tuple(_reaction(line, item, at) for at, item in enumerate(looked, 1))
        return Review(reactions=reactions, seen=len(reactions))

    async def update_mindset(self, view: UserView, review: Review) -> tuple[Mindset, Decision | None]:
        return view.mindset.model_copy(update=self._line(view.turn).mindset.given()), None

    async def decide(self, view: UserView, review: Review, mindset: Mindset) -> Decision:
        line = self._line(view.turn)
        if line.say:
            meant = line.meant if line.meant else self.read(line.say)
            return Instruct(instruction=Instruction(words=line.say, directives=meant))
        if line.leave or view.turn >= len(self.script):
            return Leave(reason=line.leave or "done", words=line.words)
        return Continue()

    def _line(self, turn: int) -> ScriptTurn:
        return self.script[turn - 1] if turn <= len(self.script) else ScriptTurn()


def _reaction(line: ScriptTurn, item: Item, position: int) -> Reaction:
    done: set[Action] = {action for action in ACTIONS if line.does(action, position, item.id)}
    if done & {"watch", "like"}:
        done.add("open")
    if not done & {"open", "dislike", "save", "share", "comment"}:
        done = {"skip"}
    watched = 1.0 if "watch" in done else 0.0
    seconds = _TIMES.skip_seconds + ("open" in done) * (
        _TIMES.open_seconds + watched * _TIMES.preview_seconds
    )
    actions = tuple(action for action in ACTIONS if action in done)
    return Reaction(item=item.id, position=position, actions=actions, watched=watched, seconds=seconds)
