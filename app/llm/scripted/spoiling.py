"""Answers made wrong on purpose: each fault of the content, applied where the answer has what it spoils."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson

from app.llm.scripted.listing import ID_FIELDS, ID_LISTS

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(slots=True)
class Marks:
    """Places in an answer that a fault can spoil: lists of items, single ids and numbers."""

    lists: list[tuple[list[Any], str]] = field(default_factory=list)
    """Each with the name of the id in its objects; empty where the list holds the ids themselves."""
    ids: list[tuple[Any, Any]] = field(default_factory=list)
    numbers: list[tuple[Any, Any]] = field(default_factory=list)


Spoil = Callable[[Any, Marks, Random], str | None]


def packed(value: Any) -> str:
    """The value as JSON text."""
    return orjson.dumps(value).decode()


def spoiled(fault: str, value: Any, rng: Random) -> str | None:
    """The JSON text of the value with the fault in it; None where the value has nothing to spoil that way."""
    copied, marks = orjson.loads(orjson.dumps(value)), Marks()
    _mark(copied, marks)
    return _SPOILERS[fault](copied, marks, rng)


def _mark(value: Any, marks: Marks, name: str = "") -> None:
    """Finds what can be spoiled in a value that stands under a name."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in places:
        if key in ID_FIELDS and isinstance(part, str):
            marks.ids.append((value, key))
        elif isinstance(part, int | float) and not isinstance(part, bool):
            marks.numbers.append((value, key))
        _mark(part, marks, str(key))
    if isinstance(value, list) and value:
        _mark_list(value, marks, name)


def _mark_list(value: list[Any], marks: Marks, name: str) -> None:
    if all(isinstance(entry, str) for entry in value) and name in ID_LISTS:
        marks.lists.append((value, ""))
    if all(isinstance(entry, dict) for entry in value):
        marks.lists.extend((value, key) for key in ID_FIELDS if isinstance(value[0].get(key), str))


def _invented(rng: Random) -> str:
    """An id that is in no prompt."""
    return "x-" + "".join(rng.choices(_ALPHABET, k=10))


def _invalid_json(value: Any, marks: Marks, rng: Random) -> str | None:
    """JSON that breaks off, has a comma too many, wrong quotes, or a word where a value should be."""
    if not isinstance(value, dict | list) or not value:
        return None
    text = packed(value)
    ways = (
        text[: max(1, int(len(text) * (0.3 + 0.6 * rng.random())))].rstrip("}]"),
        text[:-1] + "," + text[-1],
        text.replace('"', "'", 2),
        text[0] + "oops " + text[1:],
    )
    return ways[int(rng.random() * len(ways))]


def _wrong_ids(value: Any, marks: Marks, rng: Random) -> str | None:
    """One id becomes one that is in no prompt."""
    if marks.ids:
        holder, key = marks.ids[int(rng.random() * len(marks.ids))]
        holder[key] = _invented(rng)
        return packed(value)
    entries, _ = _longest(marks)
    if not entries:
        return None
    entries[int(rng.random() * len(entries))] = _invented(rng)
    return packed(value)


def _longest(marks: Marks) -> tuple[list[Any], str]:
    return max(marks.lists, key=lambda marked: len(marked[0]), default=([], ""))


def _missing_items(value: Any, marks: Marks, rng: Random) -> str | None:
    """Up to a third of the entries are gone, at least one; the last stays, so it is no early end of a list."""
    entries, _ = _longest(marks)
    if not entries:
        return None
    for _ in range(1 + int(rng.random() * (len(entries) // 3))):
        del entries[int(rng.random() * max(1, len(entries) - 1))]
    return packed(value)


def _extra_items(value: Any, marks: Marks, rng: Random) -> str | None:
    """One entry stands twice, or one is about an item that is in no prompt."""
    entries, id_name = _longest(marks)
    if not entries:
        return None
    extra = entries[int(rng.random() * len(entries))]
    if rng.random() < 0.5:
        extra = {**extra, id_name: _invented(rng)} if id_name else _invented(rng)
    entries.append(extra)
    return packed(value)


def _nan(value: Any, marks: Marks, rng: Random) -> str | None:
    """One number is NaN or infinite, which is no JSON though many parsers take it."""
    if not marks.numbers:
        return None
    holder, key = marks.numbers[int(rng.random() * len(marks.numbers))]
    holder[key] = (float("nan"), float("inf"), float("-inf"))[int(rng.random() * 3)]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _duplicate_keys(value: Any, marks: Marks, rng: Random) -> str | None:
    """One key of the outermost object stands a second time, with null."""
    if not isinstance(value, dict) or not value:
        return None
    keys = list(value)
    return f"{packed(value)[:-1]},{packed(keys[int(rng.random() * len(keys))])}:null}}"


_SPOILERS: dict[str, Spoil] = {
    "invalid_json": _invalid_json,
    "wrong_ids": _wrong_ids,
    "missing_items": _missing_items,
    "extra_items": _extra_items,
    "nan": _nan,
    "duplicate_keys": _duplicate_keys,
}
