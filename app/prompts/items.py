"""How an item stands in a prompt, and how an answer names it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape

from app.prompts.fencing import clip, one_line
from graphs.messages import Item

CARD_BYTES = 90
_MOST_GENRES = 2
_NO_EXTRAS = ("cast", "country", "language")
_LEAST_FURTHER = 24
"""Bytes that must be left for a description to be begun."""
_PLAIN = re.compile(r"[A-Za-z0-9_.:/-]+")
"""Ids that can be written in one way only."""


@dataclass(frozen=True, slots=True)
class Card:
    """One item as it is shown to a model."""

    id: str
    text: str


def render_item(item: Item, most: int = CARD_BYTES, facets: bool = False) -> Card:
    """The item in at most `most` UTF-8 bytes: title, year, creator, genres, length, and what there is room for.

    That is the description, as a person would see it, or with `facets` moods, tags and the like before it.
    Popularity and quality are left out: neither is on the card that a person would see.
    """
    facts = ", ".join(filter(None, (*item.genres[:_MOST_GENRES], length(item))))
    text = ". ".join(filter(None, (", ".join(filter(None, (label(item), item.creator))), facts)))
    extras = ", ".join(_extras(item))
    further = (extras, item.description) if facets else (item.description or extras,)
    for more in filter(None, further):
        if most - len(text.encode()) >= _LEAST_FURTHER:
            text = f"{text}. {one_line(more)}"
    return Card(item.id, clip(text, most))


def label(item: Item) -> str:
    """Title and year; the year once where the title has it already."""
    if item.year is None or str(item.year) in item.title:
        return item.title
    return f"{item.title} ({item.year})"


def length(item: Item) -> str:
    if item.duration is None:
        return ""
    return f"{item.duration:.0f} min" if item.duration >= 1 else f"{item.duration * 60:.0f} s"


def _extras(item: Item) -> Iterable[str]:
    """Moods, tags and what other facets there are, but not the people and where it is from."""
    kinds = [kind for kind in item.facets if kind not in _NO_EXTRAS]
    return (*(value for kind in kinds for value in item.facets[kind]), *item.tags)


def known_ids(ids: Iterable[str]) -> Mapping[str, str]:
    """Every way in which an answer may write an id, to the id: as it is, or as it stood in the prompt."""
    ids = tuple(ids)
    known: dict[str, str] = {}
    for item in ids:
        if _PLAIN.fullmatch(item):
            continue
        for written in (one_line(item), escape(item), escape(one_line(item)), unescape(item)):
            known.setdefault(written, item)
    return known | {item: item for item in ids}
