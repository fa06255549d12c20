"""Search in a catalog's words, and its titles found inside free text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.catalog.catalog import ItemCatalog
from app.catalog.text import STOP_WORDS, Word, fold, singular, tokens, words
from graphs.messages import Item

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

_TITLE, _PEOPLE, _FACET, _TEXT = 4.0, 2.0, 2.0, 1.0
_K1, _B = 1.2, 0.4
_STEPS = 1024.0
_MAX_STEPS = (1 << 15) - 1
_MAX_TERMS = 256

_ARTICLES = ("the", "a", "an", "la", "le", "les", "el", "los", "las", "il", "lo", "der", "das")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_PARTS = re.compile(r":|\s[-–—]\s|[()/]|\baka\b|\ba\.k\.a\.")
_QUOTES = "\"“”„«»'‘’"
_LIKE = re.compile(
    r"""(?: (?: ^ | [^\w\s]\s*
              | (?<!\bi)(?<!\bwe)(?<!you)(?<!they)(?<!would)(?<!not)(?<!to)(?<!t)(?<!['’]d)\s ) like
          | \b(?: similar\ to | sequel\ to | close\ to | in\ the\ (?:vein|style|spirit)\ of )
          | \b(?: reminds?\ me\ of | loved | liked | enjoyed | adored | watched | saw | seen | another )
        ) \s+ (?: the\ (?:film|movie)\s+ )? ["'“‘«]? $""",
    re.VERBOSE | re.IGNORECASE,
)
_LOWER = re.compile(r"\b[a-zß-öø-ÿ]{2,}\b")
_EVERYDAY = """
    anything autumn bad best better big bit blood boy change child city classic cold crazy dance dark darker
    day death different dream enough evening everything eye face family fast faster fear feel film find fire
    food fresh friend funnier funny game gem girl give good great happier happy hate head heart heat hello
    hidden home hope hot house king kind let life light lighter little long longer lot love man maybe mind
    modern money mood morning movie music need new newer night nothing old older party people picture please
    popular queen quick quiet recent recommend road sad sadder scarier scary school sea see serious short
    shorter show silly skip slow slower small snow something sort speed sport spring stop story style suggest
    summer surprise thank thing think time today tomorrow tonight town try type want war watch water weekend
    weird white winter woman word work world year yesterday young
"""
_MIN_TYPO_LETTERS = 6


class LexicalIndex:
    """BM25 over title, creator, cast, facet words and description, the title weighing four times.

    A term's weight is a whole number of 1/1024 below 2**15 and a query has at most 256 different terms, so
    sums stay below 2**23 and are exact in float32: the order of a query's words does not matter.
    """

    def __init__(self, catalog: ItemCatalog) -> None:
        self._catalog = catalog
        self._terms: dict[str, int] = {}
        rows, columns, counts = array("i"), array("i"), array("f")
        for position, item in enumerate(catalog):
            for weight, term in _weighted_terms(item):
                rows.append(position)
                columns.append(self._terms.setdefault(term, len(self._terms)))
                counts.append(weight)
        self._starts, self._items, self._weights = _postings(
            np.asarray(rows), np.asarray(columns), np.asarray(counts), len(catalog), len(self._terms)
        )

    def search(self, query: str, k: int) -> tuple[I64, F32]:
        """Positions int64 (<= k,) and scores float32, by falling score, then position; all are positive."""
        scores = np.zeros(len(self._catalog), np.float32)
        known = [self._terms[term] for term in dict.fromkeys(tokens(query)) if term in self._terms]
        for term in known[:_MAX_TERMS]:
            posting = slice(self._starts[term], self._starts[term + 1])
            scores[self._items[posting]] += self._weights[posting]
        named = self.titles.exact(query)
        scores[named] += max(scores.max(), np.float32(1.0))
        best = _best(scores, k)
        return best, scores[best] / np.float32(_STEPS)

    @cached_property
    def titles(self) -> Titles:
        """The catalog's titles, to be found in free text."""
        return Titles(self._catalog)

    def title(self, text: str) -> int | None:
        """The position of the item the whole text names, or None; see `Titles`."""
        return self.titles.named(text)

    def titles_in(self, text: str) -> list[TitleMatch]:
        """The catalog titles inside the text, from left to right, without overlaps; see `Titles`."""
        return self.titles.inside(text)


def _weighted_terms(item: Item) -> Iterator[tuple[float, str]]:
    """Function words count in titles only: a query for `It` finds the title, and no description drowns it."""
    for term in tokens(item.title):
        yield _TITLE, term
    for kind, value in item.all_facets():
        weight = _PEOPLE if kind in ("creator", "cast") else _FACET
        for term in tokens(value):
            yield weight, term
    for term in tokens(item.description):
        if term not in STOP_WORDS:
            yield _TEXT, term


def _postings(
    rows: npt.NDArray[np.int32], columns: npt.NDArray[np.int32], counts: F32, n_items: int, n_terms: int
) -> tuple[I64, npt.NDArray[np.int32], F32]:
    """The items of every term with their BM25 weights: starts (T + 1,), items and weights (nnz,)."""
    # Imported here: printing help must not pay for it.
    from scipy.sparse import csc_array

    matrix = csc_array((counts, (rows, columns)), shape=(n_items, max(1, n_terms)), dtype=np.float32)
    matrix.sum_duplicates()
    length = np.bincount(rows, weights=counts, minlength=n_items)
    norm = 1.0 - _B + _B * length / max(length.mean(), 1e-9)
    per_term = np.diff(matrix.indptr)
    idf = np.log1p((n_items - per_term + 0.5) / (per_term + 0.5))
    count = matrix.data.astype(np.float64)
    weight = np.repeat(idf, per_term) * count * (_K1 + 1.0) / (count + _K1 * norm[matrix.indices])
    steps = np.clip(np.rint(weight * _STEPS), 1.0, _MAX_STEPS).astype(np.float32)
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), steps


def _best(scores: F32, k: int) -> I64:
    found = np.flatnonzero(scores > 0)
    if len(found) > k > 0:
        values = scores[found]
        found = found[values >= np.partition(values, len(values) - k)[len(values) - k]]
    order = np.lexsort((found, -scores[found]))[: max(k, 0)]
    return np.asarray(found[order], np.int64)


class TitleMatch(NamedTuple):
    """A title in a text: characters `start:end` name the item at `position`.

    `weak` says that the words may be meant as words: a one-word title is an ordinary word ("heat") or has a
    typo, and the text neither quotes nor capitalizes it, nor says that something is like it.
    """

    start: int
    end: int
    position: int
    weak: bool


class Titles:
    """The titles of a catalog, found whatever the case, accents, punctuation or leading article.

    The part of a title before or after a colon, dash or parenthesis names the item too where nothing else is
    called so. Roman numbers equal digits. Of several items with one title the year behind it decides, else
    popularity. Titles of six letters or more are found with one typo: a letter too many, missing, other, or
    two swapped; never in a number, and never where the typed word is an ordinary one.
    """

    def __init__(self, catalog: ItemCatalog) -> None:
        self._items = catalog.items
        self._ordinary = _ordinary_words(catalog)
        by_popularity = sorted(range(len(catalog)), key=lambda i: (-self._items[i].popularity, i))
        self._positions: dict[str, list[int]] = {}
        for names in (_full_name, _without_article, self._parts):
            self._positions = {**self._grouped(names, by_popularity), **self._positions}
        self._longest = max((key.count(" ") + 1 for key in self._positions), default=0)
        self._typos = _Typos(self._positions)

    def _grouped(self, names: Callable[[str], Iterator[str]], order: list[int]) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = {}
        for position in order:
            for name in dict.fromkeys(names(self._items[position].title)):
                groups.setdefault(name, []).append(position)
        return groups

    def _parts(self, title: str) -> Iterator[str]:
        for part in _PARTS.split(title):
            name = _bare(_key(words(part)))
            content = [word for word in name.split() if word not in STOP_WORDS]
            if len(content) > 1 or (content and not self._is_ordinary(name)):
                yield name

    def _is_ordinary(self, name: str) -> bool:
        return all(singular(word) in self._ordinary for word in name.split())

    def exact(self, text: str) -> list[int]:
        """The positions of all items that are called exactly this, most popular first; perhaps none."""
        return self._called(_key(words(text)))

    def named(self, text: str) -> int | None:
        """The position of the item that the whole text names, if any, perhaps with a typo or its year."""
        spoken, found = words(text), self.inside(text)
        if len(found) == 1 and (found[0].start, found[0].end) == (spoken[0].start, spoken[-1].end):
            return found[0].position
        return None

    def inside(self, text: str) -> list[TitleMatch]:
        """All titles in the text from left to right, the longest at each place, without overlaps."""
        spoken = words(text)
        matches: list[TitleMatch] = []
        place = 0
        while place < len(spoken):
            taken, match = self._at(text, spoken, place)
            place += taken
            if match:
                matches.append(match)
        return matches

    def _at(self, text: str, spoken: list[Word], place: int) -> tuple[int, TitleMatch | None]:
        """How many words to go on by, and the longest title that starts at the place."""
        for length in range(min(self._longest + 1, len(spoken) - place), 0, -1):
            window = spoken[place : place + length]
            name, exact = self._lookup(_key(window))
            if name:
                position, extra = self._by_year(self._called(name), spoken[place + length :])
                taken = spoken[place : place + length + extra]
                weak = self._is_weak(text, taken, name, exact or len(taken) == len(spoken))
                return len(taken), TitleMatch(taken[0].start, taken[-1].end, position, weak)
        return 1, None

    def _called(self, name: str) -> list[int]:
        return self._positions.get(name) or self._positions.get(_bare(name)) or []

    def _lookup(self, spoken: str) -> tuple[str, bool]:
        """The title that the words are, and whether exactly so; an empty title if they are none."""
        if self._called(spoken):
            return spoken, True
        bare = _bare(spoken)
        if " " not in bare and self._is_ordinary(bare):
            return "", False
        return self._typos.near(bare), False

    def _by_year(self, positions: list[int], after: list[Word]) -> tuple[int, int]:
        """The item whose year is the next word, and 1; else the most popular, and 0."""
        for position in positions if after else ():
            if str(self._items[position].year) == after[0].text:
                return position, 1
        return positions[0], 0

    def _is_weak(self, text: str, window: list[Word], name: str, sure: bool) -> bool:
        core = _bare(name).split()
        content = [word for word in core if word not in STOP_WORDS]
        if _quoted(text, window) or _capitalized(text, window):
            return False
        if content and _LIKE.search(text[: window[0].start]):
            return False
        short = len(core) <= 2 and len(content) <= 1
        return short and (not sure or self._is_ordinary(_bare(name)))


class _Typos:
    """Titles by their halves: one typo leaves the other half as it was, so few titles have to be compared."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._halves: dict[tuple[int, bool, str], list[str]] = {}
        for name in sorted(names):
            if len(name.replace(" ", "")) >= _MIN_TYPO_LETTERS and _bare(name) == name:
                half = len(name) // 2
                self._names.add(name)
                self._halves.setdefault((len(name), True, name[:half]), []).append(name)
                self._halves.setdefault((len(name), False, name[half:]), []).append(name)

    def near(self, spoken: str) -> str:
        """The first title in the alphabet that is one typo away, or an empty one."""
        near = (name for name in self._candidates(spoken) if _one_typo(name, spoken))
        return min((name for name in near if _digits(name) == _digits(spoken)), default="")

    def _candidates(self, spoken: str) -> Iterator[str]:
        for length in (len(spoken) - 1, len(spoken), len(spoken) + 1):
            half = length // 2
            yield from self._halves.get((length, True, spoken[:half]), ())
            yield from self._halves.get((length, False, spoken[half - length :]), ())
        half = len(spoken) // 2
        swapped = spoken[: half - 1] + spoken[half : half + 1] + spoken[half - 1 : half] + spoken[half + 1 :]
        if swapped in self._names:
            yield swapped


def _one_typo(a: str, b: str) -> bool:
    """Whether one letter too many, missing or other, or two neighbors swapped, make one of the other."""
    if len(a) < len(b):
        a, b = b, a
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(b))
    if len(a) > len(b):
        return a[at + 1 :] == b[at:]
    swapped = a[at : at + 2] == b[at : at + 2][::-1]
    return a[at + 1 :] == b[at + 1 :] or (swapped and a[at + 2 :] == b[at + 2 :])


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _quoted(text: str, window: list[Word]) -> bool:
    start, end = window[0].start, window[-1].end
    return start > 0 and text[start - 1] in _QUOTES and text[end : end + 1] in tuple(_QUOTES)


def _capitalized(text: str, window: list[Word]) -> bool:
    """Whether a word has a capital that neither a sentence's start nor shouting explains."""
    if text.upper() == text:
        return False
    before = {word.start: text[: word.start].rstrip(_QUOTES + " ") for word in window}
    inner = [w for w in window if before[w.start] and before[w.start][-1] not in ".!?:\n"]
    return any(text[word.start].isupper() and word.text != "i" for word in inner)


def _ordinary_words(catalog: ItemCatalog) -> frozenset[str]:
    """Singulars of function, everyday and facet words and of all that descriptions write in lower case."""
    found = set(STOP_WORDS) | set(_EVERYDAY.split())
    for item in catalog:
        found.update(fold(word) for word in _LOWER.findall(item.description))
        for kind, value in item.all_facets():
            if kind not in ("creator", "cast"):
                found.update(word.text for word in words(value))
    return frozenset(map(singular, found))


def _key(name: Iterable[Word]) -> str:
    return " ".join(_ROMAN.get(word.text, word.text) for word in name)


def _bare(key: str) -> str:
    """The key without its leading article, unless nothing would be left."""
    first, _, rest = key.partition(" ")
    return rest if rest and first in _ARTICLES else key


def _full_name(title: str) -> Iterator[str]:
    if key := _key(words(title)):
        yield key


def _without_article(title: str) -> Iterator[str]:
    for key in _full_name(title):
        if _bare(key) != key:
            yield _bare(key)
