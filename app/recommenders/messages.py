"""Between messages and rows on the recommender's side: what a user visibly did, and slates either way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.recommenders.knowledge import Knowledge
from app.recommenders.reasons import reason_text
from app.recommenders.rows import I32, SlateRows
from graphs.messages import (
    ACTIONS,
    SOURCES,
    Action,
    PublicPersona,
    Reaction,
    Request,
    Review,
    Slate,
    Slot,
    Source,
    VisibleTurn,
)  # fmt: skip


@dataclass(frozen=True)
class Visits:
    """One user's visible turns so far."""

    persona: PublicPersona
    turns: tuple[VisibleTurn, ...] = ()

    def after(
        self,
        row: int,
        turn: int,
        request: Request | None,
        slates: SlateRows,
        reviews: object,
        knowledge: Knowledge,
    ) -> Visits:
        """With the turn of one row added."""
        slate = from_slate_rows(slates, row, knowledge)
        seen = VisibleTurn(
            number=turn, request=request, slate=slate, review=visible_review(reviews, row, slate)
        )
        return Visits(self.persona, (*self.turns, seen))


def sources_of(mask: int) -> tuple[Source, ...]:
    return tuple(name for bit, name in enumerate(SOURCES) if mask >> bit & 1)


def actions_of(mask: int) -> tuple[Action, ...]:
    return tuple(name for bit, name in enumerate(ACTIONS) if mask >> bit & 1)


def mask_of(names: Sequence[str], all_names: Sequence[str]) -> int:
    return sum(1 << all_names.index(name) for name in set(names))


def visible_review(reviews: object, row: int, slate: Slate) -> Review:
    """The visible reactions of one row."""
    seen = int(reviews.seen[row])  # type: ignore[attr-defined]
    reactions = [
        Reaction(
            item=item,
            position=slot + 1,
            actions=actions_of(int(reviews.actions[row, slot])),  # type: ignore[attr-defined]
            watched=float(reviews.watched[row, slot]),  # type: ignore[attr-defined]
            seconds=float(reviews.seconds[row, slot]),  # type: ignore[attr-defined]
        )
        for slot, item in enumerate(slate.items[:seen])
    ]
    return Review(reactions=tuple(reactions), seen=len(reactions))


def from_slate_rows(slates: SlateRows, row: int, knowledge: Knowledge) -> Slate:
    """One row as a message, with its reasons in words."""
    slots = []
    for slot in np.flatnonzero(slates.items[row] >= 0):
        propensity = float(slates.propensity[row, slot])
        slots.append(
            Slot(
                item=knowledge.catalog.ids[slates.items[row, slot]],
                score=float(slates.score[row, slot]),
                sources=sources_of(int(slates.source[row, slot])),
                propensity=None if np.isnan(propensity) else propensity,
                reason=_reason(slates, row, int(slot), knowledge),
            )
        )
    return Slate(slots=tuple(slots), message=slates.messages[row] if slates.messages else "")


def _reason(slates: SlateRows, row: int, slot: int, knowledge: Knowledge) -> str:
    if slates.texts:
        return slates.texts[row][slot]
    return reason_text(int(slates.reason[row, slot]), knowledge.catalog, knowledge.facets)


def to_slate_rows(slates: Sequence[Slate], failures: Sequence[str], knowledge: Knowledge) -> SlateRows:
    """n slates as rows of `slate_size` slots."""
    shape = (len(slates), knowledge.slate_size)
    items: I32 = np.full(shape, -1, np.int32)
    score, source = np.zeros(shape, np.float32), np.zeros(shape, np.uint16)
    propensity = np.full(shape, np.nan, np.float32)
    for row, slate in enumerate(slates):
        for place, slot in enumerate(slate.slots):
            items[row, place] = knowledge.catalog.position[slot.item]
            score[row, place], source[row, place] = slot.score, mask_of(slot.sources, SOURCES)
            if slot.propensity is not None:
                propensity[row, place] = slot.propensity
    return SlateRows(
        items=items,
        score=score,
        source=source,
        propensity=propensity,
        reason=np.zeros(shape, np.int32),
        messages=[slate.message for slate in slates],
        texts=[
            [slot.reason for slot in slate.slots] + [""] * (shape[1] - len(slate.slots)) for slate in slates
        ],
        failures=list(failures),
    )
