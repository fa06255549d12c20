"""The embedded agent: reads the instruction, retrieves from several sources under filters, reranks, explains.

It sees what any recommender sees: the catalog, the visible past and reactions, and the words said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app import draws
from app.catalog.lexical import LexicalIndex
from app.draws import What
from app.recommenders import explaining
from app.recommenders.collaborative import ItemWeights, ease, itemknn
from app.recommenders.knowledge import Knowledge, Visitor, flat
from app.recommenders.planning import Planner, no_constraints
from app.recommenders.profile import ProfileRows, integer_direction, learned, observe, profile, weights_of
from app.recommenders.ranking import MISSING, diversify, first_unseen, mark, reciprocal_ranks, top_k
from app.recommenders.reader import Reader
from app.recommenders.rows import (
    COLLABORATIVE,
    DENSE,
    EXPLORATION,
    F32,
    I32,
    LEXICAL,
    POPULAR,
    U16,
    Bool,
    CandidateRows,
    ConstraintRows,
    MemoryRows,
    PlanRows,
    SlateRows,
)  # fmt: skip
from graphs.messages import Request
from graphs.state import Rows


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
    """float32 (n, F + 1): how often each facet was seen in this session, and `opened` how often opened."""
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
        self.lexical = LexicalIndex(knowledge.catalog)
        self.together = _item_weights(knowledge)
        self.facets = np.ascontiguousarray(knowledge.facets.matrix.T)
        numeric = knowledge.numeric
        self.numeric = np.stack([numeric.year_z, numeric.duration_z, numeric.popularity_z], axis=1)
        self.popularity = np.asarray(numeric.popularity, np.float32)
        self.quality = np.asarray(numeric.quality, np.float32)
        self.popular_from = float(np.quantile(self.popularity, 0.8))

    def start(self, visitors: Sequence[Visitor]) -> MemoryRows:
        memory = self.knowledge.memory(visitors)
        n, width = len(visitors), len(self.knowledge.facets.names) + 1
        rows, items, weights = flat(visitors)
        together = None
        if self.together is not None:
            together = np.zeros(memory.seen.shape, np.float32)
            self.together.add(together, rows[weights > 0], items[weights > 0], 1)
        shown, opened = np.zeros((n, width), np.float32), np.zeros((n, width), np.float32)
        self._count(shown, rows, items)
        self._count(opened, rows[weights > 0], items[weights > 0])
        memory.own = AgentRows(
            profile=profile(self.knowledge.dense, visitors),
            together=together,
            standing=no_constraints(n, width, self.knowledge.dense.shape[1]),
            shown=shown,
            opened=opened,
            worn=np.zeros((n, width), np.float32),
        )
        return memory

    def _count(self, counts: F32, rows: np.ndarray, items: I32) -> None:
        np.add.at(counts, (rows[:, None], self.knowledge.facets.ids[items]), np.float32(1.0))
        counts[:, -1] = 0.0

    # ------------------------------------------------------------------------------- reason

    def reason(self, memory: MemoryRows, requests: Sequence[Request | None], turn: int) -> PlanRows:
        heard = requests if self.listens else [None] * len(requests)
        plans = self.planner.plans(heard)
        return PlanRows(plans, self.planner.fold(memory.own.standing, plans))

    # ----------------------------------------------------------------------------- retrieve

    def retrieve(self, memory: MemoryRows, plans: PlanRows, turn: int) -> CandidateRows:
        """Fused candidates of all sources; hard filters and what was seen are out from the start."""
        blocked = self._blocked(memory, plans.own)
        own: AgentRows = memory.own
        k = self.weights.per_source
        closed = np.where(blocked, MISSING, np.float32(0.0))
        lists = [(top_k(own.profile.cosine(self.knowledge.dense) + closed, k)[0], 1.0, DENSE)]
        if own.together is not None:
            # A positive sum, so that items never seen together with anything are no candidates of this source.
            scored = np.where((own.together > 0) & ~blocked, own.together, MISSING)
            lists.append((top_k(scored, k)[0], 1.5, COLLABORATIVE))
        lists.append((first_unseen(self.knowledge.by_popularity, blocked, k // 2), 0.7, POPULAR))
        lists.append((self._explored(memory, blocked, turn), 0.8, EXPLORATION))
        asked = self._asked(plans.own, closed)
        if asked is not None:
            lists.append((asked, 3.0, LEXICAL))
        return self._fuse(lists, blocked.shape[1])

    def _blocked(self, memory: MemoryRows, standing: ConstraintRows) -> Bool:
        """bool (n, I): seen, or excluded by a filter. Where nothing is left the oldest filters give way."""
        blocked = memory.seen.copy()
        for row, filters in enumerate(standing.filters):
            while filters:
                out = ~self.planner.allowed(filters) | memory.seen[row]
                if not out.all():
                    blocked[row] = out
                    break
                filters = filters[1:]
            standing.filters[row] = filters
        return blocked

    def _explored(self, memory: MemoryRows, blocked: Bool, turn: int) -> I32:
        """A few items drawn uniformly; those that are out or drawn twice are -1."""
        u = draws.uniform(memory.key, turn, What.EXPLORE, self.weights.explore)
        items = (u * blocked.shape[1]).astype(np.int32)
        out = blocked[np.arange(len(items))[:, None], items]
        twice = np.zeros_like(out)
        for slot in range(1, items.shape[1]):
            twice[:, slot] = (items[:, :slot] == items[:, slot : slot + 1]).any(axis=1)
        return np.where(out | twice, -1, items).astype(np.int32)

    def _asked(self, standing: ConstraintRows, closed: F32) -> I32 | None:
        """Items that fit the standing wishes best, -1 in the rows of users without one."""
        wishing = np.flatnonzero(_wishing(standing))
        if not wishing.size:
            return None
        some = standing.take(wishing)
        scores = some.boost[:, :-1] @ self.facets * np.float32(1.0 / 96.0)
        for column in range(3):
            scores += some.numeric[:, column : column + 1] * self.numeric[:, column][None, :]
        similar = np.flatnonzero(np.abs(some.similar).sum(axis=1) > 0)
        if similar.size:
            near = integer_direction(some.similar[similar]) @ self.knowledge.dense.T
            scores[similar] += near * np.float32(2.0 / (127.0 * 127.0))
        for row, query in enumerate(some.queries):
            if query:
                found, strength = self.lexical.search(query, self.weights.per_source)
                scores[row, found] += 2.0 * strength / max(float(strength.max(initial=0.0)), 1e-6)
        scores = np.where(scores > 0.05, scores + self.quality * np.float32(0.1), MISSING) + closed[wishing]
        listed = np.full((len(standing.boost), self.weights.per_source), -1, np.int32)
        found = top_k(scores, self.weights.per_source)[0]
        listed[wishing, : found.shape[1]] = found
        return listed

    def _fuse(self, lists: list[tuple[I32, float, np.uint16]], width: int) -> CandidateRows:
        fused = reciprocal_ranks([(items, weight) for items, weight, _ in lists], width)
        items, score = top_k(np.where(fused > 0, fused, MISSING), self.weights.candidates)
        source = np.zeros(fused.shape, np.uint16)
        for listed, _, bit in lists:
            rows, slots = np.nonzero(listed >= 0)
            source[rows, listed[rows, slots]] |= bit
        return CandidateRows(items, score, np.where(items >= 0, np.take_along_axis(source, items, axis=1), 0))

    # ------------------------------------------------------------------------------- rerank

    def rerank(self, memory: MemoryRows, plans: PlanRows, candidates: CandidateRows, turn: int) -> SlateRows:
        """The slate by weighted relevance, learned preference, adherence, novelty and diversity."""
        items = candidates.items
        there = items >= 0
        near = self.knowledge.dense[items]
        relevance, asked, learned_by = self._relevance(memory.own, plans.own, items, near)
        relevance = np.where(there, relevance, MISSING)
        similarity = near @ near.transpose(0, 2, 1) * np.float32(1.0 / (127.0 * 127.0))
        slots = diversify(relevance, similarity, self.knowledge.slate_size, self.weights.diversity)
        chosen = np.maximum(slots, 0)

        def of(values: np.ndarray) -> np.ndarray:
            return np.take_along_axis(values, chosen, axis=1)

        shown = np.where(slots >= 0, of(items), -1).astype(np.int32)
        source: U16 = np.where(slots >= 0, of(candidates.source), 0).astype(np.uint16)
        why = explaining.reasons(self, memory.own, plans.own, shown, source, of(asked), of(learned_by))
        return SlateRows(
            items=shown,
            score=np.where(slots >= 0, of(relevance), 0.0).astype(np.float32),
            source=source,
            propensity=np.full(shown.shape, np.nan, np.float32),
            reason=why,
            messages=[explaining.message(one) for one in plans.plans],
        )

    def _relevance(
        self, own: AgentRows, standing: ConstraintRows, items: I32, near: F32
    ) -> tuple[F32, F32, I32]:
        """Relevance (n, m), adherence (n, m) in (-1, 1), and the facet (n, m) that spoke most for an item."""
        w = self.weights
        direction = integer_direction(own.profile.total)
        cosine = (near @ direction[:, :, None])[:, :, 0] * np.float32(1.0 / (127.0 * 127.0))
        facets = self.knowledge.facets.ids[items]
        rows = np.arange(len(items))[:, None, None]
        lift = _lift(own)[rows, facets]
        asked = self._adherence(standing, items, facets, near)
        worn = own.worn[rows, facets].sum(axis=2) * np.float32(1.0 / facets.shape[2])
        unknown = (1.0 / np.sqrt(1.0 + own.shown))[rows, facets].mean(axis=2)
        focus = np.float32(1.0) - np.minimum(standing.surprise, 1.0)[:, None]
        relevance = (
            w.dense * cosine * focus
            + w.popularity * self.popularity[items]
            + w.quality * self.quality[items]
            + w.learned * np.tanh(lift.sum(axis=2)) * focus
            + w.asked * asked
            - w.worn * worn * (2.0 - focus)
            + w.curious * unknown * (2.0 - focus)
        )
        if own.together is not None:
            best = np.maximum(own.together.max(axis=1, keepdims=True), 1.0)
            relevance = relevance + w.collaborative * np.take_along_axis(own.together, items, axis=1) / best
        top = np.take_along_axis(facets, lift.argmax(axis=2)[:, :, None], axis=2)[:, :, 0]
        spoke = np.where(lift.max(axis=2) > 0.05, top, -1)
        return relevance.astype(np.float32), asked, spoke.astype(np.int32)

    def _adherence(self, standing: ConstraintRows, items: I32, facets: I32, near: F32) -> F32:
        """How well each candidate fits the standing wishes, float32 (n, m) in (-1, 1)."""
        rows = np.arange(len(items))[:, None, None]
        raw = standing.boost[rows, facets].sum(axis=2) * np.float32(1.0 / 96.0)
        raw = raw + (standing.numeric[:, None, :] * self.numeric[items]).sum(axis=2)
        direction = integer_direction(standing.similar)
        raw = raw + (near @ direction[:, :, None])[:, :, 0] * np.float32(2.0 / (127.0 * 127.0))
        return np.tanh(raw).astype(np.float32)

    # ------------------------------------------------------------------------------ observe

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        own: AgentRows = memory.own
        rows, items, weights = learned(slates.items, reviews)
        if own.together is not None and self.together is not None:
            self.together.add(own.together, rows[weights > 0], items[weights > 0], 1)
        said = np.where(slates.items >= 0, weights_of(reviews), 0)
        seen_rows, seen_slots = np.nonzero((np.arange(said.shape[1]) < _seen(reviews)) & (slates.items >= 0))
        shown, opened, worn = own.shown.copy(), own.opened.copy(), own.worn * np.float32(0.7)
        seen_items = slates.items[seen_rows, seen_slots]
        self._count(shown, seen_rows, seen_items)
        self._count(worn, seen_rows, seen_items)
        self._count(opened, rows[weights > 0], items[weights > 0])
        after = replace(
            own,
            profile=observe(own.profile, self.knowledge.dense, slates.items, reviews),
            standing=plans.own,
            shown=shown,
            opened=opened,
            worn=worn,
        )
        return MemoryRows(memory.key, mark(memory.seen, slates.items), after)


def _seen(reviews: object) -> np.ndarray:
    return np.asarray(reviews.seen)[:, None]  # type: ignore[attr-defined]


def _wishing(standing: ConstraintRows) -> Bool:
    """bool (n,): users with a wish that can still be heard."""
    asked = np.abs(standing.boost).max(axis=1) >= 20
    asked |= np.abs(standing.numeric).max(axis=1) > 0.2
    asked |= np.abs(standing.similar).max(axis=1) > 0
    return asked | np.array([bool(q) for q in standing.queries], bool)


def _lift(own: AgentRows) -> F32:
    """float32 (n, F + 1): how much more than usual the user opens items with a facet, shrunk to 0."""
    shown, opened = own.shown, own.opened
    usual = opened.sum(axis=1, keepdims=True) / np.maximum(shown.sum(axis=1, keepdims=True), 1.0)
    lift = (opened - usual * shown) / (shown + np.float32(6.0))
    lift[:, -1] = 0.0
    return lift


def _item_weights(knowledge: Knowledge) -> ItemWeights | None:
    """EASE where interactions exist and the catalog allows it, neighbors on larger ones."""
    if knowledge.interactions is None:
        return None
    n = len(knowledge.catalog)
    return ease(knowledge.interactions, n) if n <= 10_000 else itemknn(knowledge.interactions, n)


def deaf(knowledge: Knowledge) -> Agent:
    """The agent that ignores instructions, as a control."""
    return Agent(knowledge, listens=False)
