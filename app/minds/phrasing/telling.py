"""The user about a slate as a whole: the gap it sees, a summary, and what it says when it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.catalog.wording import slots
from app.catalog.wording.nouns import singular
from app.catalog.wording.places import DECADES
from app.errors import unknown
from app.minds.phrasing.leaving import GOODBYES
from app.minds.phrasing.picking import pick, sentence
from app.minds.phrasing.reflecting import (
    FLAT,
    GAPS,
    HAPPY,
    MISSED,
    PAIRS,
    POOR,
    REFUSED,
    SAME,
    SHOWN,
    WANTED,
    WELL,
)
from app.minds.phrasing.summing import ALL, DOWN, NOTHING, OPENED, PART, STEADY, TOP, UP, Ending
from graphs.messages import Directive

_NUMBERS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_UNWANTED = ("less", "avoid")
_FACETED = ("more", "only", "less", "avoid")


def reflection(
    wish_gaps: Sequence[tuple[Directive, float]],
    satisfaction: float,
    boredom: float,
    variant: int,
    titles: Mapping[str, str] | None = None,
    noun: str = "films",
) -> str:
    """One or two sentences on what it wants against what it was shown; the widest gaps are named.

    The recommender sees it, so it has no numbers and no names of traits.
    """
    widest = [d for d, _ in sorted(wish_gaps, key=lambda pair: -pair[1])][:2]
    feelings = _feelings(satisfaction, boredom, bool(widest))
    general = pick(feelings, variant, 41) if feelings else ""
    if not widest:
        return general
    return f"{_gap(widest, titles or {}, variant, noun)} {general}".rstrip()


def _feelings(satisfaction: float, boredom: float, has_gap: bool) -> tuple[str, ...]:
    """How it goes altogether; nothing where that is not worth a sentence after a gap."""
    if boredom > 0.5:
        return SAME
    if satisfaction < 0.35:
        return POOR
    if satisfaction > 0.65:
        return WELL if has_gap else HAPPY
    return () if has_gap else FLAT


def _gap(widest: Sequence[Directive], titles: Mapping[str, str], variant: int, noun: str) -> str:
    """The sentence that names one or two gaps."""
    wanted = [d for d in widest if d.kind not in _UNWANTED]
    unwanted = [d for d in widest if d.kind in _UNWANTED]
    if wanted and unwanted:
        shown = pick(SHOWN, variant, 42).format_map(_fill(unwanted[0], titles, noun))
        missed = pick(WANTED, variant, 43).format_map(_fill(wanted[0], titles, noun))
        return sentence(pick(PAIRS, variant, 44).format(shown=shown, missed=missed))
    if len(wanted) == 2:
        one, two = (_fill(d, titles, noun)["wish"] for d in wanted)
        return sentence(pick(MISSED, variant, 45).format(one=one, two=two))
    if len(unwanted) == 2:
        one, two = (_fill(d, titles, noun)["p"] for d in unwanted)
        return sentence(pick(REFUSED, variant, 47).format(one=one, two=two))
    return sentence(pick(GAPS[widest[0].kind], variant, 46).format_map(_fill(widest[0], titles, noun)))


def _fill(directive: Directive, titles: Mapping[str, str], noun: str) -> dict[str, str]:
    """Slots: {p} and the rest of a facet's words, {t} a title, {wish} what is wanted as a noun phrase."""
    kind, facet, value = directive.kind, directive.facet, directive.value or ""
    words: dict[str, str] = {"films": noun, "film": singular(noun)}
    if kind in _FACETED and facet and value:
        named = slots(facet, value, noun)
        words |= named[-1 if value in DECADES else 0]
        return words | {"wish": _wish(kind, words)}
    title = titles.get(value, value)
    wishes = _WISHES | {"similar": f"something like {title}"}
    return words | {"t": title, "wish": wishes[kind]}


def _wish(kind: str, words: Mapping[str, str]) -> str:
    """What is wanted of a facet, as what follows "I was hoping for"."""
    if kind == "only":
        return f"nothing but {words['p']}"
    return words["some"] if words["adj"] else f"more {words['p']}"


_WISHES = {
    "surprise": "something different",
    "newer": "something more recent",
    "older": "something older",
    "shorter": "something shorter",
    "longer": "something longer",
    "popular": "something better known",
    "niche": "something less mainstream",
}


def summary(
    seen: int,
    opened: int,
    liked: int,
    slate: int,
    satisfaction_before: float,
    satisfaction_after: float,
    top: tuple[str, str] | None,
    variant: int,
    noun: str = "films",
) -> str:
    """One sentence on a slate of `slate` items; `top` is the facet (kind, value) most of it had."""
    start = pick(ALL if seen >= slate else PART, variant, 51)
    if seen >= slate == 1:
        start = "I looked at the only one"
    did = _did(opened, liked, seen, variant)
    ending = pick(_ending(satisfaction_after - satisfaction_before, opened), variant, 53)
    mostly = pick(TOP, variant, 54).format_map(slots(*top, noun)[0]) if top else ""
    whole = start.format(seen=_count(seen), slate=_count(slate))
    comma = "," if mostly and did.startswith(" and") else ""
    return sentence(f"{whole}{mostly}{comma}{did}{ending}")


def _did(opened: int, liked: int, seen: int, variant: int) -> str:
    """What was opened and liked, as a clause."""
    if not opened:
        return " and " + pick(NOTHING, variant, 52)
    count = "it" if opened == seen == 1 else "all of them" if opened == seen else _count(opened)
    clause = pick(OPENED, variant, 52).format(opened=count)
    if not liked:
        return f" and {clause}"
    pleased = "it" if opened == 1 else "them all" if opened == liked else _count(liked)
    return f", {clause} and liked {pleased}"


def _ending(change: float, opened: int) -> Ending:
    if change > 0.01:
        return UP if opened else STEADY
    return DOWN if change < -0.01 else STEADY


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def leaving(reason: str, satisfaction: float, variant: int, noun: str = "films", silent: bool = False) -> str:
    """What it says when it goes, by a reason of `graphs.messages.LEAVE_REASONS`; empty when `silent`.

    An unknown reason is a UsageError.
    """
    if reason not in GOODBYES:
        raise unknown("reason for leaving", reason, GOODBYES)
    if silent:
        return ""
    content, disappointed = GOODBYES[reason]
    return pick(content if satisfaction >= 0.5 else disappointed, variant, 61).format(films=noun)
