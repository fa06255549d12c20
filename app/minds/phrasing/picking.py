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
