"""What a prompt is about: its items, its turn, the wish in it, and a schema written in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import unescape
from json import JSONDecodeError, JSONDecoder
from typing import Any, NamedTuple

from app.llm.scripted.messages import Said

_ITEM = re.compile(r"""<item\b[^>]*?\bid=(["'])(.*?)\1[^>]*>\s*([^\n<]*)""")
_LINE = re.compile(r"""^[\s\-*]*["']?id["']?\s*[:=]\s*["']?([^\s"',;]+)(?:["',;]|\s)*([^\n]*)""", re.M | re.I)
_TITLE = re.compile(r"^(?:title\s*[:=]\s*)?[\"“']?(.{4,}?)[\"”']?\s*(?:[(|;·—]|,\s*\d{4}|\.\s|$)", re.I)
_TURN = re.compile(r"\bturn\W{1,3}(\d{1,4})\b", re.I)
_WISH = re.compile(r"<(?:request|instruction)\b[^>]*>(.*?)</(?:request|instruction)>", re.S)
_GENRES = re.compile(r"\bgenres?\b[\"']?\s*[:=>]\s*([^\n<]{3,300})", re.I)
_WANTED = re.compile(r"\b(?:choose|pick|select)\b[^\d\n]{0,30}\b(\d{1,3})\b", re.I)
_TIME_IS_UP = re.compile(r"\b(?:no|0|0\.0) (?:of \d+ )?minutes left", re.I)
FEELINGS = ("satisfaction", "boredom", "fatigue", "trust", "mood")
_FEELING = re.compile(rf"\b({'|'.join(FEELINGS)})\W{{1,3}}?(-?\d(?:\.\d+)?)\b", re.I)
_SPLIT = re.compile(r"[,/|;·]")
_USUAL = ("comedy", "drama", "thriller", "documentary", "romance", "horror", "animation", "science fiction")
_MOST_GENRES, _WORDS_OF_A_GENRE = 40, 3
_decoder = JSONDecoder()


class Shown(NamedTuple):
    """An item of the prompt, as far as the prompt tells."""

    id: str
    title: str


def items(said: Sequence[Said]) -> tuple[Shown, ...]:
    """The items of the prompt's last `<items>` block, else its last `<item>`, else its lines `id: …`."""
    texts = [message.text for message in reversed(said) if message.role != "assistant"]
    for text in texts:
        for block in _blocks(text):
            if found := _shown(_ITEM.findall(block)):
                return found
    for text in texts:
        if found := _shown(_ITEM.findall(text)[-1:]):
            return found
    for text in texts:
        if found := _shown([("", item, rest) for item, rest in _LINE.findall(text)]):
            return found
    return ()


def _blocks(text: str) -> Iterator[str]:
    """The texts of the blocks `<items>…</items>`, last first."""
    start = text.rfind("<items")
    while start >= 0:
        end = text.find("</items>", start)
        yield text[start : end if end >= 0 else len(text)]
        start = text.rfind("<items", 0, start)


def _shown(found: Sequence[tuple[str, str, str]]) -> tuple[Shown, ...]:
    by_id = {unescape(item): Shown(unescape(item), _title(text)) for _, item, text in found if item}
    return tuple(by_id.values())


def _title(text: str) -> str:
    match = _TITLE.match(text.strip())
    return unescape(match[1] if match else text)[:60].strip()


def turn(said: Sequence[Said]) -> int:
    """The last number of a turn that the prompt names, 1 where it names none."""
    for message in reversed(said):
        if numbers := _TURN.findall(message.text):
            return int(numbers[-1])
    return 1


def wanted(said: Sequence[Said]) -> int | None:
    """How many items the prompt says to choose, None where it does not say so."""
    for message in said:
        if found := _WANTED.search(message.text):
            return int(found[1])
    return None


def time_is_up(said: Sequence[Said]) -> bool:
    """Whether the last message says that no minutes are left."""
    return _TIME_IS_UP.search(said[-1].text) is not None


def feelings(said: Sequence[Said]) -> dict[str, float]:
    """The numbers that the last message gives for feelings, by name."""
    return {name.lower(): float(number) for name, number in _FEELING.findall(said[-1].text)}


def wish(said: Sequence[Said]) -> str:
    """The last request or instruction in the prompt, in lower case; empty where there is none."""
    for message in reversed(said):
        if found := _WISH.findall(message.text):
            return unescape(found[-1]).strip().lower()
    return ""


def genres(said: Sequence[Said]) -> tuple[str, ...]:
    """Genres that the prompt names, in its own writing; some usual ones where it names none."""
    found: dict[str, None] = {}
    for message in reversed(said):
        for listed in _GENRES.findall(message.text):
            names = (part.strip(" .\"'[]()") for part in _SPLIT.split(unescape(listed)))
            found.update(dict.fromkeys(n for n in names if n and len(n.split()) <= _WORDS_OF_A_GENRE))
        if len(found) >= _MOST_GENRES:
            break
    return tuple(found)[:_MOST_GENRES] or _USUAL


def schema(said: Sequence[Said]) -> Any:
    """The last JSON schema of an object that is written out in the prompt, None where there is none."""
    for message in reversed(said):
        if message.role != "assistant" and '"properties"' in message.text:
            found = _schema(message.text)
            if found is not None:
                return found
    return None


@lru_cache(maxsize=256)
def _schema(text: str) -> Any:
    found, at = None, text.find("{")
    while at >= 0:
        try:
            value, end = _decoder.raw_decode(text, at)
        except (JSONDecodeError, RecursionError):
            end = at + 1
        else:
            found = value if "properties" in value else found
        at = text.find("{", end)
    return found
