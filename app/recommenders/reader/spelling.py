"""Typing errors: known words within one edit, or two for long words (Damerau-Levenshtein).

Words of nine letters are long, and eight letters are enough for a word of a name or title. In shorter
words the first letter is taken to be right, but for a swap with the second one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

import numpy as np
import numpy.typing as npt

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST, _LONG, _LONGEST = 5, 9, 24
_TRIED = 200


class Speller:
    """Finds the words of some sets, in their order of importance, that a mistyped word may mean."""

    def __init__(self, *vocabularies: Set[str]) -> None:
        self.vocabularies = vocabularies
        self._long_words = self._by_first_letter()

    def near(self, word: str, limit: int = 3) -> tuple[str, ...]:
        """At most `limit` known words near a word, the most likely first; of four letters a lost double one only."""
        if not (_SHORTEST - 1 <= len(word) <= _LONGEST and word.isascii() and word.isalpha()):
            return ()
        edits = set(_edits(word) if len(word) >= _SHORTEST else _doubled(word))
        if len(word) < _LONG - 1:
            edits = {w for w in edits if w[:1] == word[0] or w[:2] == word[1::-1]}
        found = [w for vocabulary in self.vocabularies for w in sorted(edits & vocabulary, key=_slip(word))]
        if not found and len(word) >= _LONG - 1:
            found = self._two_edits(word)
        return tuple(dict.fromkeys(w for w in found if len(w) >= _SHORTEST - 1))[:limit]

    def _two_edits(self, word: str) -> list[str]:
        """Long words that share nearly all letters with this one, then counted exactly."""
        longs, masks = self._long_words.get(word[0], ([], np.zeros(0, np.uint32)))
        differing = np.bitwise_count(masks ^ np.uint32(_mask(word)))
        near = [longs[i] for i in np.flatnonzero(differing <= 4) if abs(len(longs[i]) - len(word)) <= 2][
            :_TRIED
        ]
        ordinary = self.vocabularies[0] if len(word) < _LONG else ()
        return [w for w in near if w not in ordinary and distance(word, w, 2) <= 2]

    def _by_first_letter(self) -> dict[str, tuple[list[str], npt.NDArray[np.uint32]]]:
        """The long words by their first letter, each with its letters."""
        found: dict[str, list[str]] = {}
        for vocabulary in self.vocabularies:
            for word in sorted(w for w in vocabulary if len(w) >= _LONG - 2 and w.isascii() and w.isalpha()):
                found.setdefault(word[0], []).append(word)
        return {a: (words, np.array([_mask(w) for w in words], np.uint32)) for a, words in found.items()}


def _slip(word: str) -> Callable[[str], tuple[bool, int, str]]:
    """A sort key: the same first letter, then swapped, then missing or doubled, then wrong letters."""

    def key(other: str) -> tuple[bool, int, str]:
        kind = 1 if len(other) != len(word) else 0 if sorted(other) == sorted(word) else 2
        return other[0] != word[0], kind, other

    return key


def _mask(word: str) -> int:
    """The set of letters of a word in 26 bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) - 97 & 31)
    return bits


def _doubled(word: str) -> Iterator[str]:
    """All words with one letter more, the same as the one before it."""
    return (word[:i] + word[i - 1 :] for i in range(2, len(word) + 1))


def _edits(word: str) -> Iterator[str]:
    """All words one deletion, transposition, replacement or insertion away."""
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def distance(a: str, b: str, most: int) -> int:
    """Damerau-Levenshtein distance (adjacent transpositions); `most + 1` when it is larger than `most`."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        last, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
