"""The one tokenizer: folded words for exact matching, stemmed tokens for search."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_APOSTROPHES = "'’‘ʼ`´"
_WORD = re.compile(rf"&|[^\W_](?:[^\W_]|[\u0300-\u036f]|[{_APOSTROPHES}](?=[^\W_]))*")
_MARKS = re.compile(rf"[\u0300-\u036f{_APOSTROPHES}]")
_SPECIAL = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and "}
)
_ES = ("ches", "shes", "sses", "xes")
_KEEP_S = ("ss", "us", "is")

_FUNCTION_WORDS = """
    a about after again all also am an and another any are as at back be because been before being
    between both but by can could did do does doing down each few for from further get got had has
    have he her here hers him his how i if in into is it its just like may me more most much my no
    nor not now of off on once one only or other others our ours out over own same she should so
    some such than that the their theirs them then there these they this those through to too two
    under until up us very was we were what when where which while who whom whose why will with
    would you your yours
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Function words: dropped from descriptions and embeddings, kept in titles."""


class Word(NamedTuple):
    """A folded word and the half-open range of characters it stands for in the original text."""

    start: int
    end: int
    text: str


def fold(text: str) -> str:
    """The text in lower case, without accents and apostrophes; other characters stay."""
    if text.isascii():
        return _MARKS.sub("", text.lower())
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    return unicodedata.normalize("NFC", _MARKS.sub("", plain))


def words(text: str) -> list[Word]:
    """The folded words of the text in order; hyphens and other punctuation separate words, `&` is `and`."""
    found = ((m.start(), m.end(), _clean(m.group())) for m in _WORD.finditer(text))
    return [Word(start, end, word) for start, end, word in found if word]


def tokens(text: str) -> list[str]:
    """The folded words with plurals reduced: `The Zombies' cities` gives `the zomby city`."""
    return [token for raw in _WORD.findall(text) if (token := _token(raw))]


@lru_cache(maxsize=1 << 16)
def _clean(raw: str) -> str:
    return "and" if raw == "&" else "".join(c for c in fold(raw) if c.isalnum())


@lru_cache(maxsize=1 << 17)
def _token(raw: str) -> str:
    for mark in _APOSTROPHES:
        raw = raw.removesuffix(f"{mark}s").removesuffix(f"{mark}S")
    return singular(_clean(raw))


def singular(word: str) -> str:
    """A folded word without its plural ending; `-ie` and `-ies` become `-y`, so that movie meets movies."""
    if len(word) > 4 and word.endswith(("ies", "ie")):
        return word.removesuffix("s").removesuffix("ie") + "y"
    if word.endswith(_ES) or (len(word) > 5 and word.endswith("oes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(_KEEP_S):
        return word[:-1]
    return word
