"""What stands while a text is heard: the verb, how strongly, and how far a list reaches behind a comma."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.recommenders.reader.matching import CONTENT, Piece
from app.recommenders.reader.tokens import BOTH, EITHER, PAUSE, STOP

SLIGHT, PLAIN, FULL = 0.5, 0.8, 1.0
_AHEAD = 16
LINKS = ("noun", "by", "with", "about")
_PLEASANT = frozenset({"light", "funny", "warm", "uplifting", "romantic", "moving"})
_TOPICS = frozenset({"genre", "tag", "creator", "cast", "title", "text"})
_BARE = frozenset(
    {"filler", "noun", "any", "turn", "and", "or", "degree", *CONTENT} - {"comparative", "bound"}
)


@dataclass(slots=True)
class Said:
    """One thing said: a verb on a facet value.

    `facet` is "text" for a word that no facet covers, and `value` then its place among the tokens.
    """

    verb: str
    facet: str | None
    value: str | None
    strength: float
    group: int


class Listener:
    """What was heard so far of one text.

    `verb` is more, less, avoid, only, or skip for a title that only serves to compare; `pending` while
    nothing came behind it; `negated` when a "not" set it; `explicit` when it was said in so many words;
    `degreed` behind "not too". What is said in one breath shares a `group`.
    """

    def __init__(self, pieces: Sequence[Piece], texts: Sequence[str]) -> None:
        self.pieces, self.texts = pieces, texts
        self.said: list[Said] = []
        self.tonight = False
        self.verb, self.pending, self.negated, self.explicit = "more", False, False, False
        self.strength: float | None = None
        self.spent = False
        self.degreed = self.swapping = self.replacing = False
        self.at = self.group = 0

    def _start(self, verb: str, pending: bool = False) -> None:
        self.verb, self.pending, self.negated, self.degreed = verb, pending, False, False
        self.explicit = pending
        if self.spent:
            self.strength, self.spent = None, False
        self.swapping = self.replacing = False
        self.group += 1

    def _pause(self, piece: Piece) -> None:
        if piece.gap == STOP:
            self._start("more")
            self.strength = None
        elif piece.gap == PAUSE and self.verb != "more":
            if (self.pending and self.verb != "only") or self.replacing or not self._goes_on(self.at):
                self._start("more")
        elif piece.gap == PAUSE:
            self.strength = None
            self.group += 1
            self.explicit = False
        elif piece.gap in (EITHER, BOTH):
            self.degreed = False

    def _goes_on(self, at: int) -> bool:
        """Whether a list goes on behind a comma: bare words of the family of the last one, or an "or"."""
        chunk = self._chunk(at)
        first = next((p for p in chunk if p.role in CONTENT), None)
        if first is None or not all(p.role in _BARE or p.role == "please" for p in chunk):
            return first is None and not any(p.role == "here" for p in chunk)
        if self.verb == "only" or chunk[0].role == "or":
            return True
        if self._pleasant(first) or chunk[-1].role in ("please", "instead") or first.role == "direction":
            return False
        return chunk[0].role == "and" or self._family(first) == self._last_family() or self._closed_by_or(at)

    def _chunk(self, at: int) -> list[Piece]:
        end = at + 1
        while (
            end < len(self.pieces)
            and not self.pieces[end].gap
            and self.pieces[end].role not in ("but", "turn")
        ):
            end += 1
        return list(self.pieces[at:end])

    def _closed_by_or(self, at: int) -> bool:
        """Whether the bare words from here on end with "or": "no war, 80s films or anything sad"."""
        for piece in self.pieces[at : at + _AHEAD]:
            if piece.role == "or":
                return True
            if piece.gap == STOP or piece.role not in _BARE:
                return False
        return False

    def _family(self, piece: Piece) -> str:
        if piece.role in ("unknown", "outside"):
            return "topic"
        kind = piece.facets[0][0] if piece.facets else ""
        return "topic" if kind in _TOPICS else kind

    def _last_family(self) -> str:
        if not self.said:
            return ""
        return "topic" if self.said[-1].facet in _TOPICS else self.said[-1].facet or ""

    def _pleasant(self, piece: Piece) -> bool:
        """Whether this asks for a pleasant mood right after something else was refused."""
        pleasant = (
            piece.role == "concept" and piece.facets[0][0] == "mood" and piece.facets[0][1] in _PLEASANT
        )
        return pleasant and not (self.said and self.said[-1].value in _PLEASANT)

    def _following(self, skip: tuple[str, ...] = ()) -> Piece | None:
        """The next piece that is not talk, nor one of these roles."""
        at = self.at + 1
        while (
            at < len(self.pieces) and (self.pieces[at].role in ("filler", *skip)) and not self.pieces[at].gap
        ):
            at += 1
        return self.pieces[at] if at < len(self.pieces) else None

    def _content_next(self) -> bool:
        following = self._following(skip=("degree", "toomuch", *LINKS))
        return following is not None and following.gap == "" and following.role in CONTENT

    def _say(self, verb: str, facet: str | None, value: str | None, strength: float | None = None) -> None:
        if self.strength is not None:
            strength = self.strength
        elif strength is None:
            strength = PLAIN if self.explicit and verb in ("more", "less") else FULL
        self.said.append(Said(verb, facet, value, strength, self.group))
        self.spent = True

    def _done(self) -> None:
        self.pending = self.negated = False

    def _regroup(self, verbs: dict[str, str]) -> None:
        for said in reversed(self.said):
            if said.group != self.said[-1].group:
                break
            said.verb = verbs.get(said.verb, said.verb)
