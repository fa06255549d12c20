"""The baselines that every comparison needs: random, popular, content, itemknn and ease. None reads requests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app import draws
from app.catalog.catalog import Interactions
from app.draws import What
from app.errors import UsageError
from app.recommenders import reasons as codes
from app.recommenders.collaborative import ItemWeights, ease, itemknn
from app.recommenders.knowledge import Knowledge, Visitor, flat
from app.recommenders.profile import ProfileRows, consumed, observe, profile, weights_of
from app.recommenders.ranking import EXACT, MISSING, blocks, first_unseen, mark, top_k
from app.recommenders.rows import (
    COLLABORATIVE,
    DENSE,
    F32,
    I32,
    POPULAR,
    RANDOM,
    U16,
    CandidateRows,
    MemoryRows,
    PlanRows,
    SlateRows,
    no_plans,
    part,
)  # fmt: skip
from graphs.messages import Request


class Baseline:
    """A cohort recommender that ranks all items by one score; implements `graphs.ports.CohortRecommender`."""

    source: np.uint16 = POPULAR
    reason_code: int = codes.NONE

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def start(self, visitors: Sequence[Visitor]) -> MemoryRows:
        return self.knowledge.memory(visitors)

    def reason(self, memory: MemoryRows, requests: Sequence[Request | None], turn: int) -> PlanRows:
        return no_plans(len(memory.key))

    def retrieve(self, memory: MemoryRows, plans: PlanRows, turn: int) -> CandidateRows:
        found = [
            top_k(self._open_scores(part(memory, rows)), self.knowledge.slate_size)
            for rows in blocks(*memory.seen.shape)
        ]
        items, values = (np.concatenate(column) for column in zip(*found, strict=True))
        return CandidateRows(items, values, _source(items.shape, self.source))

    def _open_scores(self, memory: MemoryRows) -> F32:
        scores = self.scores(memory)
        scores += memory.seen * MISSING
        return scores

    def scores(self, memory: MemoryRows) -> F32:
        """float32 (n, I), the higher the better; the caller may change it."""
        raise NotImplementedError

    def rerank(self, memory: MemoryRows, plans: PlanRows, candidates: CandidateRows, turn: int) -> SlateRows:
        items = candidates.items
        return SlateRows(
            items=items,
            score=candidates.score,
            source=candidates.source,
            propensity=self.propensity(memory, items.shape),
            reason=self.reasons(memory, candidates),
        )

    def reasons(self, memory: MemoryRows, candidates: CandidateRows) -> I32:
        return np.full(candidates.items.shape, codes.pack(self.reason_code), np.int32)

    def propensity(self, memory: MemoryRows, shape: tuple[int, ...]) -> F32:
        return np.full(shape, np.nan, np.float32)

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        """Takes the memory over: what it held is changed in place."""
        mark(memory.seen, memory.left, slates.items)
        return memory


def _source(shape: tuple[int, ...], source: np.uint16) -> U16:
    return np.full(shape, source, np.uint16)


class Random(Baseline):
    """Uniform over what was not yet shown; the propensity of an item at a place is 1 / (number left)."""

    source = RANDOM
    reason_code = codes.RANDOM
    tries = 4
    """Draws for each slot; a user for whom too few of them are new gets a random order of all items."""
    longest = 20
    """Slots of a slate up to which drawing is quicker than ordering."""

    def retrieve(self, memory: MemoryRows, plans: PlanRows, turn: int) -> CandidateRows:
        k = min(self.knowledge.slate_size, memory.seen.shape[1])
        few = k <= self.longest
        items = self._drawn(memory, turn, k) if few else np.full((len(memory.key), k), -1, np.int32)
        unlucky = np.flatnonzero((items[:, -1] < 0) & (memory.left > 0))
        if unlucky.size:
            items[unlucky] = self._ordered(memory.take(unlucky), turn, k)
        return CandidateRows(items, np.zeros(items.shape, np.float32), _source(items.shape, self.source))

    def _drawn(self, memory: MemoryRows, turn: int, k: int) -> I32:
        """The first k different unseen items of `tries` times k draws with replacement; -1 where there are fewer."""
        n, width = memory.seen.shape
        u = draws.uniform(memory.key, turn, What.RECOMMEND, self.tries * k)
        items = (u * width).astype(np.int32)
        good = ~memory.seen[np.arange(n)[:, None], items]
        for slot in range(1, items.shape[1]):
            good[:, slot] &= ~(items[:, :slot] == items[:, slot : slot + 1]).any(axis=1)
        rank = np.cumsum(good, axis=1)
        rows, slots = np.nonzero(good & (rank <= k))
        drawn = np.full((n, k), -1, np.int32)
        drawn[rows, rank[rows, slots] - 1] = items[rows, slots]
        return drawn

    def _ordered(self, memory: MemoryRows, turn: int, k: int) -> I32:
        u = draws.uniform(memory.key, turn, What.EXPLORE, memory.seen.shape[1]).astype(np.float32)
        return top_k(np.where(memory.seen, MISSING, u), k)[0]

    def propensity(self, memory: MemoryRows, shape: tuple[int, ...]) -> F32:
        return np.repeat((1.0 / np.maximum(memory.left, 1))[:, None], shape[1], axis=1).astype(np.float32)


class Popular(Baseline):
    """The true top: the most popular items first, the same order for all."""

    reason_code = codes.POPULAR

    def retrieve(self, memory: MemoryRows, plans: PlanRows, turn: int) -> CandidateRows:
        items = first_unseen(self.knowledge.by_popularity, memory.seen, self.knowledge.slate_size)
        score = np.asarray(self.knowledge.numeric.popularity, np.float32)[items]
        return CandidateRows(items, np.where(items < 0, MISSING, score), _source(items.shape, self.source))


class Content(Baseline):
    """Items whose content is nearest to what the user consumed; popularity while nothing is known."""

    source = DENSE
    reason_code = codes.SIMILAR

    def start(self, visitors: Sequence[Visitor]) -> MemoryRows:
        memory = super().start(visitors)
        memory.own = profile(self.knowledge.dense, visitors)
        return memory

    def scores(self, memory: MemoryRows) -> F32:
        own: ProfileRows = memory.own
        prior = np.asarray(self.knowledge.numeric.popularity, np.float32) * np.float32(0.05)
        return own.near(self.knowledge.dense) * EXACT + prior

    def reasons(self, memory: MemoryRows, candidates: CandidateRows) -> I32:
        """Close to what was opened where it is; where nothing is known of a user, popularity decided."""
        own: ProfileRows = memory.own
        known = np.where((own.liked >= 0)[:, None] & (candidates.score >= 0.2), codes.SIMILAR, codes.REST)
        fresh = (own.total == 0).all(axis=1)
        return np.where(fresh[:, None], codes.POPULAR, known).astype(np.int32)

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        weights = weights_of(slates.items, reviews)
        memory.own = observe(memory.own, self.knowledge.dense, slates.items, weights)
        return super().observe(memory, plans, slates, reviews, turn)


class Collaborative(Baseline):
    """Items that go with what the user consumed, by a model of item-to-item weights; popularity breaks ties."""

    source = COLLABORATIVE
    reason_code = codes.TOGETHER

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(knowledge)
        if knowledge.interactions is None:
            raise UsageError(
                f"this recommender learns from interactions and the catalog {knowledge.catalog.name!r} has none; "
                "use 'content' or 'agent', or import a catalog with ratings"
            )
        self.weights = self.model(knowledge.interactions)

    def model(self, interactions: Interactions) -> ItemWeights:
        raise NotImplementedError

    def start(self, visitors: Sequence[Visitor]) -> MemoryRows:
        memory = super().start(visitors)
        scores = np.zeros(memory.seen.shape, np.float32)
        rows, items, weights = flat(visitors)
        self.weights.add(scores, rows[weights > 0], items[weights > 0], 1)
        memory.own = scores
        return memory

    def scores(self, memory: MemoryRows) -> F32:
        return np.asarray(memory.own + np.asarray(self.knowledge.numeric.popularity, np.float32))

    def reasons(self, memory: MemoryRows, candidates: CandidateRows) -> I32:
        """By what was liked where that says anything: weights are whole numbers and popularity is below 1."""
        goes = candidates.score > 1.0
        return np.where(goes, codes.pack(codes.TOGETHER), codes.pack(codes.POPULAR)).astype(np.int32)

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        self.weights.add(memory.own, *consumed(slates.items, weights_of(slates.items, reviews)), 1)
        return super().observe(memory, plans, slates, reviews, turn)


class ItemKNN(Collaborative):
    """Cosine neighbors among items (Sarwar et al., WWW 2001)."""

    def model(self, interactions: Interactions) -> ItemWeights:
        return itemknn(interactions, len(self.knowledge.catalog))


class Ease(Collaborative):
    """EASE (Steck, WWW 2019, arXiv 1905.03375)."""

    def model(self, interactions: Interactions) -> ItemWeights:
        return ease(interactions, len(self.knowledge.catalog))
