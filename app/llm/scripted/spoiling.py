"""Answers made wrong on purpose: each fault of the content, applied where the answer has what it spoils."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

import orjson

from app.llm.scripted.scene import Marks

Spoil = Callable[[Any, Marks, Random], str | None]

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def packed(value: Any) -> str:
    """The value as JSON text."""
    return orjson.dumps(value).decode()


def spoiled(fault: str, value: Any, marks: Marks, rng: Random) -> str | None:
    """The JSON text of the value with the fault in it; None where the value has nothing to spoil that way.

    The value may be changed by it.
    """
    return _SPOILERS[fault](value, marks, rng)


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
    entries = next((entries for entries, _ in marks.lists if entries), None)
    if entries is None:
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
