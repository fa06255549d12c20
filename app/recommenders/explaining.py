"""Why the agent put an item where it stands: a reason that is true of the item, and the message of a slate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app.catalog.wording import facet_words, slots
from app.recommenders import reasons as codes
from app.recommenders.planning import BOUND
from app.recommenders.ranking import EXACT
from app.recommenders.rows import (
    COLLABORATIVE,
    EXPLORATION,
    F32,
    I32,
    U16,
    Bool,
    CandidateRows,
    ConstraintRows,
    PlanRows,
)  # fmt: skip
from graphs.messages import Directive, Plan

if TYPE_CHECKING:
    from app.recommenders.agent import Agent, AgentRows

CLOSE = 0.35
"""From this cosine on an item is close to another."""
IN_LINE = 0.25
"""From this cosine on an item is in line with a profile."""
OPENED = 2
"""So often a facet must have been opened to be called a habit, and so much more than usual:"""
LIFT = 0.05
_WEIGHED = 20
_PULLED = 0.3
_HEARD = 0.2


@dataclass(frozen=True)
class Chosen:
    """What is known of the k chosen candidates of n users; (n, k) each, item -1 where there is none."""

    items: I32
    score: F32
    source: U16
    asked: F32
    cosine: F32
    near: F32
    """float32 (n, k, D): the items' vectors."""
    at: npt.NDArray[np.int64]
    """int64 (n, k, M): the places of their facets in an array (n, F + 1)."""
    lift: F32
    """float32 (n, F + 1): how much more than usual the user opens each facet."""

    @classmethod
    def of(
        cls, slots: I32, candidates: CandidateRows, relevance: F32, asked: F32, cosine: F32, near: F32,
        at: npt.NDArray[np.int64], lift: F32,
    ) -> Chosen:  # fmt: skip
        """The slots int32 (n, k) out of the candidates."""
        rows, there = np.arange(len(slots))[:, None], slots >= 0
        return cls(
            items=np.where(there, candidates.items[rows, slots], -1),
            score=np.where(there, relevance[rows, slots], np.float32(0.0)),
            source=np.where(there, candidates.source[rows, slots], np.uint16(0)),
            asked=asked[rows, slots],
            cosine=cosine[rows, slots],
            near=near[rows, slots],
            at=at[rows, slots],
            lift=lift,
        )

    def take(self, rows: npt.NDArray[np.int64]) -> Chosen:
        """The chosen of some users; `at` and `lift` stay those of all."""
        kept = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "lift"}
        return Chosen(**kept, lift=self.lift)

    def best(self, each: F32) -> tuple[F32, I32]:
        """The largest of the values float32 (n, k, M) of each item's facets, (n, k), and which facet it is."""
        top = each.argmax(axis=2)[:, :, None]
        facet = np.take_along_axis(self.at, top, axis=2)[:, :, 0] % self.lift.shape[1]
        return np.take_along_axis(each, top, axis=2)[:, :, 0], facet.astype(np.int32)


def reasons(agent: Agent, own: AgentRows, standing: ConstraintRows, chosen: Chosen) -> I32:
    """Packed reasons int32 (n, k). Of all that are true the last here: later ones say more."""
    packed = np.full(chosen.items.shape, codes.pack(codes.REST), np.int32)
    for true, code in (
        ((chosen.source & EXPLORATION) > 0, codes.EXPLORE),
        (agent.acclaimed[chosen.items], codes.ACCLAIMED),
        (chosen.cosine >= IN_LINE, codes.NEAREST),
        ((chosen.source & COLLABORATIVE) > 0, codes.TOGETHER),
        (agent.famous[chosen.items], codes.POPULAR),
    ):
        packed = np.where(true, codes.pack(code), packed)
    often = own.opened.reshape(-1).take(chosen.at) >= OPENED
    habit, facet = chosen.best(chosen.lift.reshape(-1).take(chosen.at) * often)
    packed = np.where(habit > LIFT, codes.pack(codes.LEARNED, facet), packed)
    liked = own.profile.liked[:, None]
    packed = np.where(_close(agent, chosen, own.profile.liked), codes.pack(codes.SIMILAR, liked), packed)
    rows = np.flatnonzero((chosen.asked > _HEARD).any(axis=1))
    if rows.size:
        packed[rows] = _asked(agent, standing.take(rows), chosen.take(rows), packed[rows])
    return np.where(chosen.items >= 0, packed, codes.NONE).astype(np.int32)


def _close(agent: Agent, chosen: Chosen, other: I32) -> Bool:
    """bool (n, k): close to the row's `other` item, which is -1 for none and never close to itself."""
    vector = agent.knowledge.dense[other]
    near = (chosen.near @ vector[:, :, None])[:, :, 0] * EXACT
    return np.asarray((near >= CLOSE) & (other >= 0)[:, None] & (chosen.items != other[:, None]))


def _asked(agent: Agent, standing: ConstraintRows, chosen: Chosen, packed: I32) -> I32:
    """The reasons with the wish that an item fulfills, where it fulfills one."""
    pull = standing.numeric[:, None, :] * agent.wanting.numeric[chosen.items]
    column = pull.argmax(axis=2)
    upward = np.take_along_axis(standing.numeric, column, axis=1) > 0
    number = codes.pack(codes.ASKED_NUMBER, (2 * column + ~upward).astype(np.int32))
    found = np.where(pull.max(axis=2) > _PULLED, number, packed)
    facets = agent.facets[chosen.items]
    each = (standing.boost[:, None, None, :] * (facets[..., None] == standing.facet[:, None, None, :])).max(
        axis=3
    )
    boost, facet = chosen.best(each)
    found = np.where(boost > _WEIGHED, codes.pack(codes.ASKED, facet), found)
    like = codes.pack(codes.ASKED_LIKE, standing.like[:, None])
    found = np.where(_close(agent, chosen, standing.like), like, found)
    for row, query in enumerate(standing.queries):
        if query:
            hit = agent.wanting.matches(query)[chosen.items[row]] > 0
            found[row] = np.where(hit, codes.pack(codes.ASKED_WORDS), found[row])
    return np.where(chosen.asked > _HEARD, found, packed).astype(np.int32)


# ----------------------------------------------------------------------------------- messages


def messages(agent: Agent, plans: PlanRows, items: I32) -> list[str]:
    """What the recommender says with each slate; empty where nothing was asked and nothing gave way."""
    said = []
    for row, (plan, released) in enumerate(zip(plans.plans, plans.own.released, strict=True)):
        parts = [_answer(agent, plan)] if plan else []
        if released:
            parts.append(_gave_way(released, agent.knowledge.catalog.noun))
        elif plan and plan.filters:
            parts.append(_few(int((items[row] >= 0).sum()), items.shape[1]))
        said.append(" ".join(filter(None, parts)))
    return said


def _answer(agent: Agent, plan: Plan) -> str:
    noun, words = agent.knowledge.catalog.noun, " and ".join(f"“{query}”" for query in plan.queries)
    found = any(len(agent.wanting.search(query)[0]) for query in plan.queries)
    searched = f"I searched for {words}{'' if found else ' and found nothing'}." if words else ""
    if plan.directives:
        asked = f"You asked for {listed([heard(d, noun) for d in plan.directives])}."
        missed = [word for word in plan.unknown if word not in words]
        unknown = f"I do not know: {', '.join(missed)}." if missed else ""
        return " ".join(filter(None, (asked, searched, unknown)))
    return searched or "I am not sure what you mean; here is my best guess."


def _gave_way(released: Sequence[Directive], noun: str) -> str:
    kept = listed([heard(d, noun) for d in released])
    return f"Nothing more fits all you asked for, so I no longer hold to {kept}."


def _few(found: int, size: int) -> str:
    if found >= size:
        return ""
    return "Only this one fits." if found == 1 else f"Only these {found} fit."


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


_PLAIN = {
    "surprise": "something different", "popular": "something well known", "niche": "something less known",
}  # fmt: skip
_BOUNDS = {
    "newer": "nothing before {}", "older": "nothing after {}",
    "longer": "at least {} minutes", "shorter": "at most {} minutes",
}  # fmt: skip


def heard(directive: Directive, noun: str) -> str:
    """A directive in words: `no horror`, `only French films`, `something like Heat`, `at most 90 minutes`."""
    kind, value = directive.kind, directive.value or ""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in BOUND:
        return _BOUNDS[kind].format(value) if value else f"something {kind}"
    if kind == "similar":
        return f"something like {value}"
    words = facet_words(directive.facet or "", value, noun)
    if kind == "less":
        return f"{slots(directive.facet or '', value, noun)[0]['less']} {words}"
    return {"avoid": f"no {words}", "only": f"only {words}"}.get(kind, words)
