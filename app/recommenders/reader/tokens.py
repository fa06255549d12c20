"""From typed text to tokens: folded words, how they were typed, and the punctuation before them."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.catalog.text import words

STOP, PAUSE, EITHER, BOTH = ".", ",", "/", "+"
_ENDING = re.compile(r"['’‘ʼ`´](?:d|ll|ve|re|m|s)$", re.IGNORECASE)
_QUOTES = '"“”«»„'
_GAPS = (
    (STOP, re.compile(r"[.!?;\n\r…]")),
    (PAUSE, re.compile(r"[,()\[\]{}—–|•*]|\s-+\s")),
    (EITHER, re.compile(r"/")),
)
CONTRACTED = {
    "im": "i", "ive": "i", "id": "i", "youre": "you", "youve": "you", "theyre": "they", "weve": "we", "its": "it",
    "thats": "that", "whats": "what", "theres": "there", "heres": "here", "everythings": "everything",
    "everyones": "everyone", "everybodys": "everybody", "lets": "let", "hes": "he", "shes": "she", "whos": "who",
}  # fmt: skip
"""Contractions typed without their apostrophe, and what is left of them when it is there."""


class Token(NamedTuple):
    """A folded word, the word as typed in lower case, the gap before it, and what its typing tells.

    `capital`: its first letter is one; `quoted`: a quotation mark stands right before it.
    """

    text: str
    typed: str
    gap: str
    capital: bool
    quoted: bool


def fold_words(text: str) -> str:
    """The folded words of a name or title, separated by single spaces."""
    return " ".join(_base(text[start:end], folded) for start, end, folded in words(text))


def plain_words(text: str) -> str:
    """The same with contractions and possessives as they are: "its", "pans"."""
    return " ".join(word.text for word in words(text))


def tokenize(text: str) -> list[Token]:
    """The tokens of a text in order; the first one has the gap `.`."""
    shouted = text.isupper()
    found: list[Token] = []
    last = 0
    for start, end, folded in words(text):
        raw, between = text[start:end], text[last:start]
        gap = _gap(between, found, raw) if found else STOP
        capital = raw[0].isupper() and raw != "I" and not shouted
        found.append(
            Token(
                _base("" if raw == "US" and shouted else raw, folded),
                raw.lower(),
                gap,
                capital,
                between[-1:] in _QUOTES and bool(between),
            )
        )
        last = end
    return found


def _gap(between: str, before: list[Token], raw: str) -> str:
    """The kind of pause that punctuation makes; points inside numbers and abbreviations make none."""
    if between in (" ", "-", ""):
        return ""
    if between == "." and (before[-1].text[-1].isdigit() or len(before[-1].text) == 1 or len(raw) == 1):
        return ""
    for gap, pattern in _GAPS:
        if pattern.search(between):
            return gap
    return BOTH if "+" in between else ""


def _base(raw: str, folded: str) -> str:
    """The folded word without a contracted verb or a possessive ending; "US" in capitals is no pronoun."""
    if raw == "US":
        return "usa"
    ending = _ENDING.search(raw)
    if ending and not raw[:1].isdigit():
        letters = len(ending[0]) - 1
        return folded[:-letters] or folded
    return CONTRACTED.get(folded, folded)
