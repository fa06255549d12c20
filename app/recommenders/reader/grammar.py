"""From pieces to what was said: one pass from left to right with the standing verb (more, less, avoid, only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.recommenders.reader.matching import CONTENT, Piece
from app.recommenders.reader.tokens import BOTH, EITHER, PAUSE, STOP

BOUND_FACETS = {"newer": "year", "older": "year", "shorter": "duration", "longer": "duration"}
_OPPOSITE = {"newer": "older", "older": "newer", "shorter": "longer", "longer": "shorter"}
_PLEASANT = frozenset({"light", "funny", "warm", "uplifting", "romantic", "moving"})
_TOPICS = frozenset({"genre", "tag", "creator", "cast", "title", "text"})
_BARE = frozenset(
    {"filler", "noun", "any", "turn", "and", "or", "degree", *CONTENT} - {"comparative", "bound"}
)
_THIN = frozenset(
    {"filler", "noun", "please", "here", "any", "about", "somewhat", "much", "turn", "by", "with"}
)
_LISTING = _THIN | {"and", "or", "title"}
_COMPLAINING = frozenset(
    "is are it all they these this those everything feel feels was were being getting gets that".split()
)
_LINKS = ("noun", "by", "with", "about")
_SMALL = frozenset({"bit", "little", "touch", "dash"})
_MEASURES = _SMALL | {"lot", "lots", "plenty", "loads", "tons", "heaps"}
_SLIGHT, _PLAIN, _FULL = 0.5, 0.8, 1.0


@dataclass(slots=True)
class Said:
    """One thing said: a verb on a facet value; `facet` is "text" for a word that no facet covers."""

    verb: str
    facet: str | None
    value: str | None
    strength: float
    group: int


class Grammar:
    """Listens to the pieces of one text; `said` is what it heard, `tonight` whether only this turn is meant."""

    def __init__(self, pieces: Sequence[Piece], texts: Sequence[str], typed: Sequence[str]) -> None:
        self.pieces, self.texts, self.typed = pieces, texts, typed
        self.said: list[Said] = []
        self.tonight = False
        self.verb, self.pending, self.negated, self.explicit = "more", False, False, False
        self.strength: float | None = None
        self.degreed = self.swapping = self.replacing = False
        self.at = self.group = 0

    def run(self) -> Grammar:
        """Everything said in the text."""
        for self.at, piece in enumerate(self.pieces):
            if piece.gap:
                self._pause(piece)
            hear = _HEAR.get(piece.role)
            if hear:
                hear(self, piece)
        return self

    # ------------------------------------------------------------------- pauses

    def _start(self, verb: str, pending: bool = False) -> None:
        self.verb, self.pending, self.negated, self.degreed = verb, pending, False, False
        self.explicit = pending
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
        for piece in self.pieces[at:]:
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

    # -------------------------------------------------------------------- verbs

    def _avoid(self, piece: Piece) -> None:
        if piece.words == "no" and self._interjection():
            return
        if self.said and self._means_the_last(piece):
            self._regroup({"more": "avoid", "similar": "avoid"})
        elif self.negated and self.pending:
            self._start("more", True)
        else:
            self._start("avoid", True)
            self.replacing = piece.words.startswith(("instead", "rather", "in place"))

    def _means_the_last(self, piece: Piece) -> bool:
        """ "I hate them" is about what was just named."""
        them = self.texts[piece.end : piece.end + 1]
        return them in (["them"], ["it"], ["those"], ["that"]) and not piece.words.startswith(("no", "with"))

    def _swap(self, piece: Piece) -> None:
        self._start("avoid", True)
        self.swapping = True

    def _filler(self, piece: Piece) -> None:
        """ "swap the dramas for comedies": what comes behind "for" is wanted."""
        if self.swapping and not self.pending and self.texts[piece.start] in ("for", "with", "by", "to"):
            self._start("more")

    def _interjection(self) -> bool:
        """ "No, more comedy": a "no" before a pause refuses nothing."""
        following = self._following()
        return following is None or following.gap != ""

    def _not(self, piece: Piece) -> None:
        self._start("avoid", True)
        self.negated = True

    def _less(self, piece: Piece) -> None:
        self._start(
            "more" if self.negated and self.pending and piece.words in ("less", "fewer") else "less", True
        )

    def _more(self, piece: Piece) -> None:
        if (
            self.pending
            and self.verb == "avoid"
            and piece.words in ("more", "more of", "plenty of", "full of", "extra")
        ):
            return
        self._start("more", True)
        words = set(piece.words.split())
        if not self.strength and not words.isdisjoint(_MEASURES):
            self.strength = _SLIGHT if words & _SMALL else _FULL

    def _only(self, piece: Piece) -> None:
        """Before what it limits, or at the end behind it: "comedies only"; "X only darker" is "but"."""
        following = self._following(skip=("please", "turn"))
        if self.said and not self.pending and self.verb == "more" and (following is None or following.gap):
            self._regroup({"more": "only"})
        elif self.said and following and following.role in ("comparative", "less"):
            self._start("more")
        else:
            self._start("more" if self.negated and self.pending else "only", True)

    def _just(self, piece: Piece) -> None:
        following = self._following(skip=_LINKS)
        if following and following.role in ("concept", "person") and not self.pending:
            self._start("only", True)

    def _want(self, piece: Piece) -> None:
        if not self.pending:
            self._start("more")
        elif self.negated:
            self.verb = "avoid"

    def _like(self, piece: Piece) -> None:
        """ "don't like X" refuses X; "like X" alone asks for it, within what stands."""
        if self.negated and self.pending:
            self.verb = "avoid"

    def _but(self, piece: Piece) -> None:
        if piece.words not in ("then", "still", "yet", "while", "though", "however") or not self.pending:
            self._start("more")
        self.strength = None

    def _instead(self, piece: Piece) -> None:
        if not self.pending:
            self._start("more")

    def _here(self, piece: Piece) -> None:
        if not self.pending:
            self._start("more")

    def _any(self, piece: Piece) -> None:
        before = self.pieces[self.at - 1].role if self.at else ""
        if not self.pending and before not in ("or", "and"):
            self._start("more")

    # ------------------------------------------------------------------ degrees

    def _degree(self, piece: Piece) -> None:
        word = piece.words
        if self.pending and self.verb in ("avoid", "less") and (word != "that" or self._adjacent()):
            self.verb, self.degreed = "less", True
        elif (word.endswith("too") or (word == "so" and self._complains())) and self._content_next():
            self._start("less", True)
            self.degreed = True
        elif word not in ("too", "so", "as", "that", "quite"):
            self.strength = self.strength or _FULL

    def _adjacent(self) -> bool:
        return self.pieces[self.at - 1].role in ("not", "avoid", "any", "here")

    def _complains(self) -> bool:
        """ "everything is so bleak", but not "so more Korean"."""
        start = self.pieces[self.at].start
        return start > 0 and self.texts[start - 1] in _COMPLAINING and self.pieces[self.at].gap == ""

    def _content_next(self) -> bool:
        following = self._following(skip=("degree", "toomuch", *_LINKS))
        return following is not None and following.gap == "" and following.role in CONTENT

    def _toomuch(self, piece: Piece) -> None:
        following = self._following(skip=_LINKS)
        if following and following.gap == "" and following.role in (*CONTENT, "any"):
            self._start("less", True)
        elif self.said and self.verb == "avoid":
            self._regroup({"avoid": "less"})
        elif self.said and piece.words.startswith("too"):
            self._regroup({"more": "less"})

    def _enough(self, piece: Piece) -> None:
        """ "not scary enough" asks for more, "enough horror" for none."""
        before = self.pieces[self.at - 1] if self.at else None
        if before and before.role in CONTENT and piece.gap == "":
            if self.verb in ("avoid", "less"):
                self._regroup({"avoid": "more", "less": "more"})
        elif (
            self._content_next()
            or (following := self._following()) is None
            or following.role in ("by", "with")
        ):
            self._start("more" if self.negated and self.pending else "avoid", True)

    def _somewhat(self, piece: Piece) -> None:
        self.strength = _SLIGHT
        before = self.pieces[self.at - 1].role if self.at else ""
        if not self.pending and (piece.gap or before == "and"):
            self._start("more")

    def _much(self, piece: Piece) -> None:
        self.strength = _FULL

    def _than(self, piece: Piece) -> None:
        """ "more comedy than drama": less of what the first is measured against."""
        following = self._following()
        if (
            self.said
            and not self.pending
            and following
            and following.role in ("concept", "person", "unknown", "title")
        ):
            self._start("skip" if following.role == "title" else "less", True)

    def _and(self, piece: Piece) -> None:
        following = self._following()
        if (
            self.verb in ("less", "avoid")
            and not self.pending
            and following
            and self.degreed
            and self._pleasant(following)
        ):
            self._start("more")

    def _turn(self, piece: Piece) -> None:
        self.tonight = True

    # ------------------------------------------------------------------ content

    def _following(self, skip: tuple[str, ...] = ()) -> Piece | None:
        """The next piece that is not talk, nor one of these roles."""
        at = self.at + 1
        while (
            at < len(self.pieces) and (self.pieces[at].role in ("filler", *skip)) and not self.pieces[at].gap
        ):
            at += 1
        return self.pieces[at] if at < len(self.pieces) else None

    def _say(self, verb: str, facet: str | None, value: str | None, strength: float | None = None) -> None:
        if self.strength is not None:
            strength = self.strength
        elif strength is None:
            strength = _PLAIN if self.explicit and verb in ("more", "less") else _FULL
        self.said.append(Said(verb, facet, value, strength, self.group))

    def _done(self) -> None:
        self.pending = self.negated = False

    def _concept(self, piece: Piece) -> None:
        for kind, value in piece.facets:
            self._say(self.verb, kind, value)
        self._done()

    def _comparative(self, piece: Piece) -> None:
        if not self.pending:
            self._start("more")
        for kind, value in piece.facets:
            self._say(self.verb, kind, value, _PLAIN)
        self._done()

    def _title(self, piece: Piece) -> None:
        if self.verb == "skip":
            self._start("more")
            return
        before = next((p for p in reversed(self.pieces[: self.at]) if p.role not in _LISTING), None)
        seen = before is not None and before.role == "seen"
        verb = "avoid" if seen else self.verb if self.verb in ("avoid", "less") else "similar"
        self._say(verb, *piece.facets[0])
        self._done()

    def _direction(self, piece: Piece) -> None:
        if not self.pending and (piece.words.endswith("er") or piece.words.startswith("more ")):
            self._start("more")
        asked, opposite = piece.facets[0][0], piece.facets[1][0]
        if self.verb in ("more", "only"):
            self._say(asked, None, None)
        elif opposite:
            self._say(opposite, None, None)
        else:
            self._text(piece)
        self._done()

    def _bound(self, piece: Piece) -> None:
        flips = self.pending and self.verb in ("avoid", "less") and len(piece.facets) == 1
        for kind, value in piece.facets:
            asked = _OPPOSITE[kind] if flips else kind
            self._say(asked, BOUND_FACETS[asked], value, _FULL)
        self._done()

    def _text(self, piece: Piece) -> None:
        for i in range(piece.start, piece.end):
            self._say(self.verb if self.verb != "skip" else "more", "text", str(i))
        self._done()

    # ---------------------------------------------------------------- behind it

    def _post(self, piece: Piece) -> None:
        """ "horror is not my thing": what was just named is refused."""
        self._regroup({"more": "avoid", "similar": "avoid"})
        self._start("more")

    def _free(self, piece: Piece) -> None:
        """ "zombie-free"."""
        if self.said and self.at and self.pieces[self.at - 1].role in CONTENT and not piece.gap:
            self.said[-1].verb = "avoid"

    def _regroup(self, verbs: dict[str, str]) -> None:
        group = self.said[-1].group if self.said else -1
        for said in self.said:
            if said.group == group:
                said.verb = verbs.get(said.verb, said.verb)


_HEAR: dict[str, Callable[[Grammar, Piece], None]] = {
    "avoid": Grammar._avoid, "not": Grammar._not, "less": Grammar._less, "more": Grammar._more,
    "only": Grammar._only, "just": Grammar._just, "want": Grammar._want, "loved": Grammar._want,
    "cue": Grammar._like, "but": Grammar._but, "instead": Grammar._instead, "here": Grammar._here,
    "any": Grammar._any, "degree": Grammar._degree, "toomuch": Grammar._toomuch, "enough": Grammar._enough,
    "somewhat": Grammar._somewhat, "much": Grammar._much, "than": Grammar._than, "and": Grammar._and,
    "turn": Grammar._turn, "concept": Grammar._concept, "person": Grammar._concept, "title": Grammar._title,
    "comparative": Grammar._comparative, "direction": Grammar._direction, "bound": Grammar._bound,
    "filler": Grammar._filler, "swap": Grammar._swap, "unknown": Grammar._text, "outside": Grammar._text, "post": Grammar._post, "free": Grammar._free,
}  # fmt: skip
