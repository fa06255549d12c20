"""What a person types to a recommender, read into directives over the catalog's own facets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.catalog.catalog import ItemCatalog
from app.catalog.text import STOP_WORDS, singular
from app.recommenders.reader.grammar import Grammar
from app.recommenders.reader.lexicon import NOUN_WORDS, ORDINARY, Lexicon
from app.recommenders.reader.matching import CONTENT, Names, Piece, Scan
from app.recommenders.reader.names import Titles, cast, creators
from app.recommenders.reader.spelling import Speller
from app.recommenders.reader.tokens import Token, tokenize
from graphs.messages import Directive

_REMEMBERED = 4096
_EMPTY = STOP_WORDS | NOUN_WORDS
_WANTED = ("more", "only", "similar")


@dataclass(frozen=True)
class Reading:
    """What was understood: the directives, and the words that no facet of the catalog covers.

    `query` joins the wanted ones for a text search; `unknown` has all of them as typed, in lower case;
    `corrections` maps a mistyped word to the word it was taken for.
    """

    directives: tuple[Directive, ...] = ()
    query: str = ""
    unknown: tuple[str, ...] = ()
    corrections: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Reads texts on one catalog. Building it costs time in proportion to the catalog; reading does not."""

    def __init__(self, catalog: ItemCatalog) -> None:
        self.lexicon = Lexicon(catalog)
        self.names = Names(Titles(catalog), creators(catalog), cast(catalog))
        people = self.names.creators.words | self.names.cast.words
        self._speller = Speller(self.lexicon.spelled, people, self.names.titles.words)
        self.read = lru_cache(maxsize=_REMEMBERED)(self._read)

    def _read(self, text: str) -> Reading:
        tokens = tokenize(text)
        if not tokens:
            return Reading()
        pieces = Scan(self.lexicon, self.names, tokens, {}).run()
        near = self._near(tokens, pieces)
        if near:
            pieces = Scan(self.lexicon, self.names, tokens, near).run()
        grammar = Grammar(pieces, [t.text for t in tokens]).run()
        return _reading(grammar, tokens, _corrections(tokens, pieces, near))

    def _near(self, tokens: Sequence[Token], pieces: Sequence[Piece]) -> dict[int, tuple[str, ...]]:
        """What the words not understood may have been meant to be, by token."""
        unread = [p.start for p in pieces if p.role == "unknown" and p.end == p.start + 1]
        found = {i: self._speller.near(tokens[i].text) for i in unread if not _ordinary(tokens[i].text)}
        return {i: words for i, words in found.items() if words}


def _ordinary(word: str) -> bool:
    return word in ORDINARY or singular(word) in ORDINARY


def _corrections(
    tokens: Sequence[Token], pieces: Sequence[Piece], near: Mapping[int, tuple[str, ...]]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for piece in pieces:
        words = piece.words.split(" ")
        if piece.role != "unknown" and len(words) >= piece.end - piece.start:
            for i, word in zip(range(piece.start, piece.end), words, strict=False):
                if i in near and word != tokens[i].text:
                    found[tokens[i].typed] = word
    return found


def _reading(grammar: Grammar, tokens: Sequence[Token], corrections: Mapping[str, str]) -> Reading:
    words = [(said, tokens[int(said.value or 0)]) for said in grammar.said if said.facet == "text"]
    alone = {p.start for p in grammar.pieces if p.end == p.start + 1 and p.role in CONTENT}
    words = [(s, token) for s, token in words if token.text not in _EMPTY or int(s.value or 0) in alone]
    wanted = [token.typed for said, token in words if said.verb in _WANTED]
    return Reading(
        directives=_directives(grammar),
        query=" ".join(dict.fromkeys(wanted)),
        unknown=tuple(dict.fromkeys(token.typed for _, token in words)),
        corrections=corrections,
    )


def _directives(grammar: Grammar) -> tuple[Directive, ...]:
    """One directive for each facet value, as it was said last; directions and bounds once each."""
    found: dict[tuple[str | None, ...], Directive] = {}
    for said in grammar.said:
        if said.facet == "text":
            continue
        valued = said.facet in ("year", "duration") or said.value is None
        key = (said.verb, said.facet, said.value) if valued else (said.facet, said.value)
        found.pop(key, None)
        found[key] = Directive(
            kind=said.verb,  # type: ignore[arg-type]
            facet=said.facet,
            value=said.value,
            strength=said.strength,
            scope="turn" if grammar.tonight else "session",
        )
    return tuple(found.values())
