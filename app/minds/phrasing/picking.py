"""Choosing among phrasings by a number, and finishing a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_MIX = 0xBF58476D1CE4E5B9


def number(variant: int, salt: int) -> int:
    """A non-negative number of 31 bits, a fixed mixture of `variant` (>= 0, any size) and `salt`."""
    mixed = ((variant + salt * _STEP) * _MIX) & _MASK
    mixed ^= mixed >> 29
    return ((mixed * _STEP) & _MASK) >> 33


def pick(options: Sequence[T], variant: int, salt: int) -> T:
    """One of `options` (not empty); another `salt` makes another choice from the same `variant`."""
    return options[number(variant, salt) % len(options)]


def sentence(text: str) -> str:
    """`text` with a capital first letter and a full stop, unless it already ends a sentence."""
    text = text[0].upper() + text[1:]
    if text[-1] not in ".!?…":
        return text + "."
    return text[:-1] if text[-2:] in ("?.", "!.", "??") else text


def tidy(text: str) -> str:
    """`text` without the second of two stops that meet where a title ends with one."""
    text = text.replace("...", "…")
    for doubled in ("?.", "!.", "..", "??", "…."):
        text = text.replace(doubled, doubled[0])
    return text.replace("…", "...")


_AN = ("hour", "honest", "honor", "heir")
_A = ("eu", "uk", "uni", "use", "usu", "uto", "uru", "uga", "one", "once", "uzb")
_SPELLED = frozenset("AEFHILMNORSX")


def article(words: str) -> str:
    """`a` or `an`, by the sound that `words` begin with."""
    first = words.split(maxsplit=1)[0]
    if first.isalpha() and first.isupper() and len(first) <= 4:
        return "an" if first[0] in _SPELLED else "a"
    low = first.lower()
    if low.startswith(_AN) or low.startswith(("8", "11", "18")):
        return "an"
    return "an" if low[0] in "aeiouàáâäåéèêëíîóôöøúü" and not low.startswith(_A) else "a"


def singular(noun: str) -> str:
    """The singular of a catalog's item noun: films -> film, stories -> story, series -> series."""
    if noun.endswith("ies") and noun not in ("movies", "series"):
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and noun != "series" else noun
