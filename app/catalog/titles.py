"""Titles as MovieLens writes them: "Name, The (Original Name, Le) (1995)"."""

from __future__ import annotations

import re
from typing import NamedTuple

_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-–]\s*\d{0,4})?\)\s*(?:\([A-Z]{1,3}\)\s*)?$")
_OTHER = re.compile(r"(?<!:)(?<!\bOr)(?<!\bor)\s+\(([^()]+)\)$")
_ARTICLES = (
    "The", "A", "An", "Le", "La", "Les", "L'", "Un", "Une", "Il", "Lo", "Gli", "El", "Los", "Las", "Una",
    "Der", "Die", "Das", "Ein", "Eine", "Den", "Det", "Het", "De", "Els",
)  # fmt: skip
_ARTICLE = re.compile(rf"(.+), ({'|'.join(_ARTICLES)})$")
_KNOWN_AS = re.compile(r"^a\.?k\.?a\.?\s+", re.IGNORECASE)


class Title(NamedTuple):
    """The title read naturally, the year, and the title it is also known by, if any."""

    title: str
    year: int | None
    original: str


def split_title(text: str) -> Title:
    """`Usual Suspects, The (1995)` is The Usual Suspects of 1995; a year range counts from its start."""
    found = _YEAR.search(text)
    rest = (text[: found.start()] if found else text).strip()
    original = ""
    while (other := _OTHER.search(rest)) and (not original or _KNOWN_AS.match(other[1])):
        rest, original = rest[: other.start()], _KNOWN_AS.sub("", other[1])
    return Title(_natural(rest), int(found[1]) if found else None, _natural(original))


def _natural(text: str) -> str:
    """The title with its article in front."""
    found = _ARTICLE.fullmatch(text)
    if not found:
        return text
    return f"{found[2]}{'' if found[2].endswith(chr(39)) else ' '}{found[1]}"
