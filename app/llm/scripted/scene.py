"""One answer in the making: the draws and what was decided so far, so that its parts agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from app.llm.scripted import reading
from app.llm.scripted.messages import Said
from app.llm.scripted.reading import Shown

_ACTS: tuple[tuple[str, ...], ...] = (
    ("skip",), ("open",), ("open", "watch"), ("open", "watch", "like"), ("open", "watch", "save"),
    ("dislike",), ("open", "watch", "like", "share"), ("open", "comment"),
)  # fmt: skip
_ACT_SHARES = (0.55, 0.17, 0.14, 0.07, 0.025, 0.025, 0.01, 0.01)
_NEGATIONS = ("less", "no more", "no", "not", "without", "avoid", "fewer")


@dataclass(slots=True)
class Part:
    """What is settled for one object of the answer."""

    item: Shown | None = None
    position: int = 0
    acts: tuple[str, ...] = ()
    decision: str = ""
    kind: str = ""


@dataclass(slots=True)
class Marks:
    """Places in the answer that a fault can spoil: lists of items, single ids and numbers."""

    lists: list[tuple[list[Any], str]] = field(default_factory=list)
    """Each with the name of the id in its objects; empty where the list holds the ids themselves."""
    ids: list[tuple[Any, Any]] = field(default_factory=list)
    numbers: list[tuple[Any, Any]] = field(default_factory=list)


class Scene:
    """The prompt, its draws, and the part of the answer that is being made."""

    def __init__(self, said: Sequence[Said], rng: Random) -> None:
        self.said, self.rng = said, rng
        self.part = Part()
        self.marks = Marks()
        self.depth = 0

    @cached_property
    def items(self) -> tuple[Shown, ...]:
        return reading.items(self.said)

    @cached_property
    def turn(self) -> int:
        return reading.turn(self.said)

    @cached_property
    def genres(self) -> tuple[str, ...]:
        return reading.genres(self.said)

    @cached_property
    def wish(self) -> str:
        return reading.wish(self.said)

    @cached_property
    def wished(self) -> tuple[str, ...]:
        """The genres that the user's wish names."""
        return tuple(genre for genre in self.genres if genre.lower() in self.wish) if self.wish else ()

    def draw(self, choices: Sequence[Any]) -> Any:
        return choices[int(self.rng.random() * len(choices))]

    def item(self) -> Shown:
        """The item that the part is about; any of the prompt's where it is about none."""
        if self.part.item is None:
            self.part.item = self.draw(self.items) if self.items else Shown("item-1", "")
        return self.part.item

    def acts(self) -> tuple[str, ...]:
        """What the user does with the item: mostly it skips."""
        if not self.part.acts:
            self.part.acts = self.rng.choices(_ACTS, _ACT_SHARES)[0]
        return self.part.acts

    def decision(self) -> str:
        """Continue, instruct or leave: leaving grows with the turns."""
        if not self.part.decision:
            leave = min(0.03 + 0.02 * self.turn, 0.6)
            shares = (1 - leave - (1 - leave) * 0.25, (1 - leave) * 0.25, leave)
            self.part.decision = self.rng.choices(("continue", "instruct", "leave"), shares)[0]
        return self.part.decision

    def kind(self) -> str:
        """The kind of a directive: that of the wish where it names a genre."""
        if not self.part.kind:
            usual = ("more", "less", "avoid", "surprise", "newer")
            self.part.kind = self._wished_kind() if self.wished else self.draw(usual)
        return self.part.kind

    def _wished_kind(self) -> str:
        before = self.wish.partition(self.wished[0].lower())[0].split()[-2:]
        if "only" in before:
            return "only"
        return "less" if any(word in _NEGATIONS for word in before) else "more"

    def genre(self) -> str:
        return str(self.draw(self.wished or self.genres))
