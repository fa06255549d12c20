"""From tokens to pieces: at every place the longest phrase, quantity, person or title that fits there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple, TypeVar

from app.recommenders.reader.bounds import bounded
from app.recommenders.reader.lexicon import FILLER_WORDS, ORDINARY, SOFT_WORDS, Entry, Lexicon
from app.recommenders.reader.names import People, Titles
from app.recommenders.reader.tokens import PAUSE, STOP, Token

V = TypeVar("V")
CONTENT = frozenset({"concept", "comparative", "direction", "person", "title", "bound", "unknown", "outside"})
_THIN = frozenset({"filler", "noun", "please", "degree", "somewhat", "much", "here", "turn"})
_CUES = frozenset({"cue", "loved", "seen"})
_ASKING = frozenset({"more", "less", "avoid", "only", "not", "want", "by", "with", "cue", "loved", "just"})
_WISHING = frozenset(
    {"i", "we", "would", "also", "really", "do", "dont", "not", "to", "they", "you", "did", "always"}
)
_ARTICLES = frozenset({"the", "a", "an"})
_GUARDED = frozenset({"work", "works"})
_PLACING = frozenset({"for", "at", "on", "in", "this", "during"})
_PREDICATES = frozenset({"but", "was", "is", "and", "or", "please", "again", "only"})
_MEANING = frozenset({"about", "avoid", "less", "more", "by"})
_NEARBY = 12
_BROTHERS = frozenset({"brothers", "sisters", "siblings", "bros"})


class Piece(NamedTuple):
    """A stretch of tokens with one role; `gap` is the pause before it, `words` how it was understood."""

    role: str
    facets: tuple[tuple[str, str], ...]
    start: int
    end: int
    gap: str
    words: str


class Names(NamedTuple):
    """All names of a catalog."""

    titles: Titles
    creators: People
    cast: People


class Scan:
    """One reading of a text; `spellings` has for each token the words it may be, as typed first."""

    def __init__(
        self, lexicon: Lexicon, names: Names, tokens: Sequence[Token], near: Mapping[int, tuple[str, ...]]
    ) -> None:
        self.lexicon, self.names, self.tokens = lexicon, names, tokens
        self.spellings = [(t.text, *near.get(i, ())) for i, t in enumerate(tokens)]
        self.pieces: list[Piece] = []
        self.cased = sum(t.capital for t in tokens) * 4 <= len(tokens) * 3 + 2

    def run(self) -> list[Piece]:
        """The pieces of the whole text in order."""
        at = 0
        while at < len(self.tokens):
            piece = self._next(at)
            self.pieces.append(piece)
            at = piece.end
        return self.pieces

    def find(
        self, table: Mapping[str, V], longest: Mapping[str, int], at: int
    ) -> Iterator[tuple[int, str, V]]:
        """(words, key, value) of the table's phrases that start at a token, longest first."""
        most = max(longest.get(word, 0) for word in self.spellings[at])
        for n in range(min(most, len(self.tokens) - at), 0, -1):
            for key in self._keys(at, n):
                if key in table:
                    yield n, key, table[key]

    def _keys(self, at: int, n: int) -> Iterator[str]:
        window = self.spellings[at : at + n]
        if sum(len(words) > 1 for words in window) > 2:
            return iter((" ".join(words[0] for words in window),))
        return (" ".join(choice) for choice in product(*window))

    def _next(self, at: int) -> Piece:
        phrase = self._phrase(at)
        best = phrase or self._unknown(at)
        for other in (bounded(self, at), self._person(at), self._title(at)):
            if other and other.end >= best.end:
                best = other
        return best

    def piece(
        self, role: str, facets: tuple[tuple[str, str], ...], at: int, end: int, words: str = ""
    ) -> Piece:
        """A piece from `at` to before `end`."""
        return Piece(role, facets, at, end, self.tokens[at].gap, words)

    def unbroken(self, at: int, end: int) -> bool:
        """Whether there is no pause between the first and the last of these tokens."""
        return not any(token.gap for token in self.tokens[at + 1 : end])

    # ------------------------------------------------------------------ phrases

    def _phrase(self, at: int) -> Piece | None:
        for n, key, entry in self.find(self.lexicon.entries, self.lexicon.longest, at):
            swallows = entry.role == "filler" and n > 1 and self._title_starts(at + n - 1)
            if not swallows and self.unbroken(at, at + n) and self._meant(at, n, key):
                return self._understood(self.piece(entry.role, entry.facets, at, at + n, key))
        return None

    def _title_starts(self, at: int) -> bool:
        """Whether a title of several words starts here: the "this" of "something like This Is Spinal Tap"."""
        titles = self.names.titles
        return any(n > 1 and self._capital(at, n) for n, _, _ in self.find(titles.names, titles.longest, at))

    def _meant(self, at: int, n: int, key: str) -> bool:
        """Whether corrected words of a phrase come from the phrases, not from names."""
        if all(len(words) == 1 for words in self.spellings[at : at + n]):
            return True
        typed = (token.text for token in self.tokens[at : at + n])
        return all(a == b or b in self.lexicon.spelled for a, b in zip(typed, key.split(" "), strict=True))

    def _understood(self, piece: Piece) -> Piece:
        """A few words are what is asked for in one place and talk in another."""
        last = self.pieces[-1].role if self.pieces and piece.gap == "" else ""
        if piece.words in _GUARDED:
            following = self.tokens[piece.end].text if piece.end < len(self.tokens) else ""
            entry = self.lexicon.entries.get(following, Entry("stop" if len(self.tokens) == 1 else "unknown"))
            if last not in ("about", "avoid", "less", "more", "only") and entry.role not in ("noun", "stop"):
                return piece._replace(role="filler", facets=())
        if piece.words in SOFT_WORDS and piece.role in ("filler", "noun") and last in _MEANING:
            return piece._replace(role="unknown")
        return piece

    def _unknown(self, at: int) -> Piece:
        text = self.tokens[at].text
        number = text.isdecimal() and len(text) < 3
        return self.piece("filler" if number or len(text) == 1 else "unknown", (), at, at + 1, text)

    def last(self, at: int) -> str:
        """The role that leads up to a token: the last one that is not talk, within the sentence."""
        if self.tokens[at].gap == STOP:
            return ""
        for piece in reversed(self.pieces[-_NEARBY:]):
            if piece.role not in _THIN:
                return piece.role
            if piece.gap == STOP:
                return ""
        return ""

    # ------------------------------------------------------------------- people

    def _person(self, at: int) -> Piece | None:
        last = self.last(at)
        tables = [self.names.creators, self.names.cast]
        if last == "with":
            tables.reverse()
        found = [
            (n, -i, key, t.facet(name)) for i, t in enumerate(tables) for n, key, name in self._known(t, at)
        ]
        for n, _, key, facet in sorted(found, reverse=True):
            if self._is_person(at, n, key, last):
                end = at + n
                if " and " in facet[1] and end < len(self.tokens) and self.tokens[end].text in _BROTHERS:
                    end += 1
                return self.piece("person", (facet,), at, end, key)
        return None

    def _known(self, table: People, at: int) -> Iterator[tuple[int, str, str]]:
        return self.find(table.names, table.longest, at)

    def _is_person(self, at: int, n: int, key: str, last: str) -> bool:
        """Whether a name is meant: always for a distinctive one, else with a cue or a capital."""
        capital = self._capital(at, n)
        if n > 1:
            return capital or last in ("by", "with") or not all(self._ordinary(w) for w in key.split(" "))
        if self.tokens[at].text != key:
            return capital or self.tokens[at].capital or (last in _ASKING and len(key) > 5)
        if key in self.lexicon.entries:
            return capital and last in ("by", "with", "more", "less", "avoid") and self._plain(key)
        if key in ORDINARY:
            return capital or last == "by"
        return len(key) > 3 or capital or last in ("by", "with")

    def _plain(self, key: str) -> bool:
        return (
            self.lexicon.entries[key].role in ("filler", "noun") or self.lexicon.entries[key].role in CONTENT
        )

    def _ordinary(self, word: str) -> bool:
        return word in ORDINARY or word in self.lexicon.words

    def _capital(self, at: int, n: int) -> bool:
        """Whether capitals mark a name here, where a sentence would not have them."""
        if not self.cased:
            return False
        marked = [t for t in self.tokens[at : at + n] if t.capital]
        if len(marked) == 1 and marked[0] is self.tokens[at]:
            return marked[0].gap != STOP
        return len(marked) > 0

    # ------------------------------------------------------------------- titles

    def _title(self, at: int) -> Piece | None:
        titles = self.names.titles
        for n, key, title in self.find(titles.names, titles.longest, at):
            if self._is_title(at, n, key):
                return self.piece("title", (("title", title),), at, at + n, key)
        return None

    def _is_title(self, at: int, n: int, key: str) -> bool:
        token = self.tokens[at]
        parts = key.split(" ")
        if token.quoted or (1 < n == len(self.tokens)):
            return True
        bare = parts[1:] if parts[0] in _ARTICLES and n > 1 else parts
        cued = self._cued(at)
        if len(bare) == 1:
            return self._is_word_title(at, n, bare[0], cued)
        if cued == "strong":
            return True
        if self._capital(at, n) and not all(w in FILLER_WORDS for w in bare):
            return not self._overlaps(at, n)
        if cued == "weak" and not all(w in FILLER_WORDS for w in bare):
            return not self._overlaps(at, n)
        distinct = not all(self._ordinary(w) for w in bare) or len(bare) > 3
        return (distinct or self._alone(at, n)) and not self._overlaps(at, n)

    def _is_word_title(self, at: int, n: int, word: str, cued: str) -> bool:
        """Whether a title of one word is meant, which may be any word."""
        entry = self.lexicon.entries.get(word)
        capital = self._capital(at, n)
        if entry and entry.role not in CONTENT:
            return capital and bool(cued)
        if entry:
            return cued == "strong" or (cued == "weak" and capital)
        if cued or capital:
            return cued == "strong" or (not self._placed(at) and (capital or word not in ORDINARY))
        if word != self.tokens[at + n - 1].text or len(word) < 4:
            return False
        return self._alone(at, n) or (word not in ORDINARY and self.last(at) in _ASKING)

    def _cued(self, at: int) -> str:
        """How clearly a title is announced: `strong` after "similar to", `weak` after "I like", or not."""
        last = self.last(at)
        if last in ("and", "or") or (last == "title" and self.tokens[at].gap == PAUSE):
            recent = self.pieces[-_NEARBY:]
            before = [p.role for p in recent if p.role not in _THIN and p.role not in ("and", "or")]
            return "strong" if before[-1:] == ["title"] else ""
        if last == "want":
            return "weak"
        if last not in _CUES:
            return ""
        piece = next(p for p in reversed(self.pieces) if p.role == last)
        before_it = self.tokens[piece.start - 1].text if piece.start else ""
        wishing = piece.words == "like" and before_it in _WISHING and piece.gap == ""
        return "weak" if wishing or piece.words == "seen" else "strong"

    def _placed(self, at: int) -> bool:
        """Whether a capital word is the place or the day of something: "for Halloween"."""
        return at > 0 and self.tokens[at].gap == "" and self.tokens[at - 1].text in _PLACING

    def _alone(self, at: int, n: int) -> bool:
        """Whether nothing stands beside the words between two pauses or "but"."""
        end = at + n
        starts = self.tokens[at].gap != "" or (bool(self.pieces) and self.pieces[-1].role == "but")
        return starts and (
            end == len(self.tokens) or self.tokens[end].gap != "" or self.tokens[end].text in _PREDICATES
        )

    def _overlaps(self, at: int, n: int) -> bool:
        """Whether another phrase covers these words or reaches beyond their end."""
        entries, longest = self.lexicon.entries, self.lexicon.longest
        same = next((m for m, _, e in self.find(entries, longest, at) if e.role != "filler"), 0)
        beyond = any(
            entry.role in CONTENT and k + m > at + n
            for k in range(at + 1, at + n)
            for m, _, entry in self.find(entries, longest, k)
        )
        return same >= n or beyond
