"""Pieces made of quantities: "under 90 minutes", "since the 80s", "between 1960 and 1975", "the early 90s"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.recommenders.reader.measures import Measure, measure, skip_trail, suffix

if TYPE_CHECKING:
    from app.recommenders.reader.matching import Piece, Scan

_KINDS = {"under": "shorter", "above": "longer", "later": "newer", "earlier": "older"}
_SIDES = {
    "duration": "under above",
    "number": "under above",
    "year": "later earlier",
    "decade": "later earlier",
}
_INCLUSIVE = (
    "since",
    "starting",
    "beginning",
    "from",
    "no older",
    "not older",
    "not before",
    "nothing before",
)
_LONG = 150
_UNITLESS = range(20, 601)


def bounded(scan: Scan, at: int) -> Piece | None:
    """The piece of a quantity that starts at a token, with the words that make a bound of it."""
    for n, key, entry in scan.find(scan.lexicon.bounds, scan.lexicon.longest, at):
        if not scan.unbroken(at, at + n):
            continue
        if entry.role.startswith("century"):
            kind = "newer" if entry.role == "century_now" else "older"
            return scan.piece("bound", ((kind, "2000"),), at, at + n, key)
        found = (
            measure(scan.tokens, at + n)
            if at + n < len(scan.tokens) and not scan.tokens[at + n].gap
            else None
        )
        if found and (piece := _with_side(scan, at, found, entry.role, key)):
            return piece
    found = measure(scan.tokens, at)
    return _bare(scan, at, found) if found else None


def _with_side(scan: Scan, at: int, found: Measure, side: str, key: str) -> Piece | None:
    if key == "up to" and found.kind in ("year", "decade"):
        side = "earlier"
    if side not in _SIDES[found.kind] or (found.kind == "number" and found.value not in _UNITLESS):
        return None
    value, end = found.value, found.end
    if found.kind == "decade" and side == "later" and not key.startswith(_INCLUSIVE):
        value += 10
    if found.kind in ("duration", "number"):
        end = suffix(scan.tokens, skip_trail(scan.tokens, end), side)[1]
    return scan.piece("bound", ((_KINDS[side], str(value)),), at, end, key)


def _bare(scan: Scan, at: int, found: Measure) -> Piece | None:
    """A quantity without a bound before it: what follows may be one, or a second quantity of a range."""
    if found.kind == "number":
        return _number(scan, at, found)
    end = skip_trail(scan.tokens, found.end)
    if (second := _second(scan, at, end)) and second.kind == found.kind:
        return _range(scan, at, found.kind, found.value, second)
    side, end = suffix(scan.tokens, end, _SIDES[found.kind])
    if side:
        return scan.piece("bound", ((_KINDS[side], str(found.value)),), at, end)
    if found.kind == "duration":
        kind = "longer" if found.value >= _LONG else "shorter"
        return scan.piece("bound", ((kind, str(found.value)),), at, end)
    if found.kind == "year":
        return scan.piece("bound", (("newer", str(found.value)), ("older", str(found.value))), at, end)
    return _decades(scan, at, end, [found.value])


def _number(scan: Scan, at: int, found: Measure) -> Piece | None:
    """Ages and counts ask for nothing; the first number of "between 90 and 120 minutes" has a unit later."""
    tokens, end = scan.tokens, found.end
    if (second := _second(scan, at, end)) and second.kind == "duration":
        return _range(scan, at, "duration", found.value, second)
    following = [t.text for t in tokens[end : end + 2]]
    if following[:1] in (["year"], ["years"], ["yr"]):
        return scan.piece(
            "filler", (), at, min(len(tokens), end + 1 + (following[1:] in (["old"], ["olds"])))
        )
    entry = scan.lexicon.entries.get(following[0]) if following else None
    return scan.piece("filler", (), at, end) if entry and entry.role == "noun" else None


def _second(scan: Scan, at: int, end: int) -> Measure | None:
    """The other end of a range, behind "to", "and" after "between", or a dash."""
    tokens = scan.tokens
    if end >= len(tokens):
        return None
    word = tokens[end].text
    between = at > 0 and tokens[at - 1].text == "between"
    if word in ("to", "till", "until", "through") or (word == "and" and between):
        return measure(tokens, end + 1)
    return (
        measure(tokens, end)
        if word[0].isdecimal() and tokens[end].gap in ("", ",") and _dashed(scan, end)
        else None
    )


def _dashed(scan: Scan, end: int) -> bool:
    return scan.tokens[end].gap == "" and len(scan.tokens[end].text) > 2


def _range(scan: Scan, at: int, kind: str, first: int, second: Measure) -> Piece:
    low, high = sorted((first, second.value))
    if kind == "decade":
        return _decades(scan, at, second.end, list(range(low, high + 1, 10)))
    sides = ("longer", "shorter") if kind == "duration" else ("newer", "older")
    facets = ((sides[0], str(low)), (sides[1], str(high)))
    return scan.piece("bound", facets, at, skip_trail(scan.tokens, second.end))


def _decades(scan: Scan, at: int, end: int, starts: list[int]) -> Piece:
    known = tuple(("decade", f"{s}s") for s in starts if f"{s}s" in scan.lexicon.decades)
    return scan.piece("concept" if known else "unknown", known, at, end)
