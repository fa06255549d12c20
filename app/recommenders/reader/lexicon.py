"""What words mean on one catalog: the tables of words, and which facet of the catalog each concept is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

from app.catalog.catalog import ItemCatalog
from app.catalog.text import singular
from app.recommenders.reader.common import FILLER, NOUNS, SOFT, SPELLED, TYPED
from app.recommenders.reader.concepts import COMPARATIVES, GENRES, MOODS, OUTSIDE
from app.recommenders.reader.directions import DIRECTIONS
from app.recommenders.reader.measures import BOUNDS, MEASURE_WORDS
from app.recommenders.reader.places import COUNTRIES, LANGUAGE_FRAMES, SILENT
from app.recommenders.reader.speech import OPERATORS
from app.recommenders.reader.talk import TALK
from app.recommenders.reader.themes import TAGS
from app.recommenders.reader.tokens import CONTRACTED, fold_words

Facet = tuple[str, str]
PEOPLE = frozenset({"creator", "cast", "author", "director", "actor", "writer", "artist"})
_KINDS = ("genre", "mood", "tag", "country", "language")
_GROUP = re.compile(r"\(([^()]*)\)")
_WEAK_VERB = re.compile(
    r"^(.*\b(?:it|what|that|there|i|we|you|they|everyone|everybody|everything)) (?:is|am|are|have) "
)
_MEANING = ("concept", "comparative", "direction")


class Entry(NamedTuple):
    """What a phrase does in a sentence, and the facets it stands for.

    The facets of a direction are (kind, "") of what it asks for and of its opposite.
    """

    role: str
    facets: tuple[Facet, ...] = ()


FILL = Entry("filler")
NOUN = Entry("noun")
PLEASE = Entry("please")
OUTSIDE_ENTRY = Entry("outside")


class Lexicon:
    """Phrases of one catalog: `entries` by folded phrase, `longest` words by first word."""

    def __init__(self, catalog: ItemCatalog) -> None:
        self.facets = _facets(catalog)
        self.entries: dict[str, Entry] = dict(_talk())
        self._add_concepts()
        self._add_values()
        self.entries.update(_operators())
        self.bounds = bounds()
        self.longest: dict[str, int] = {}
        phrases = [*self.entries, *self.bounds]
        self.words = {word for phrase in phrases for word in self._count(phrase)} | MEASURE_WORDS
        self.spelled = self._content_words() | MEASURE_WORDS | _words(TYPED)
        self.decades = frozenset(value for kind, value in self.facets.values() if kind == "decade")

    def _count(self, phrase: str) -> list[str]:
        parts = phrase.split()
        self.longest[parts[0]] = max(self.longest.get(parts[0], 0), len(parts))
        return parts

    def _content_words(self) -> frozenset[str]:
        """Words that a typing error may be corrected to: those that mean something alone, and facet values."""
        alone = {
            phrase for phrase, entry in self.entries.items() if entry.role in _MEANING and " " not in phrase
        }
        values = {w for kind, name in self.facets if kind not in ("language", "decade") for w in name.split()}
        return frozenset(w for w in alone | (values - FILLER_WORDS) if len(w) > 3)

    def _add_concepts(self) -> None:
        for role, options, phrases in _concepts():
            if facets := self._realize(options):
                self.entries.update(
                    dict.fromkeys(phrases, Entry(role if role == "comparative" else "concept", facets))
                )
            elif role == "outside":
                self.entries.update((phrase, OUTSIDE_ENTRY) for phrase in phrases if " " in phrase)

    def _realize(self, options: tuple[tuple[Facet, ...], ...]) -> tuple[Facet, ...]:
        """The first option whose facets this catalog has, else any kind with the name of one."""
        for option in options:
            found = [self.facets.get((kind, _name(value))) for kind, value in option]
            if all(found):
                return tuple(f for f in found if f)
        names = [_name(option[0][1]) for option in options if len(option) == 1]
        return tuple(f for name in names for kind in _KINDS if (f := self.facets.get((kind, name))))[:1]

    def _add_values(self) -> None:
        """The catalog's own words come before all synonyms; of one word in two kinds the first kind counts."""
        rank = {kind: i for i, kind in enumerate(_KINDS)}
        for facet in sorted(set(self.facets.values()), key=lambda f: -rank.get(f[0], len(rank))):
            if facet[0] == "language":
                self._add_language(facet)
            if facet[0] in ("language", "decade"):
                continue
            name = fold_words(facet[1])
            joined = {name.replace(" ", "")} if name.count(" ") == 1 else set()
            for phrase in _forms(name) | joined:
                if phrase not in FILLER_WORDS:
                    self.entries[phrase] = Entry("concept", (facet,))

    def _add_language(self, facet: Facet) -> None:
        """A language by its name, unless that says the country too, and in phrases like "in French"."""
        name, entry = fold_words(facet[1]), Entry("concept", (facet,))
        self.entries.setdefault(name, entry)
        self.entries.update((frame.format(name), entry) for frame in LANGUAGE_FRAMES)


def _facets(catalog: ItemCatalog) -> dict[Facet, Facet]:
    """Every facet of the catalog by its kind and folded name; people are left to the table of names."""
    found = {pair: None for item in catalog for pair in item.all_facets() if pair[0] not in PEOPLE}
    return {(kind, _name(value)): (kind, value) for kind, value in found}


def _name(value: str) -> str:
    return " ".join(singular(word) for word in fold_words(value).split())


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOUN_WORDS = _words(NOUNS)
FILLER_WORDS = _words(FILLER) | NOUN_WORDS
SOFT_WORDS = _words(SOFT)
ORDINARY = FILLER_WORDS | SOFT_WORDS | _words(SPELLED)


def _expand(pattern: str) -> Iterator[str]:
    """`a (b|c|) d` gives `a b d`, `a c d` and `a d`."""
    parts = [part.split("|") if i % 2 else [part] for i, part in enumerate(_GROUP.split(pattern))]
    for choice in product(*parts):
        yield " ".join("".join(choice).split())


def _split(text: str) -> Iterator[str]:
    for pattern in re.sub(r",?\n\s+", lambda m: ", " if "," in m[0] else " ", text).split(","):
        yield from (phrase for phrase in _expand(pattern.strip()) if phrase)


def _lines(table: str) -> Iterator[tuple[str, str]]:
    """The lines of a table, continuation lines joined: what stands before `=`, and behind."""
    for line in re.sub(r"\n[ ]+", " ", table.strip()).split("\n"):
        left, _, right = line.partition("=")
        yield left.strip(), right.strip()


def _options(text: str) -> tuple[tuple[Facet, ...], ...]:
    return tuple(tuple(_facet(part) for part in option.split(" + ")) for option in text.split(" / "))


def _facet(text: str) -> Facet:
    kind, _, value = text.strip().partition(":")
    return kind, value.strip()


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh", "z")) else "s")


def _forms(phrase: str) -> set[str]:
    """The phrase with its last word as it is, in singular and in plural."""
    head, _, last = phrase.rpartition(" ")
    ends = {last, singular(last), _plural(singular(last))} if len(last) > 3 else {last, _plural(last)}
    return {f"{head} {end}".strip() for end in ends}


@cache
def _concepts() -> tuple[tuple[str, tuple[tuple[Facet, ...], ...], tuple[str, ...]], ...]:
    """(role, options, phrases) of every concept; the first of two lines with a phrase in common keeps it."""
    tables = (
        ("concept", GENRES),
        ("mood", MOODS),
        ("concept", TAGS),
        ("concept", SILENT),
        ("outside", OUTSIDE),
    )
    rows = [(role, *row) for role, table in (*tables, ("comparative", COMPARATIVES)) for row in _lines(table)]
    rows += [("concept", *row) for row in _places()]
    return tuple((role, _options(left), _phrases(role, left, right)) for role, left, right in reversed(rows))


def _phrases(role: str, left: str, right: str) -> tuple[str, ...]:
    """The phrases of a line; only what has a plural gets one."""
    options = () if " + " in left else _options(left)[:1]
    own = [fold_words(value) for option in options for _, value in option]
    phrases = [*_split(right), *own]
    if role in ("mood", "comparative"):
        return tuple(phrases)
    return tuple(sorted({form for phrase in phrases for form in _forms(phrase)}))


def _places() -> Iterator[tuple[str, str]]:
    for line in re.sub(r"\n[ ]+", " ", COUNTRIES.strip()).split("\n"):
        names, languages, phrases = (part.strip() for part in line.split("|"))
        options = [f"country:{name.strip()}" for name in names.split("/")]
        options += [f"language:{name.strip()}" for name in languages.split(",") if name.strip()]
        yield " / ".join(options), phrases


@cache
def _operators() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for left, right in _lines(DIRECTIONS):
        asked, _, opposite = (part.strip() for part in left.partition("/"))
        entry = Entry("direction", ((asked, ""), (opposite, "")))
        found.update((p, entry) for phrase in _split(right) for p in _direction_forms(phrase))
    for role, right in _lines(OPERATORS):
        found.update((phrase, Entry(role)) for pattern in _split(right) for phrase in _spoken(pattern))
    return found


@cache
def bounds() -> dict[str, Entry]:
    """Phrases that make a bound of the quantity behind them, by themselves for centuries."""
    return {
        phrase: Entry(role) for role, right in _lines(BOUNDS) for p in _split(right) for phrase in _spoken(p)
    }


def _direction_forms(phrase: str) -> Iterable[str]:
    """A direction of one or two words may be a noun with a plural: "hidden gems"."""
    spoken = _spoken(phrase)
    return [*spoken, *(_plural(form) for form in spoken if form.count(" ") < 2)]


def _spoken(phrase: str) -> list[str]:
    """The phrase as tokens have it: contractions undone, and once more without a verb that was contracted."""
    full = " ".join(CONTRACTED.get(word, word) for word in phrase.split())
    short = _WEAK_VERB.sub(r"\1 ", f"{full} ").strip()
    return [full] if short == full else [full, short]


@cache
def _talk() -> dict[str, Entry]:
    lines = re.sub(r"\n[ ]+", " ", TALK.strip()).split("\n")
    found = {p: FILL for line in lines for phrase in _split(line) for p in _spoken(phrase) if " " in p}
    found |= dict.fromkeys(FILLER_WORDS, FILL) | dict.fromkeys(_words(NOUNS), NOUN)
    return found | dict.fromkeys(("please", "pls", "plz", "plse"), PLEASE)
