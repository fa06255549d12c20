"""Users of recommenders for tests: what they look like, what they do, and one who talks turn by turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from app.catalog.catalog import Interactions, ItemCatalog
from app.recommenders.knowledge import Knowledge, Visitor
from app.recommenders.messages import mask_of
from app.recommenders.planning import plan
from app.recommenders.reader import Reading
from app.recommenders.rows import MemoryRows, PlanRows, SlateRows
from app.settings import Settings
from app.world import Stage
from graphs.messages import ACTIONS, Directive, Item, Past, PublicPersona, Request


def stage_of(catalog: ItemCatalog, **settings: Any) -> Stage:
    return Stage(catalog, Settings(seed=3, **settings))


def small_catalog(n: int = 25, users: int = 40, held_out_item: int = 0) -> ItemCatalog:
    """`n` items of two genres; of each user's ten ratings the last two, which are held out, are movable."""
    draw = np.random.default_rng(5)
    items = [
        Item(
            id=f"i{k}",
            title=f"Title {'abcdefghijklmnopqrstuvwxyz'[k % 26]}{k}",
            year=1950 + 2 * k,
            genres=(("Horror", "Comedy")[k % 2],),
            tags=(f"tag{k % 5}",),
            description=f"A story about {('ships', 'trains', 'horses', 'planes')[k % 4]}.",
            duration=80.0 + 2 * k,
            popularity=(k * 7 % n) / n,
            quality=(k * 3 % n) / n,
        )
        for k in range(n)
    ]
    rows = [(u, int(i)) for u in range(users) for i in (2 * draw.permutation(n // 2)[:8] + u % 2) % n]
    held = [(u, (held_out_item + k) % n) for u in range(users) for k in range(2)]
    whole = sorted(
        [(u, 0, k, i) for k, (u, i) in enumerate(rows)] + [(u, 1, k, i) for k, (u, i) in enumerate(held)]
    )
    user, _, _, item = (np.array(column, np.int32) for column in zip(*whole, strict=True))
    ratings = np.ones(len(user), np.float32)
    interactions = Interactions(
        tuple(f"u{u}" for u in range(users)), user, item, ratings, np.arange(len(user), dtype=np.int64)
    )
    return ItemCatalog("small", items, interactions)


def visitor(knowledge: Knowledge, key: int, past: Iterable[str] = (), rating: float = 1.0) -> Visitor:
    """A user who liked the items of the past."""
    history = tuple(Past(item=item, rating=rating) for item in past)
    return knowledge.visitor(key, PublicPersona(id=f"p{key}", history=history))


def crowd(knowledge: Knowledge, n: int, past: int = 6) -> list[Visitor]:
    """n users who each liked a few items that share a genre."""
    draw = np.random.default_rng(11)
    items = knowledge.catalog.items
    by_genre: dict[str, list[str]] = {}
    for item in items:
        by_genre.setdefault(item.genres[0], []).append(item.id)
    pools = [pool for pool in by_genre.values() if len(pool) >= past]
    chosen = [draw.choice(pools[key % len(pools)], past, replace=False) for key in range(n)]
    return [visitor(knowledge, key + 1, past) for key, past in enumerate(chosen)]


def reviews(items: np.ndarray, opened: np.ndarray | None = None) -> SimpleNamespace:
    """Everything is seen; what is opened, bool (n, k), is watched whole and liked, the rest is skipped."""
    opened = np.zeros(items.shape, bool) if opened is None else opened
    done = np.uint8(mask_of(("open", "watch", "like"), ACTIONS))
    return SimpleNamespace(
        items=items,
        actions=np.where(opened, done, np.uint8(mask_of(("skip",), ACTIONS))),
        watched=opened.astype(np.float32),
        seconds=np.where(opened, 60.0, 2.0).astype(np.float32),
        seen=(items >= 0).sum(axis=1).astype(np.int32),
    )


@dataclass
class Talk:
    """n users in a session with a cohort recommender, turn by turn."""

    recommender: Any
    visitors: Sequence[Visitor]
    turn: int = 0
    plans: PlanRows | None = None

    def __post_init__(self) -> None:
        self.memory: MemoryRows = self.recommender.start(list(self.visitors))

    def say(self, words: str | None = None, genre: str | None = None) -> SlateRows:
        """The next slates after the words (of every user); items of the genre are then opened and liked."""
        request = None if words is None else Request(words=words)
        return self._go(
            self.recommender.reason(self.memory, [request] * len(self.visitors), self.turn + 1), genre
        )

    def ask(self, *directives: Directive) -> SlateRows:
        """The next slates after directives instead of words."""
        plans = [plan(Reading(directives))] * len(self.visitors)
        standing = self.recommender.planner.fold(self.memory.own.standing, plans)
        return self._go(PlanRows(plans, standing), None)

    def _go(self, plans: PlanRows, genre: str | None) -> SlateRows:
        self.turn += 1
        self.plans = plans
        candidates = self.recommender.retrieve(self.memory, plans, self.turn)
        slates: SlateRows = self.recommender.rerank(self.memory, plans, candidates, self.turn)
        opened = self._having(slates.items, genre) if genre else None
        self.memory = self.recommender.observe(
            self.memory, plans, slates, reviews(slates.items, opened), self.turn
        )
        return slates

    def _having(self, items: np.ndarray, genre: str) -> np.ndarray:
        catalog = self.recommender.knowledge.catalog
        has = np.array([genre in item.genres for item in catalog])
        return np.asarray(has[items] & (items >= 0))


def shown(slates: SlateRows, row: int = 0) -> list[int]:
    """The positions of one slate."""
    return [int(i) for i in slates.items[row] if i >= 0]


def directive(kind: str, facet: str | None = None, value: str | None = None, **more: Any) -> Directive:
    return Directive(kind=kind, facet=facet, value=value, **more)  # type: ignore[arg-type]
