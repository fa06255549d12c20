"""From pieces to what was said: one pass from left to right with the standing verb (more, less, avoid, only)."""

from __future__ import annotations

from collections.abc import Callable

from app.recommenders.reader.clauses import FULL, LINKS, PLAIN, SLIGHT, Listener
from app.recommenders.reader.matching import CONTENT, Piece

BOUND_FACETS = {"newer": "year", "older": "year", "shorter": "duration", "longer": "duration"}
_OPPOSITE = {"newer": "older", "older": "newer", "shorter": "longer", "longer": "shorter"}
_LISTING = frozenset(
    {"filler", "noun", "please", "here", "any", "about", "somewhat", "much", "turn", "by", "with"}
    | {"and", "or", "title"}
)
_COMPLAINING = frozenset(
    {"is", "are", "it", "all", "they", "these", "this", "those", "everything", "feel", "feels", "was", "were"}
    | {"being", "why", "getting", "gets", "that"}
)
_BEFORE = 12
_SMALL = frozenset({"bit", "little", "touch", "dash"})
_AMOUNTS = _SMALL | {"lot", "lots", "plenty", "loads", "tons", "heaps"}
_AGAIN = frozenset({"more", "more of", "plenty of", "full of", "extra"})
_SOFT_BUTS = frozenset({"then", "still", "yet", "while", "though", "however"})


class Grammar(Listener):
    """Listens to the pieces of one text; `said` is what it heard, `tonight` whether only this turn is meant."""

    def run(self) -> Grammar:
        """Everything said in the text."""
        for at, piece in enumerate(self.pieces):
            self.at = at
            if piece.gap:
                self._pause(piece)
            hear = _HEAR.get(piece.role)
            if hear:
                hear(self, piece)
        return self

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

    def _interjection(self) -> bool:
        """ "No, more comedy": a "no" before a pause refuses nothing."""
        following = self._following()
        return following is None or following.gap != ""

    def _swap(self, piece: Piece) -> None:
        self._start("avoid", True)
        self.swapping = True

    def _filler(self, piece: Piece) -> None:
        """ "swap the dramas for comedies": what comes behind "for" is wanted."""
        if self.swapping and not self.pending and self.texts[piece.start] in ("for", "with", "by", "to"):
            self._start("more")

    def _not(self, piece: Piece) -> None:
        self._start("avoid", True)
        self.negated = True

    def _less(self, piece: Piece) -> None:
        doubled = self.negated and self.pending and piece.words in ("less", "fewer")
        self._start("more" if doubled else "less", True)
        if not self.strength and piece.words.startswith(("way", "far")):
            self.strength = FULL

    def _more(self, piece: Piece) -> None:
        if self.pending and self.verb == "avoid" and piece.words in _AGAIN:
            return
        self._start("more", True)
        words = set(piece.words.split())
        if not self.strength and not words.isdisjoint(_AMOUNTS):
            self.strength = SLIGHT if words & _SMALL else FULL

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
        following = self._following(skip=LINKS)
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
        if piece.words not in _SOFT_BUTS or not self.pending:
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
            self.strength = self.strength or FULL

    def _adjacent(self) -> bool:
        return self.pieces[self.at - 1].role in ("not", "avoid", "any", "here")

    def _complains(self) -> bool:
        """ "everything is so bleak", but not "so more Korean"."""
        start = self.pieces[self.at].start
        return start > 0 and self.texts[start - 1] in _COMPLAINING and self.pieces[self.at].gap == ""

    def _toomuch(self, piece: Piece) -> None:
        following = self._following(skip=LINKS)
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
        elif self._content_next() or self._following(skip=("by", "with")) is None:
            self._start("more" if self.negated and self.pending else "avoid", True)

    def _somewhat(self, piece: Piece) -> None:
        before = self.pieces[self.at - 1].role if self.at else ""
        if not self.pending and (piece.gap or before == "and"):
            self._start("more")
        self.strength, self.spent = SLIGHT, False

    def _much(self, piece: Piece) -> None:
        self.strength, self.spent = FULL, False

    def _than(self, piece: Piece) -> None:
        """ "more comedy than drama": less of what the first is measured against."""
        following = self._following()
        if not self.said or self.pending or following is None:
            return
        if following.role in ("concept", "person", "unknown"):
            self._start("less", True)
        elif following.role == "title":
            self._start("skip", True)

    def _and(self, piece: Piece) -> None:
        """ "not too long and funny" wants the second."""
        following = self._following()
        if self.degreed and not self.pending and following and self._pleasant(following):
            self._start("more")

    def _turn(self, piece: Piece) -> None:
        self.tonight = True

    # ------------------------------------------------------------------ content

    def _concept(self, piece: Piece) -> None:
        for kind, value in piece.facets:
            self._say(self.verb, kind, value)
        self._done()

    def _comparative(self, piece: Piece) -> None:
        if not self.pending:
            self._start("more")
        for kind, value in piece.facets:
            self._say(self.verb, kind, value, PLAIN)
        self._done()

    def _title(self, piece: Piece) -> None:
        if self.verb == "skip":
            self._start("more")
            return
        recent = self.pieces[max(0, self.at - _BEFORE) : self.at]
        seen = next((p.role for p in reversed(recent) if p.role not in _LISTING), "") == "seen"
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
            self._say(asked, BOUND_FACETS[asked], value, FULL)
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


_HEAR: dict[str, Callable[[Grammar, Piece], None]] = {
    "avoid": Grammar._avoid, "not": Grammar._not, "less": Grammar._less, "more": Grammar._more,
    "only": Grammar._only, "just": Grammar._just, "want": Grammar._want, "loved": Grammar._want,
    "cue": Grammar._like, "but": Grammar._but, "instead": Grammar._instead, "here": Grammar._here,
    "any": Grammar._any, "degree": Grammar._degree, "toomuch": Grammar._toomuch, "enough": Grammar._enough,
    "somewhat": Grammar._somewhat, "much": Grammar._much, "than": Grammar._than, "and": Grammar._and,
    "turn": Grammar._turn, "concept": Grammar._concept, "person": Grammar._concept, "title": Grammar._title,
    "comparative": Grammar._comparative, "direction": Grammar._direction, "bound": Grammar._bound,
    "filler": Grammar._filler, "swap": Grammar._swap, "unknown": Grammar._text, "outside": Grammar._text,
    "post": Grammar._post, "free": Grammar._free,
}  # fmt: skip
