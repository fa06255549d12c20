"""The embedded agent: reads the instruction, retrieves from several sources under filters, reranks, explains.

It sees what any recommender sees: the catalog, the visible past and reactions, and the words said. Sums that
decide an order are of whole numbers, so a user alone and a user among thousands get the same slate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app import draws
from app.draws import What
from app.recommenders import explaining
from app.recommenders.collaborative import ItemWeights, ease, itemknn
from app.recommenders.explaining import Chosen
from app.recommenders.knowledge import Knowledge, Visitor, flat
from app.recommenders.planning import Planner, no_constraints
from app.recommenders.profile import (
    ProfileRows,
    consumed,
    examined,
    integer_direction,
    observe,
    profile,
    weights_of,
)
from app.recommenders.ranking import EXACT, MISSING, blocks, diversify, first_unseen, fuse, mark, top_k
from app.recommenders.reader import Reader
from app.recommenders.rows import (
    COLLABORATIVE,
    DENSE,
    EXPLORATION,
    F32,
    I32,
    LEXICAL,
    POPULAR,
    Bool,
    CandidateRows,
    ConstraintRows,
    MemoryRows,
    PlanRows,
    SlateRows,
    joined,
    part,
)  # fmt: skip
from app.recommenders.wanting import Wanting, wishing
from graphs.messages import Request
from graphs.state import Rows

C64 = npt.NDArray[np.complex64]
I64 = npt.NDArray[np.int64]

_STEPS = np.float32(4096.0)
"""What a facet says for an item is counted in steps of 1/4096, so that sums over facets are exact."""


@dataclass(frozen=True)
class AgentWeights:
    """How the agent weighs its evidence; a trained policy may set others."""

    dense: float = 1.2
    collaborative: float = 1.0
    popularity: float = 0.35
    quality: float = 1.2
    learned: float = 1.2
    asked: float = 2.0
    worn: float = 0.25
    curious: float = 0.15
    diversity: float = 0.5
    per_source: int = 50
    candidates: int = 60
    explore: int = 6


@dataclass
class AgentRows(Rows):
    """What the agent keeps of n users."""

    profile: ProfileRows
    together: F32 | None
    """float32 (n, I): sums of item-to-item weights of what was consumed; integers."""
    standing: ConstraintRows
    shown: F32
    """float32 (n, F + 1): how often each facet was seen in this session, and `opened` how often consumed."""
    opened: F32
    worn: F32
    """float32 (n, F + 1): recent exposure to each facet, fading."""


class Agent:
    """The embedded agent over n users; implements `graphs.ports.CohortRecommender`.

    With `listens` False it ignores what is said: the control for what listening is worth.
    """

    def __init__(
        self, knowledge: Knowledge, weights: AgentWeights | None = None, listens: bool = True
    ) -> None:
        self.knowledge, self.weights, self.listens = knowledge, weights or AgentWeights(), listens
        self.planner = Planner(knowledge, Reader(knowledge.catalog))
        self.wanting = Wanting(knowledge, self.weights.per_source)
        self.together = _item_weights(knowledge)
        self.facets, self.empty = self.wanting.facets, self.wanting.empty
        own = np.maximum((self.facets < self.empty).sum(axis=1), 1)
        self.per_facet = (1.0 / own).astype(np.float32)
        self.popularity = np.asarray(knowledge.numeric.popularity, np.float32)
        self.quality = np.asarray(knowledge.numeric.quality, np.float32)
        self.famous = self.popularity >= np.quantile(self.popularity, 0.8)
        self.acclaimed = self.quality >= np.quantile(self.quality, 0.8)

    def start(self, visitors: Sequence[Visitor]) -> MemoryRows:
        memory = self.knowledge.memory(visitors)
        n, width = len(visitors), self.empty + 1
        rows, items, weights = flat(visitors)
        liked = weights > 0
        together = None
        if self.together is not None:
            together = np.zeros(memory.seen.shape, np.float32)
            self.together.add(together, rows[liked], items[liked], 1)
        shown, opened = np.zeros((n, width), np.float32), np.zeros((n, width), np.float32)
        self._count(shown, rows, items)
        self._count(opened, rows[liked], items[liked])
        memory.own = AgentRows(
            profile=profile(self.knowledge.dense, visitors),
            together=together,
            standing=no_constraints(n, self.empty),
            shown=shown,
            opened=opened,
            worn=np.zeros((n, width), np.float32),
        )
        return memory

    def _count(self, counts: F32, rows: I64, items: I32) -> None:
        """Add 1 for every facet of the items, in place."""
        at = self.facets.take(items, axis=0)
        at += (rows * counts.shape[1])[:, None]
        np.add.at(counts.reshape(-1), at.ravel(), np.float32(1.0))
        counts[:, -1] = 0.0

    # ------------------------------------------------------------------------------- reason

    def reason(self, memory: MemoryRows, requests: Sequence[Request | None], turn: int) -> PlanRows:
        plans = self.planner.plans(requests if self.listens else [None] * len(requests))
        return PlanRows(plans, self.planner.fold(memory.own.standing, plans))

    # ----------------------------------------------------------------------------- retrieve

    def retrieve(self, memory: MemoryRows, plans: PlanRows, turn: int) -> CandidateRows:
        """Fused candidates of all sources; hard filters and what was seen are out from the start."""
        out = self.planner.settle(plans.own, memory.seen)
        return joined(
            [
                self._retrieved(part(memory, rows), part(plans.own, rows), out[rows], turn)
                for rows in blocks(*out.shape)
            ]
        )

    def _retrieved(self, memory: MemoryRows, standing: ConstraintRows, out: Bool, turn: int) -> CandidateRows:
        own: AgentRows = memory.own
        k = self.weights.per_source
        closed = out * MISSING
        near = own.profile.near(self.knowledge.dense)
        known = (own.profile.total != 0).any(axis=1)
        lists = [
            (_top(near, closed, known, k), 1.0, DENSE),
            (first_unseen(self.knowledge.by_popularity, out, k // 2), 0.7, POPULAR),
            (self._explored(memory, out, turn), 0.8, EXPLORATION),
        ]
        if own.together is not None:
            # A positive sum, so that items never seen together with anything are no candidates of this source.
            lists.append((_top(own.together, closed, known, k, 0.0), 1.5, COLLABORATIVE))
        rows = np.flatnonzero(wishing(standing))
        if rows.size:
            lists.append((self._asked(standing.take(rows), rows, closed), 3.0, LEXICAL))
        return fuse(lists, out.shape[1], self.weights.candidates)

    def _asked(self, standing: ConstraintRows, rows: I64, closed: F32) -> I32:
        """The items that fit the wishes of some rows, of equal ones the better; -1 in all other rows."""
        k = self.weights.per_source
        asked = np.full((len(closed), k), -1, np.int32)
        fits = self.wanting.everywhere(standing) + self.quality * np.float32(0.1) + closed[rows]
        best = top_k(fits, k, above=0.15)[0]
        asked[rows, : best.shape[1]] = best
        return asked

    def _explored(self, memory: MemoryRows, out: Bool, turn: int) -> I32:
        """A few items drawn uniformly; those that are out or drawn twice are -1."""
        u = draws.uniform(memory.key, turn, What.EXPLORE, self.weights.explore)
        items = (u * out.shape[1]).astype(np.int32)
        useless = out[np.arange(len(items))[:, None], items]
        for slot in range(1, items.shape[1]):
            useless[:, slot] |= (items[:, :slot] == items[:, slot : slot + 1]).any(axis=1)
        return np.where(useless, -1, items).astype(np.int32)

    # ------------------------------------------------------------------------------- rerank

    def rerank(self, memory: MemoryRows, plans: PlanRows, candidates: CandidateRows, turn: int) -> SlateRows:
        """The slate by weighted relevance, learned preference, adherence, novelty and diversity."""
        slates = joined(
            [
                self._reranked(part(memory.own, rows), part(plans.own, rows), part(candidates, rows))
                for rows in blocks(len(memory.key), len(self.knowledge.catalog))
            ]
        )
        slates.messages = explaining.messages(self, plans, slates.items)
        return slates

    def _reranked(self, own: AgentRows, standing: ConstraintRows, candidates: CandidateRows) -> SlateRows:
        items = candidates.items
        near = self.knowledge.dense.take(items, axis=0)
        cosine = (near @ integer_direction(own.profile.total)[:, :, None])[:, :, 0] * EXACT
        at = self.facets.take(items, axis=0)
        at += (np.arange(len(items)) * (self.empty + 1))[:, None, None]
        lift = _lift(own)
        asked = self.wanting.among(standing, items, at, near)
        relevance = self._relevance(own, standing, items, at, cosine, asked, lift)
        slots = diversify(relevance, near, self.knowledge.slate_size, self.weights.diversity)
        chosen = Chosen.of(slots, candidates, relevance, asked, cosine, near, at, lift)
        return SlateRows(
            items=chosen.items,
            score=chosen.score,
            source=chosen.source,
            propensity=np.full(slots.shape, np.nan, np.float32),
            reason=explaining.reasons(self, own, standing, chosen),
        )

    def _relevance(
        self,
        own: AgentRows,
        standing: ConstraintRows,
        items: I32,
        at: I64,
        cosine: F32,
        asked: F32,
        lift: F32,
    ) -> F32:
        """float32 (n, m), MISSING where there is no candidate. `at` int64 (n, m, M) finds facets in (n, F + 1)."""
        w = self.weights
        focus = np.float32(1.0) - np.minimum(standing.surprise, 1.0)[:, None]
        sums = self._summed(own, lift, at)
        relevance = (
            w.dense * cosine * focus
            + (w.popularity * self.popularity + w.quality * self.quality)[items]
            + w.learned * np.tanh(sums.real * (1 / _STEPS)) * focus
            + w.asked * asked
            + sums.imag * (1 / _STEPS) * self.per_facet[items] * (np.float32(2.0) - focus)
        )
        if own.together is not None:
            best = np.maximum(own.together.max(axis=1, keepdims=True), np.float32(1.0))
            relevance += w.collaborative * np.take_along_axis(own.together, items, axis=1) / best
        return np.where(items >= 0, relevance, MISSING).astype(np.float32)

    def _summed(self, own: AgentRows, lift: F32, at: I64) -> C64:
        """complex64 (n, m): over the facets of an item the sums of lift and, imaginary, of what is new or worn."""
        w = self.weights
        each = np.empty(lift.shape, np.complex64)
        np.rint(lift * _STEPS, out=each.real)
        fresh = own.shown + np.float32(1.0)
        np.sqrt(fresh, out=fresh)
        np.divide(np.float32(w.curious) * _STEPS, fresh, out=fresh)
        fresh -= own.worn * (np.float32(w.worn) * _STEPS)
        np.rint(fresh, out=each.imag)
        each[:, -1] = 0.0
        return np.asarray(each.reshape(-1).take(at) @ np.ones(at.shape[2], np.complex64))

    # ------------------------------------------------------------------------------ observe

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        """Takes the memory over: what it held is changed in place."""
        own: AgentRows = memory.own
        weights = weights_of(slates.items, reviews)
        rows, items = consumed(slates.items, weights)
        if own.together is not None and self.together is not None:
            self.together.add(own.together, rows, items, 1)
        seen_rows, seen_slots = np.nonzero(examined(slates.items, reviews))
        seen = slates.items[seen_rows, seen_slots]
        own.worn *= np.float32(0.7)
        self._count(own.shown, seen_rows, seen)
        self._count(own.worn, seen_rows, seen)
        self._count(own.opened, rows, items)
        own.profile = observe(own.profile, self.knowledge.dense, slates.items, weights)
        own.standing = plans.own
        mark(memory.seen, memory.left, slates.items)
        return memory


def _top(scores: F32, closed: F32, known: Bool, k: int, above: float = float(MISSING)) -> I32:
    """The best k open items of the rows that are known, -1 elsewhere."""
    best = np.full((len(scores), k), -1, np.int32)
    rows = np.flatnonzero(known)
    if rows.size:
        some = scores + closed if len(rows) == len(known) else scores[rows] + closed[rows]
        found = top_k(some, k, above)[0]
        best[rows, : found.shape[1]] = found
    return best


def _lift(own: AgentRows) -> F32:
    """float32 (n, F + 1): how much more than usual the user opens items with a facet, shrunk to 0."""
    opened, shown = own.opened, own.shown
    usual = opened.sum(axis=1, keepdims=True) / np.maximum(shown.sum(axis=1, keepdims=True), 1.0)
    lift = shown * -usual
    lift += opened
    lift /= shown + np.float32(6.0)
    lift[:, -1] = 0.0
    return np.asarray(lift, np.float32)


def _item_weights(knowledge: Knowledge) -> ItemWeights | None:
    """EASE where interactions exist and the catalog allows it, neighbors on larger ones."""
    if knowledge.interactions is None:
        return None
    n = len(knowledge.catalog)
    return ease(knowledge.interactions, n) if n <= 10_000 else itemknn(knowledge.interactions, n)
