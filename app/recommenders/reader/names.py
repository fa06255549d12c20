"""The titles and the people of a catalog, by the words that people use for them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from app.catalog.catalog import ItemCatalog
from app.catalog.text import words
from app.recommenders.reader.tokens import fold_words, plain_words
from graphs.messages import Item

_YEAR = re.compile(r"\s*\((?:18|19|20)\d\d\)$")
_SUBTITLE = re.compile(r":\s| [-–—] ")
_NUMBER = re.compile(r"\s+(?:\d|[IV]+)$")
_SUNG = re.compile(r"in['’](?=\s|$)")
_AND = re.compile(r"\s+(?:and|&)\s+|\s*[,;]\s+")
_ARTICLES = frozenset({"the", "a", "an"})
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_FAMILY_FIRST = frozenset({"China", "South Korea", "Hong Kong", "Taiwan", "Vietnam"})
_GIVEN = re.compile(r"\w+-[a-z]\w+$")
_LONGEST = 12
_CREATORS, _CAST = ("creator", "author", "director"), ("cast", "actor")


class Table:
    """Names by folded words; `longest` words by first word; `words` are all words of the names."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.longest: dict[str, int] = {}
        self.words: set[str] = set()
        for name in names:
            parts = name.split(" ")
            self.longest[parts[0]] = max(self.longest.get(parts[0], 0), len(parts))
            self.words.update(parts)


class Titles(Table):
    """Every title with and without its leading article, and without its subtitle where that is unique."""

    def __init__(self, catalog: ItemCatalog) -> None:
        found: dict[str, str] = {}
        heads: defaultdict[str, set[str]] = defaultdict(set)
        for item in catalog:
            for key in _title_keys(item.title):
                found.setdefault(key, item.title)
            for part in _parts(item.title):
                heads[_bare(fold_words(part))].add(item.title)
        for head, titles in heads.items():
            if len(titles) == 1 and head:
                found.setdefault(head, next(iter(titles)))
        super().__init__(found)


def _parts(title: str) -> Iterator[str]:
    """The title without its subtitle, the subtitle alone, the title without its number."""
    head, *tail = _SUBTITLE.split(title, maxsplit=1)
    if tail:
        yield head
    if tail and " " in tail[0]:
        yield tail[0]
    if (bare := _NUMBER.sub("", head)) != head:
        yield bare


def _title_keys(title: str) -> Iterator[str]:
    title = _YEAR.sub("", title)
    full = fold_words(title)
    bare = _bare(full)
    if not bare or bare.count(" ") >= _LONGEST:
        return
    yield bare
    if bare != full:
        yield full
    if "'" in title or "’" in title:
        yield _bare(plain_words(title))
    if _SUNG.search(title):
        yield _bare(fold_words(_SUNG.sub("ing", title)))
    parts = bare.split(" ")
    if parts[-1] in _ROMAN:
        yield " ".join([*parts[:-1], _ROMAN[parts[-1]]])


def _bare(name: str) -> str:
    """Without the leading article, unless nothing would be left."""
    first, _, rest = name.partition(" ")
    return rest if first in _ARTICLES and rest else name


class People(Table):
    """Creators or cast: full names, and shorter forms that stand for one person alone or far above others."""

    def __init__(self, catalog: ItemCatalog, kinds: tuple[str, ...]) -> None:
        self.kind: dict[str, str] = {}
        counts: Counter[str] = Counter()
        eastern: set[str] = set()
        for item in catalog:
            for kind, name in _credits(item, kinds):
                self.kind[name] = kind
                counts[name] += 1
                if name not in eastern and _family_first(item, name):
                    eastern.add(name)
        super().__init__(_by_form(counts, eastern))

    def facet(self, name: str) -> tuple[str, str]:
        """The facet of a name of the catalog."""
        return self.kind[name], name


def creators(catalog: ItemCatalog) -> People:
    """Who made the items."""
    return People(catalog, _CREATORS)


def cast(catalog: ItemCatalog) -> People:
    """Who is seen or heard in the items."""
    return People(catalog, _CAST)


def _credits(item: Item, kinds: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if item.creator and "creator" in kinds:
        yield "creator", item.creator
    for kind in kinds:
        for name in item.facets.get(kind, ()):
            yield kind, name


def _family_first(item: Item, name: str) -> bool:
    return bool(_GIVEN.search(name)) or not _FAMILY_FIRST.isdisjoint(item.facets.get("country", ()))


def _by_form(counts: Counter[str], eastern: set[str]) -> dict[str, str]:
    full: dict[str, Counter[str]] = defaultdict(Counter)
    short: dict[str, Counter[str]] = defaultdict(Counter)
    for name, n in counts.items():
        for i, person in enumerate([name, *_persons(name)]):
            parts = [word.text for word in words(person)]
            if parts and len(parts) <= _LONGEST:
                full[" ".join(parts)][name] += n + (1_000_000 if i == 0 else 0)
                for form in _short_forms(parts, name in eastern):
                    short[form][name] += n
    found = {form: one for form, names in short.items() if (one := _one(names))}
    found.update((form, names.most_common(1)[0][0]) for form, names in full.items())
    return found


def _persons(name: str) -> list[str]:
    """The persons of a credit that joins several."""
    parts = [part for part in _AND.split(name) if part]
    return parts if len(parts) > 1 else []


def _short_forms(parts: list[str], family_first: bool) -> Iterable[str]:
    forms = {" ".join(parts[i:]) for i in range(1, len(parts))}
    if family_first and len(parts) > 1:
        forms.add(parts[0])
    return {form for form in forms if len(form) > 2}


def _one(names: Counter[str]) -> str | None:
    """The name that a short form stands for: the only one, or one three times as frequent as the next."""
    (best, n), *others = names.most_common(2)
    return best if not others or (n >= 3 and n >= 3 * others[0][1]) else None
