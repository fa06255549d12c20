"""The facets of a catalog as prompts list them, and as answers are read back into them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.prompts.fencing import one_line
from graphs.messages import Item

PEOPLE = ("creator", "cast")
"""Kinds with too many values to list: any name will do."""
_MOST_VALUES, _MOST_BYTES = 60, 500


@dataclass(frozen=True, slots=True)
class Listed:
    """One kind of facet with its most common values; `more` values are left out."""

    kind: str
    values: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Vocabulary:
    """How many items have each facet (`kind`, `value`), and the ids of the items by title in small letters."""

    counts: Mapping[tuple[str, str], int]
    titles: Mapping[str, str]

    @classmethod
    def of(cls, items: Iterable[Item], named: Mapping[str, str] | None = None) -> Vocabulary:
        """Of several items with one title, the most popular is meant; `named` are other names, with titles."""
        counts: Counter[tuple[str, str]] = Counter()
        titles: dict[str, Item] = {}
        for item in items:
            counts.update(item.all_facets())
            name = plain(item.title)
            if name not in titles or item.popularity > titles[name].popularity:
                titles[name] = item
        names = {plain(name): title for name, title in (named or {}).items()}
        return cls(counts, {**names, **{name: item.title for name, item in titles.items()}})

    def find(self, value: str, kind: str | None = None) -> tuple[str, str] | None:
        """The facet that a value names: of the kind where it has such a value, else of the commonest one."""
        known = self._by_value.get(plain(value)) or self._by_value.get(_other_number(plain(value))) or ()
        return next((pair for pair in known if pair[0] == kind), known[0] if known else None)

    def title(self, name: str) -> str | None:
        """The title of an item as the catalog writes it."""
        return self.titles.get(plain(name)) or self.titles.get(plain(name.partition(" (")[0]))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of facets, in the order of the items'."""
        return tuple(dict.fromkeys(kind for kind, _ in self.counts))

    @cached_property
    def lists(self) -> tuple[Listed, ...]:
        """What a prompt says of each kind but `PEOPLE`: the same text for the same catalog."""
        ranked = sorted(self.counts, key=lambda pair: (-self.counts[pair], pair))
        values: dict[str, list[str]] = defaultdict(list)
        for kind, value in ranked:
            values[kind].append(value)
        return tuple(_listed(kind, values[kind]) for kind in self.kinds if kind not in PEOPLE)

    @cached_property
    def people(self) -> tuple[str, ...]:
        return tuple(kind for kind in self.kinds if kind in PEOPLE)

    @cached_property
    def _by_value(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for pair in sorted(self.counts, key=lambda pair: -self.counts[pair]):
            found[plain(pair[1])].append(pair)
        return found


def plain(text: str) -> str:
    """For comparing: one line, small letters."""
    return one_line(text).casefold()


def _other_number(value: str) -> str:
    """`comedies` for `comedy` and the other way round, where English makes it that simple."""
    if value.endswith("ies"):
        return value[:-3] + "y"
    return value[:-1] if value.endswith("s") else value + "s"


def _listed(kind: str, values: Sequence[str]) -> Listed:
    kept: list[str] = []
    room = _MOST_BYTES
    for value in values[:_MOST_VALUES]:
        room -= len(value.encode()) + 2
        if room < 0:
            break
        kept.append(value)
    return Listed(kind, tuple(kept), len(values) - len(kept))
