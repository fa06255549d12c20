"""Numbers with a meaning: durations, years, decades, and the words that make bounds of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.recommenders.reader.tokens import Token

BOUNDS = """
under = under, less than, fewer than, below, within, at most, no more than, not more than, up to, max,
  maximum, maximum of, shorter than, no longer than, not longer than, not over, sub, at the most,
  quicker than, a maximum of, nothing over, not exceeding, inside, a max of, only have, i have, only got,
  i have got, i have only got, i only have, i only got, we have, we only have, no over, limit of,
  no longer then
above = over, more than, longer than, at least, above, minimum, minimum of, no less than, no shorter than,
  not less than, upwards of, beyond, not shorter than, exceeding, a minimum of, greater than, not under,
  nothing under, in excess of
later = after, since, newer than, post, later than, more recent than, younger than, starting, starting from,
  starting in, beginning in, past, no older than, not older than, no earlier than, not earlier than,
  not before, nothing before, from after, nothing older than, more modern than, anything after,
  since about, made after, made since, released after, released since, from no earlier than, beginning
earlier = before, pre, prior to, older than, earlier than, until, till, no newer than, not newer than,
  not later than, no later than, not after, nothing after, from before, made before, released before,
  nothing newer than, nothing since, anything before, not since, previous to
century_now = (this|21st|twenty first|the 21st|the twenty first|our|the current) century, this millennium,
  the new millennium, (the|) 2000s onwards
century_past = (last|the last|20th|the 20th|twentieth|the twentieth|the previous|previous) century
"""
"""Phrases before a measure; the centuries are bounds by themselves."""

_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_DECADE_WORDS = "twenties thirties forties fifties sixties seventies eighties nineties"
_NUMBERS = {word: i for i, word in enumerate(_UNITS.split(), 1)} | {"a": 1, "an": 1}
_TENS = {word: 10 * i for i, word in enumerate(_TEN_WORDS.split(), 2)}
_DECADES = {word: 1900 + 10 * i for i, word in enumerate(_DECADE_WORDS.split(), 2)}
_DECADES |= {"noughties": 2000, "naughties": 2000, "aughts": 2000}
_HOURS = frozenset({"h", "hr", "hrs", "hour", "hours"})
_MINUTES = frozenset({"m", "min", "mins", "minute", "minutes"})
_LEAD = frozenset(
    {"early", "mid", "middle", "late", "the", "about", "around", "roughly", "circa", "year", "years"}
    | {"approximately", "in", "of"}
)
_DECADE = re.compile(r"(1[89]|20)?(\d)0(?:s|ies)")
_CLOCK = re.compile(r"(\d+)(h|hr|hrs|m|min|mins|minutes|minute)(\d{1,2})?")
_TRAILS = frozenset({"long", "length", "each", "total", "runtime", "altogether"})
MEASURE_WORDS = frozenset({"minutes", "minute", "hours", *_DECADE_WORDS.split()})
_AFTER = {
    "under": "or less, or under, or shorter, max, tops, at most, maximum, at the most, and under, and less, limit",
    "above": "or more, or longer, plus, at least, minimum, and up, and more, and over, or over, min",
    "later": "onwards, onward, on, and later, or later, or newer, and newer, or after, and after, to now, to today, "
    "until now, till now, upwards, forward, forwards, and on, and up, to the present, and beyond, until today",
    "earlier": "or earlier, or older, and older, and before, or before, and earlier",
}
_SUFFIXES = {side: [phrase.split() for phrase in text.split(", ")] for side, text in _AFTER.items()}


class Measure(NamedTuple):
    """A quantity in the text: `kind` is duration (minutes), year, decade (its first year) or number."""

    kind: str
    value: int
    end: int


def measure(tokens: Sequence[Token], at: int) -> Measure | None:
    """The quantity that starts at a token, if any; "the early", "about" and the like may lead it."""
    start = at
    while start < len(tokens) and tokens[start].text in _LEAD and start - at < 4:
        start += 1
    if start >= len(tokens) or any(t.gap for t in tokens[at + 1 : start + 1]):
        return None
    return _decade(tokens, start) or _clock(tokens, start) or _span(tokens, start) or _year(tokens, start)


def suffix(tokens: Sequence[Token], at: int, side: str) -> tuple[str, int]:
    """What follows a quantity and bounds it ("or less", "onwards"): the bound or "", and where it ends."""
    following = [t.text for t in tokens[at : at + 3]]
    for role in side.split():
        for parts in _SUFFIXES[role]:
            if following[: len(parts)] == parts:
                return role, at + len(parts)
    return "", at


def skip_trail(tokens: Sequence[Token], at: int) -> int:
    """Past "long", "in length" and the like behind a duration."""
    while at < len(tokens) and not tokens[at].gap and tokens[at].text in _TRAILS | {"in"}:
        if tokens[at].text == "in" and (at + 1 == len(tokens) or tokens[at + 1].text not in _TRAILS):
            break
        at += 1
    return at


def _decade(tokens: Sequence[Token], at: int) -> Measure | None:
    word = tokens[at].text
    if word == "nineteen" and at + 1 < len(tokens) and tokens[at + 1].text in _DECADES:
        word, at = tokens[at + 1].text, at + 1
    found = _DECADE.fullmatch(word)
    if found:
        century = int(found[1]) * 100 if found[1] else (2000 if found[2] in "01" else 1900)
        return Measure("decade", century + int(found[2]) * 10, at + 1)
    if word in _DECADES:
        return Measure("decade", _DECADES[word], at + 1)
    return None


def _clock(tokens: Sequence[Token], at: int) -> Measure | None:
    """`2h`, `1h30`, `90min`."""
    found = _CLOCK.fullmatch(tokens[at].text)
    if not found or len(found[1]) > 4:
        return None
    if found[2].startswith("m"):
        return Measure("duration", int(found[1]), at + 1)
    minutes, end = int(found[1]) * 60 + int(found[3] or 0), at + 1
    if not found[3] and end < len(tokens) and (rest := _clock(tokens, end)) and rest.value < 60:
        return Measure("duration", minutes + rest.value, rest.end)
    if not found[3] and end < len(tokens) and tokens[end].text.isdecimal() and int(tokens[end].text[:4]) < 60:
        return Measure("duration", minutes + int(tokens[end].text), end + 1)
    return Measure("duration", minutes, end)


def _span(tokens: Sequence[Token], at: int) -> Measure | None:
    """A number with hours or minutes behind it, as a duration in minutes."""
    text = [t.text for t in tokens[at : at + 10]]
    if text[:3] == ["half", "an", "hour"]:
        return Measure("duration", 30, at + 3)
    number, n = _number(text)
    if not n:
        number, n = (1, 0) if text[0] in ("hour", "minute") else (0, 0)
        if not number:
            return None
    half = text[n : n + 3] == ["and", "a", "half"] or text[n : n + 2] == ["point", "five"]
    unit = n + (3 if half and text[n] == "and" else 2 if half else 0)
    tenths = 0.5 if half else 0.0
    if (
        unit < len(text)
        and text[unit].isdecimal()
        and unit == 1
        and text[0].isdecimal()
        and len(text[1]) == 1
    ):
        tenths, unit = int(text[1]) / 10, 2
    if unit < len(text) and text[unit] in _MINUTES:
        return Measure("duration", int(number), at + unit + 1)
    if unit < len(text) and text[unit] in _HOURS:
        return _after_hours(tokens, at + unit + 1, round((number + tenths) * 60))
    return None


def _after_hours(tokens: Sequence[Token], at: int, minutes: int) -> Measure:
    """The rest behind hours: "and a half", "and twenty minutes", "30"."""
    text = [t.text for t in tokens[at : at + 8]]
    joined = 1 if text[:1] == ["and"] else 0
    if text[joined : joined + 2] == ["a", "half"]:
        return Measure("duration", minutes + 30, at + joined + 2)
    if text[joined : joined + 2] == ["a", "quarter"]:
        return Measure("duration", minutes + 15, at + joined + 2)
    more, n = _number(text[joined:])
    end = joined + n
    if n and more < 60 and (text[end : end + 1] and text[end] in _MINUTES):
        return Measure("duration", minutes + more, at + end + 1)
    if n and 10 <= more < 60 and text[joined].isdecimal():
        return Measure("duration", minutes + more, at + end)
    return Measure("duration", minutes, at)


def _number(text: Sequence[str]) -> tuple[int, int]:
    """The number that leads the words, in digits or up to 999 in words, and how many words it takes."""
    if text and text[0].isdecimal():
        return (int(text[0]), 1) if len(text[0]) < 6 else (0, 0)
    total = n = 0
    couple = 1 if text[:1] == ["a"] else 0
    if text[couple : couple + 2] == ["couple", "of"]:
        return 2, couple + 2
    while n < len(text) and n < 5:
        word = text[n]
        if word in _TENS:
            total += _TENS[word]
        elif word in _NUMBERS:
            total += _NUMBERS[word]
        elif word == "hundred":
            total = max(total, 1) * 100
        elif not (word == "and" and total and total % 100 == 0 and _counts(text[n + 1 : n + 2])):
            break
        n += 1
    return total, n


def _counts(text: Sequence[str]) -> bool:
    return bool(text) and text[0] != "a" and (text[0] in _TENS or text[0] in _NUMBERS)


def _year(tokens: Sequence[Token], at: int) -> Measure | None:
    word = tokens[at].text
    if not (word.isdecimal() and word.isascii()) or len(word) > 6:
        return None
    value = int(word)
    return Measure("year" if 1880 <= value <= 2039 else "number", value, at + 1)
