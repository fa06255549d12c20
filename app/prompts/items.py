"""How an item stands in a prompt, and how an answer names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Literal

from app.prompts.fencing import clip, one_line
from graphs.messages import Item

Representation = Literal["text"]
CARD_BYTES = 100
_MOST_GENRES = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One item as it is shown to a model."""

    id: str
    text: str


def render_item(item: Item, most: int = CARD_BYTES, representation: Representation = "text") -> Card:
    """The item in at most `most` UTF-8 bytes: title, year, creator, genres, length, and what is left of it.

    Popularity and quality are left out: neither is on the card that a person would see.
    """
    head = label(item)
    facts = [item.creator, ", ".join(item.genres[:_MOST_GENRES]), length(item)]
    text = ". ".join((head, *filter(None, facts)))
    rest = item.description or ", ".join(_extras(item))
    return Card(item.id, clip(f"{text}. {rest}" if rest else text, most))


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
    """Tags and what other facets there are, for items without a description."""
    return (*item.tags, *(value for values in item.facets.values() for value in values))


def known_ids(ids: Iterable[str]) -> Mapping[str, str]:
    """Every way in which an answer may write an id, to the id: as it is, or as it stood in the prompt."""
    known: dict[str, str] = {}
    for item in ids:
        for written in (one_line(item), escape(item), escape(one_line(item)), unescape(item)):
            known.setdefault(written, item)
    return known | {item: item for item in ids}
