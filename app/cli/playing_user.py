"""`recoworld play --as user`: slates as cards, answers by keys or words, instructions in plain language."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.text import Text

from app.cli.session import directive_words
from app.cli.tables import labeled, shortened
from app.cli.talk import Talk
from app.interactive.answers import ITEM_HELP, NEXT_HELP, Next, Wrong, item_answer, next_answer
from app.interactive.playing import Undone
from app.interactive.telling import honored
from app.minds.human import Choice, Going, Response

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.runner import Step
    from graphs.messages import Plan, Review, Slot
    from graphs.ports import UserView

_INDENT = 4


class AtTheTerminal:
    """A `app.minds.human.Person` who sits at the terminal."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.plan: Plan | None = None
        self._helped = False

    def told(self, step: Step) -> None:
        """Keeps how the recommender read what was asked, to show it with the slate."""
        if step.node == "reason":
            self.plan = step.changed["plan"]

    def react(self, view: UserView, position: int) -> Response | None:
        if position == 1:
            self.talk.say(*self._top(view))
        self.talk.say(*_card(view, position, self.talk.width))
        began = time.monotonic()
        while True:
            line = self.talk.ask()
            answer = "stop" if line is None else item_answer(line)
            if isinstance(answer, tuple):
                return Response(answer, round(time.monotonic() - began, 1))
            if answer == "stop":
                return None
            if answer == "undo":
                raise Undone(1 if position == 1 else 0)
            self.talk.dim(answer.says if isinstance(answer, Wrong) else ITEM_HELP)

    def decide(self, view: UserView, review: Review) -> Choice:
        self.talk.dim(NEXT_HELP)
        while True:
            line = self.talk.ask("what next? ")
            if line is None:
                return Going("interrupted")
            answer = next_answer(line)
            if isinstance(answer, Next):
                return answer.choice
            if answer == "undo":
                raise Undone(0)
            self.talk.dim(answer.says if isinstance(answer, Wrong) else NEXT_HELP)

    def _top(self, view: UserView) -> Iterator[RenderableType]:
        """The head of a turn: what was asked, how it was read, whether it is honored, what the recommender says."""
        yield Text.assemble("\n", (f"turn {view.turn}", "bold"))
        if view.request is not None:
            yield labeled("asked", f"“{view.request.words}”", "bold yellow")
            yield from _read(self.plan)
            yield from _kept(honored(view.turns, view.slate, view.catalog))
        if view.slate.message:
            yield labeled("says", view.slate.message, "green")
        if not self._helped:
            self._helped = True
            yield Text(ITEM_HELP, "dim")


def _read(plan: Plan | None) -> Iterator[RenderableType]:
    if plan is None:
        return
    read = [directive_words(d.model_dump()) for d in plan.directives]
    yield labeled("read as", ", ".join(read) or "nothing that it understands", "cyan")
    if plan.unknown:
        yield labeled("unknown", ", ".join(plan.unknown), "yellow")


def _kept(judged: tuple[float, float] | None) -> Iterator[RenderableType]:
    if judged is None:
        return
    before, after = judged
    better = after > before + 1e-9
    words = "better than the last slate" if better else "no better than the last slate"
    yield labeled("honored", words, "green" if better else "red")


def _card(view: UserView, position: int, width: int) -> Iterator[RenderableType]:
    """Title, year and facets, one line of what it is about, and why it was chosen."""
    item, slot = view.items[position - 1], view.slate.slots[position - 1]
    year = f" ({item.year})" if item.year else ""
    head = Text(f"{position:>2}  ", "dim").append(item.title + year, "bold")
    genres = ", ".join(item.genres)
    yield head.append(f"  {genres}", "dim")
    if item.description:
        yield Text(" " * _INDENT + shortened(item.description, max(10, width - _INDENT)))
    yield from _why(slot)


def _why(slot: Slot) -> Iterator[RenderableType]:
    if slot.reason:
        yield Text(" " * _INDENT + slot.reason, "italic dim")


def summary_lines(sums: dict[str, Any], status: str) -> Iterator[RenderableType]:
    """What a session came to, from the sums kept with it."""
    turns, instructs = int(sums["turns"]), int(sums["instructs"])
    ended = {"left": "left", "truncated": "still there"}.get(status, status)
    yield Text.assemble("\n", (f"{ended} after {turns} turn{'s' * (turns != 1)}", "bold"))
    counts = (f"{int(sums[name])} {word}" for name, word in _COUNTED)
    yield labeled("saw", f"{int(sums['items_seen'])} items: {', '.join(counts)}")
    if instructs:
        judged, kept = int(sums["judged"]), int(sums["kept"])
        said = f"{instructs}; honored {kept} of the {judged} that can be judged" if judged else f"{instructs}"
        yield labeled("asked", said)


_COUNTED = (("opens", "opened"), ("likes", "liked"), ("saves", "saved"), ("shares", "shared"))
