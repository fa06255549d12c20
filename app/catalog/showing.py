"""How the items of a catalog stand in prompts: as texts, as texts with pictures, or as semantic IDs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from app.catalog.catalog import ItemCatalog
from app.catalog.pictures import Pictures
from app.catalog.semantic import SemanticIds
from app.prompts import Image, shield
from app.prompts.items import CARD_BYTES, Card, render_item
from app.prompts.vocabulary import Vocabulary
from graphs.messages import Item

MORE_BYTES = 30
"""What a recommender's card may have more than a user's: it shows moods and tags too."""


class Named(Protocol):
    """Items by their ids in the catalog, as prompts name them."""

    def __contains__(self, item_id: object) -> bool: ...

    def __getitem__(self, item_id: str) -> Item: ...


@dataclass(frozen=True)
class Coded:
    """Items of which nothing is told but the code and the length."""

    catalog: ItemCatalog
    names: Sequence[str]
    _made: dict[str, Item] = field(default_factory=dict)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self.catalog

    def __getitem__(self, item_id: str) -> Item:
        if item_id not in self._made:
            name, whole = self.names[self.catalog.position[item_id]], self.catalog[item_id]
            self._made[item_id] = Item(id=name, title=name, duration=whole.duration)
        return self._made[item_id]


@dataclass(frozen=True)
class Showing:
    """The items of one catalog in the prompts of one side.

    With `codes` an item is its semantic ID wherever a prompt names it, and `legend` says what the parts mean;
    with `pictures` those of the items shown go with the text. `facets` puts moods and tags on the cards.
    """

    catalog: ItemCatalog
    codes: SemanticIds | None = None
    pictures: Pictures | None = None
    card_bytes: int = CARD_BYTES
    facets: bool = False

    def with_facets(self) -> Showing:
        """As a recommender is shown the items."""
        return replace(self, facets=True, card_bytes=self.card_bytes + MORE_BYTES)

    @cached_property
    def items(self) -> Named:
        return Coded(self.catalog, self.codes.names) if self.codes else self.catalog

    def card(self, item: str) -> Card:
        """The item as every prompt shows it."""
        found = self._cards.get(item)
        if found is None:
            found = self._cards[item] = render_item(self.items[item], self.card_bytes, self.facets)
        return found

    def written(self, items: Iterable[str]) -> list[str]:
        """The ids by which prompts name the items, and answers are to name them."""
        return [self.items[item].id for item in items]

    def images(self, items: Iterable[str]) -> tuple[Image, ...]:
        """The pictures of the items that have one, each with words that say whose it is."""
        if self.pictures is None:
            return ()
        found = ((item, self.pictures.of(self.catalog[item])) for item in items)
        return tuple(
            image._replace(about=f"The picture of {shield(self.items[item].id)}:")
            for item, image in found
            if image
        )

    @cached_property
    def legend(self) -> tuple[str, ...]:
        """A line for each part of a code, as `a3: Horror, dark`; none for texts."""
        parts = self.codes.legend if self.codes else ()
        return tuple(f"{part}: {', '.join(values)}" for part, values in parts if values)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.of(self.catalog, self._titles)

    @property
    def _titles(self) -> Mapping[str, str]:
        """Title by code, as an answer may name an item by it."""
        if not self.codes:
            return {}
        return {name: item.title for name, item in zip(self.codes.names, self.catalog, strict=True)}

    @cached_property
    def _cards(self) -> dict[str, Card]:
        return {}
