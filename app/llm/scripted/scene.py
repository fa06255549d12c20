"""One answer in the making: the draws and what was decided so far, so that its parts agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from app.llm.scripted import phrases, reading
from app.llm.scripted.messages import Said
from app.llm.scripted.reading import Shown

_ACTS: tuple[tuple[str, ...], ...] = (
    ("skip",), ("open",), ("open", "watch"), ("open", "watch", "like"), ("open", "watch", "save"),
    ("dislike",), ("open", "watch", "like", "share"), ("open", "comment"),
)  # fmt: skip
_ACT_SHARES = (0.55, 0.17, 0.14, 0.07, 0.025, 0.025, 0.01, 0.01)
_STOPS, _INSTRUCTS = 0.15, 0.25
_MEANT = (
    ("no more", "avoid"), ("without", "avoid"), ("less", "less"), ("fewer", "less"), ("not ", "less"),
    ("no ", "avoid"), ("only", "only"), ("newer", "newer"), ("older", "older"), ("shorter", "shorter"),
    ("longer", "longer"), ("surprise", "surprise"),
)  # fmt: skip
"""What a wish means by the words in it, the first that is found; `more` where none is."""


@dataclass(slots=True)
class Part:
    """What is settled for one object of the answer."""

    item: Shown | None = None
    position: int = 0
    acts: tuple[str, ...] = ()
    decision: str = ""
    kind: str = ""
    seen: int | None = None
    """How many items the user looks at before it stops; None where that is not settled."""


class Scene:
    """The prompt, its draws, and the part of the answer that is being made."""

    def __init__(self, said: Sequence[Said], rng: Random) -> None:
        self.said, self.rng = said, rng
        self.part = Part()
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
    def feelings(self) -> dict[str, float]:
        return reading.feelings(self.said)

    @cached_property
    def wanted(self) -> int | None:
        return reading.wanted(self.said)

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

    def about(self, index: int) -> Part:
        """Turns to an item by its place in the prompt; the part before it, to come back to.

        Beyond the prompt's items there are made-up ones.
        """
        outer = self.part
        item = self.items[index] if index < len(self.items) else Shown(f"item-{index + 1}", "")
        self.part = Part(item=item, position=index + 1)
        return outer

    def acts(self) -> tuple[str, ...]:
        """What the user does with the item: mostly it skips."""
        if not self.part.acts:
            self.part.acts = self.rng.choices(_ACTS, _ACT_SHARES)[0]
        return self.part.acts

    def decision(self) -> str:
        """Continue, instruct or leave: leaving grows with the turns."""
        if not self.part.decision:
            leave = 1.0 if reading.time_is_up(self.said) else min(0.03 + 0.02 * self.turn, 0.6)
            stay = 1.0 - leave
            shares = (stay * (1 - _INSTRUCTS), stay * _INSTRUCTS, leave)
            self.part.decision = self.rng.choices(("continue", "instruct", "leave"), shares)[0]
        return self.part.decision

    @cached_property
    def spoken(self) -> tuple[str, str, str]:
        """The wish that the user utters: its words, the kind of directive it means, and the genre."""
        words, kind = self.draw(phrases.WISHES)
        genre = str(self.draw(self.genres))
        return words.format(genre.lower()), kind, genre

    def kind(self) -> str:
        """The kind of a directive: that of the wish, of the user's own or of the one to be read."""
        if not self.part.kind:
            if self.part.decision == "instruct":
                self.part.kind = self.spoken[1]
            elif self.wish:
                self.part.kind = next((kind for word, kind in _MEANT if word in self.wish), "more")
            else:
                self.part.kind = self.draw(("more", "less", "avoid", "surprise", "newer"))
        return self.part.kind

    def genre(self) -> str:
        """A genre: that of the wish, else one of the prompt's."""
        if self.part.decision == "instruct":
            return self.spoken[2]
        return str(self.draw(self.wished or self.genres))

    def looks(self) -> int:
        """How many of the items the user looks at: mostly all."""
        if self.part.seen is None:
            stops = len(self.items) > 1 and self.rng.random() < _STOPS
            self.part.seen = 1 + int(self.rng.random() * (len(self.items) - 1)) if stops else len(self.items)
        return self.part.seen
