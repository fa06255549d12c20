"""A catalog: items in a fixed order, found by id or position, with the interactions that came with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from app.catalog.wording.nouns import noun_of
from app.errors import DataError
from graphs.messages import Item


@dataclass(frozen=True)
class Interactions:
    """Who rated or consumed what, m rows ordered by user, then time, then original order.

    `user` int32 (m,) indexes `users`; `item` int32 (m,) is a catalog position; `rating` float32 (m,) in
    [0, 1], scaled from `scale`, NaN where there is none; `time` int64 (m,) seconds, days or a sequence.
    `people` holds what is known of a user: age, gender, occupation, country.
    """

    users: tuple[str, ...]
    user: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    rating: npt.NDArray[np.float32]
    time: npt.NDArray[np.int64]
    scale: tuple[float, float] = (0.0, 1.0)
    people: Mapping[str, Mapping[str, str | int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.user)

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """int64 (users + 1,): the rows of user u are starts[u]:starts[u + 1]."""
        counts = np.bincount(self.user, minlength=len(self.users))
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def training(self, share: float = 0.8) -> npt.NDArray[np.bool_]:
        """bool (m,): the earliest `share` of each user's rows (at least one), which recommenders may see."""
        counts = np.diff(self.starts)
        keep = np.maximum(1, np.floor(counts * share)).astype(np.int64)
        rank = np.arange(len(self)) - self.starts[self.user]
        return np.asarray(rank < keep[self.user])

    def where(self, rows: npt.NDArray[np.bool_]) -> Interactions:
        """Only the rows of the mask; users keep their numbers."""
        return Interactions(
            self.users,
            self.user[rows],
            self.item[rows],
            self.rating[rows],
            self.time[rows],
            self.scale,
            self.people,
        )


class ItemCatalog:
    """Items in a fixed order; implements `graphs.ports.Catalog`. Duplicate ids and no items are DataErrors."""

    def __init__(
        self,
        name: str,
        items: Sequence[Item],
        interactions: Interactions | None = None,
        source: str = "",
        notes: Sequence[str] = (),
    ) -> None:
        if not items:
            raise DataError(f"catalog {name!r} has no items; give it at least one")
        self.name = name
        self.items = tuple(items)
        self.interactions = interactions
        self.source = source
        self.notes = tuple(notes)
        self.origin: Mapping[str, object] | None = None
        """The files it was read from and how, so that an unchanged import is recognized."""
        self.stored: int | None = None
        """Its id in the store it came from."""
        self.position = {item.id: i for i, item in enumerate(self.items)}
        if len(self.position) != len(self.items):
            seen: set[str] = set()
            twice = next(i.id for i in self.items if i.id in seen or seen.add(i.id))  # type: ignore[func-returns-value]
            raise DataError(f"catalog {name!r} has the item id {twice!r} twice; ids must be unique")

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self.position

    def __getitem__(self, item_id: str) -> Item:
        return self.items[self.position[item_id]]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    @cached_property
    def noun(self) -> str:
        """What the items are called, by the name of the catalog or of what it was read from: films, books, items."""
        return noun_of(self.name, self.source.rpartition("/")[2])

    @cached_property
    def fingerprint(self) -> str:
        """Content hash of the items and interactions, 16 hex digits."""
        digest = blake2b(digest_size=8)
        for item in self.items:
            digest.update(item.model_dump_json().encode())
        if self.interactions is not None:
            for array in (self.interactions.user, self.interactions.item, self.interactions.rating):
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()
