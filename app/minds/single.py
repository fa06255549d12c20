"""The embedded user as a `graphs.ports.Mind`: one user of messages through the same array functions.

Everything that changes is in the `Mindset`, so each verb is a pure function of its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np

from app import draws
from app.draws import What
from app.minds import words
from app.minds.embedded import EmbeddedUser
from app.minds.rows import FACTORS, I32, MindRows, ReviewRows, UserRows, WishRows
from app.minds.situated import SituatedUser
from graphs.messages import (
    ACTIONS,
    LEAVE_REASONS,
    Continue,
    Decision,
    Directive,
    Instruct,
    Instruction,
    Leave,
    Mindset,
    Reaction,
    Review,
)  # fmt: skip
from graphs.ports import UserView
from graphs.session import INSTRUCT, LEAVE

_SHOWN = ("satisfaction", "boredom", "fatigue", "trust", "mood")
_VARIANTS = 1_000_000_007


class EmbeddedMind:
    """One embedded user; `row` is its one-row table (`app.minds.tastes`), `acting` the user in its situation."""

    def __init__(
        self, user: EmbeddedUser, row: UserRows, acting: EmbeddedUser | SituatedUser | None = None
    ) -> None:
        self.user, self.row, self.acting = user, row, acting or user

    def start(self) -> Mindset:
        """The mindset on arrival."""
        return self._mindset(self.acting.start(self.row))

    def adopt(self, mindset: Mindset) -> Mindset:
        """A mindset that another mind made, with feelings as they are and nothing remembered; its own as it is."""
        if mindset.memory:
            return mindset
        felt: dict[str, Any] = {name: np.array([getattr(mindset, name)]) for name in _SHOWN}
        return self._mindset(replace(self.acting.start(self.row), **felt))

    async def review(self, view: UserView) -> Review:
        rows = self._review(view)
        seen = int(rows.seen[0])
        variants = thought_variants(self.row.key, view.turn, rows.items.shape[1])
        reactions = [self._reaction(view, rows, slot, variants[slot]) for slot in range(seen)]
        return Review(reactions=tuple(reactions), seen=seen, summary=self._summary(view, rows, variants[0]))

    async def update_mindset(self, view: UserView, review: Review) -> tuple[Mindset, Decision | None]:
        before = rows_of(view.mindset)
        after = self.acting.update_mindset(self.row, before, self._review(view), view.turn)
        return self._mindset(after), None

    async def decide(self, view: UserView, review: Review, mindset: Mindset) -> Decision:
        minds = rows_of(mindset)
        decided = self.acting.decide(self.row, minds, self._review(view), view.turn)
        if decided.kind[0] == INSTRUCT:
            request = decided.requests[0]
            assert request is not None
            meant = tuple(self._named(d) for d in self.user.directives(minds, 0))
            return Instruct(instruction=Instruction(**request.model_dump(), directives=meant))
        if decided.kind[0] == LEAVE:
            reason = LEAVE_REASONS[decided.reason[0]]
            return Leave(reason=reason, words=self.user.leaving(self.row, minds, 0, reason, view.turn))
        return Continue()

    # ----------------------------------------------------------------------------- inside

    def _review(self, view: UserView) -> ReviewRows:
        items = np.array([[self.user.catalog.position[item] for item in view.slate.items]], np.int32)
        return self.acting.review(self.row, rows_of(view.mindset), _Shown(items), view.turn)

    def _reaction(self, view: UserView, rows: ReviewRows, slot: int, variant: int) -> Reaction:
        item = view.items[slot]
        actions = tuple(a for bit, a in enumerate(ACTIONS) if int(rows.actions[0, slot]) >> bit & 1)
        factor, utility = FACTORS[rows.factor[0, slot]], float(rows.utility[0, slot])
        watched = float(rows.watched[0, slot])
        facet = self.user.facet_pair(int(rows.facet[0, slot]))
        return Reaction(
            item=item.id,
            position=slot + 1,
            actions=actions,
            watched=watched,
            seconds=float(rows.seconds[0, slot]),
            thought=words.thought(item, factor, facet, utility, actions, watched, variant, self.user.noun),
            factors={"utility": utility, factor: float(rows.part[0, slot])},
        )

    def _summary(self, view: UserView, rows: ReviewRows, variant: int) -> str:
        opened = int(((rows.actions[0] & 2) > 0).sum())
        liked = int(((rows.actions[0] & 8) > 0).sum())
        best = int(np.argmax(rows.utility[0, : max(1, rows.seen[0])]))
        return words.summary(
            int(rows.seen[0]), opened, liked, rows.items.shape[1], view.mindset.satisfaction,
            float(rows.mind.satisfaction[0]), self.user.facet_pair(int(rows.facet[0, best])), variant,
            self.user.noun,
        )  # fmt: skip

    def _mindset(self, minds: MindRows) -> Mindset:
        meant = [self._named(d) for d in self.user.directives(minds, 0)]
        against = ("avoid", "less")
        return Mindset(
            **{name: float(getattr(minds, name)[0]) for name in _SHOWN},
            interests=self.user.interests(self.row, 0),
            wants=tuple(d for d in meant if d.kind not in against),
            avoids=tuple(d for d in meant if d.kind in against),
            memory=_memory(minds),
        )

    def _named(self, directive: Directive) -> Directive:
        """With an item's title in place of its id, as people say it."""
        titles = self.user.titles([directive])
        return directive.model_copy(update={"value": titles.get(directive.value or "", directive.value)})


class _Shown:
    """Just the items of a slate, int32 (1, k)."""

    def __init__(self, items: I32) -> None:
        self.items = items


def thought_variants(key: draws.Keys, turn: int, slots: int) -> list[int]:
    """One number a slot that picks the phrasing of its thought."""
    return [int(u * _VARIANTS) for u in draws.uniform(key, turn, What.THOUGHT, slots)[0]]


def _memory(minds: MindRows) -> dict[str, tuple[float, ...]]:
    """All arrays of a one-row mindset that `Mindset` has no field for."""
    flat = {f.name: getattr(minds, f.name) for f in fields(MindRows) if f.name not in (*_SHOWN, "wants")}
    flat |= {f"wants_{f.name}": getattr(minds.wants, f.name) for f in fields(WishRows)}
    return {name: tuple(float(x) for x in array[0].ravel()) for name, array in flat.items()}


def rows_of(mindset: Mindset) -> MindRows:
    """The one-row arrays of a mindset made by an `EmbeddedMind`; exact, since float64 holds every value."""
    memory = mindset.memory
    if not memory:
        raise ValueError("this mindset was not made by an embedded mind: it has no memory of one")
    shown: dict[str, Any] = {name: np.array([getattr(mindset, name)], np.float64) for name in _SHOWN}
    rest: dict[str, Any] = {
        f.name: _array(memory, f.name) for f in fields(MindRows) if f.name not in (*_SHOWN, "wants")
    }
    wants = WishRows(**{f.name: _array(memory, f"wants_{f.name}") for f in fields(WishRows)})
    return MindRows(**shown, **rest, wants=wants)


_TYPES: dict[str, type] = {
    "skips": np.int32, "seen": np.int32, "unheard": np.int32, "asked": np.bool_, "recent": np.int32,
    "satiation": np.float32, "known": np.float32, "dense": np.float32, "wish_facet": np.float32,
    "wish_numeric": np.float32, "wish_dense": np.float32, "wants_kind": np.int8, "wants_target": np.int32,
}  # fmt: skip
_SCALARS = ("expectation", "seconds", "skips", "seen", "asked", "match", "unheard")


def _array(memory: Mapping[str, tuple[float, ...]], name: str) -> np.ndarray:
    values: np.ndarray = np.array(memory[name], np.float64).astype(_TYPES.get(name, np.float64))
    return values if name in _SCALARS else values[None, :]
