"""The baselines that every comparison needs: random, popular, content, itemknn and ease. None reads requests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app import draws
from app.catalog.catalog import Interactions
from app.draws import What
from app.errors import UsageError
from app.recommenders import reasons
from app.recommenders.collaborative import ItemWeights, ease, itemknn
from app.recommenders.knowledge import Knowledge, Visitor, flat
from app.recommenders.profile import ProfileRows, learned, observe, profile
from app.recommenders.ranking import MISSING, first_unseen, mark, top_k
from app.recommenders.rows import (
    COLLABORATIVE,
    DENSE,
    F32,
    POPULAR,
    RANDOM,
    U16,
    CandidateRows,
    MemoryRows,
    PlanRows,
    SlateRows,
    no_plans,
)  # fmt: skip
from graphs.messages import Request


class Baseline:
    """A cohort recommender that ranks all items by one score; implements `graphs.ports.CohortRecommender`."""

    source: np.uint16 = POPULAR
    reason_code: int = reasons.NONE

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def start(self, visitors: Sequence[Visitor]) -> MemoryRows:
        return self.knowledge.memory(visitors)

    def reason(self, memory: MemoryRows, requests: Sequence[Request | None], turn: int) -> PlanRows:
        return no_plans(len(memory.key))

    def retrieve(self, memory: MemoryRows, plans: PlanRows, turn: int) -> CandidateRows:
        scores = np.where(memory.seen, MISSING, self.scores(memory, turn)).astype(np.float32)
        items, values = top_k(scores, self.knowledge.slate_size)
        return CandidateRows(items, values, _source(items.shape, self.source))

    def scores(self, memory: MemoryRows, turn: int) -> F32:
        """float32 (n, I), the higher the better."""
        raise NotImplementedError

    def rerank(self, memory: MemoryRows, plans: PlanRows, candidates: CandidateRows, turn: int) -> SlateRows:
        items = candidates.items
        return SlateRows(
            items=items,
            score=candidates.score,
            source=candidates.source,
            propensity=self.propensity(memory, items.shape),
            reason=np.full(items.shape, self.reason_code, np.int32),
        )

    def propensity(self, memory: MemoryRows, shape: tuple[int, ...]) -> F32:
        return np.full(shape, np.nan, np.float32)

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        return MemoryRows(memory.key, mark(memory.seen, slates.items), memory.own)


def _source(shape: tuple[int, ...], source: np.uint16) -> U16:
    return np.full(shape, source, np.uint16)


class Random(Baseline):
    """Uniform over what was not yet shown; the propensity of an item at a place is 1 / (number left)."""

    source = RANDOM
    reason_code = reasons.RANDOM

    def scores(self, memory: MemoryRows, turn: int) -> F32:
        return draws.uniform(memory.key, turn, What.RECOMMEND, memory.seen.shape[1]).astype(np.float32)

    def propensity(self, memory: MemoryRows, shape: tuple[int, ...]) -> F32:
        left = np.maximum((~memory.seen).sum(axis=1), 1)
        return np.repeat((1.0 / left)[:, None], shape[1], axis=1).astype(np.float32)


class Popular(Baseline):
    """The true top: the most popular items first, the same order for all."""

    reason_code = reasons.POPULAR

    def retrieve(self, memory: MemoryRows, plans: PlanRows, turn: int) -> CandidateRows:
        items = first_unseen(self.knowledge.by_popularity, memory.seen, self.knowledge.slate_size)
        score = np.asarray(self.knowledge.numeric.popularity, np.float32)[items]
        return CandidateRows(items, np.where(items < 0, MISSING, score), _source(items.shape, self.source))


class Content(Baseline):
    """Items whose content is nearest to what the user consumed; popularity while nothing is known."""

    source = DENSE
    reason_code = reasons.SIMILAR

    def start(self, visitors: Sequence[Visitor]) -> MemoryRows:
        memory = super().start(visitors)
        memory.own = profile(self.knowledge.dense, visitors)
        return memory

    def scores(self, memory: MemoryRows, turn: int) -> F32:
        own: ProfileRows = memory.own
        prior = np.asarray(self.knowledge.numeric.popularity, np.float32) * np.float32(0.05)
        return own.cosine(self.knowledge.dense) + prior

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        own = observe(memory.own, self.knowledge.dense, slates.items, reviews)
        return MemoryRows(memory.key, mark(memory.seen, slates.items), own)


class Collaborative(Baseline):
    """Items that go with what the user consumed, by a model of item-to-item weights; popularity breaks ties."""

    source = COLLABORATIVE
    reason_code = reasons.TOGETHER

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

    def scores(self, memory: MemoryRows, turn: int) -> F32:
        return np.asarray(memory.own + np.asarray(self.knowledge.numeric.popularity, np.float32))

    def observe(
        self, memory: MemoryRows, plans: PlanRows, slates: SlateRows, reviews: object, turn: int
    ) -> MemoryRows:
        rows, items, weights = learned(slates.items, reviews)
        self.weights.add(memory.own, rows[weights > 0], items[weights > 0], 1)
        return MemoryRows(memory.key, mark(memory.seen, slates.items), memory.own)


class ItemKNN(Collaborative):
    """Cosine neighbors among items (Sarwar et al., WWW 2001)."""

    def model(self, interactions: Interactions) -> ItemWeights:
        return itemknn(interactions, len(self.knowledge.catalog))


class Ease(Collaborative):
    """EASE (Steck, WWW 2019, arXiv 1905.03375)."""

    def model(self, interactions: Interactions) -> ItemWeights:
        return ease(interactions, len(self.knowledge.catalog))
