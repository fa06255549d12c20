"""Arrays of an answer: one entry for each item of the prompt where they are about items."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from app.llm.scripted.numbering import counts
from app.llm.scripted.scene import Scene

Fill = Callable[[Scene], Any]

_DEEP, _USUAL = 4, 3
ID_FIELDS = ("item", "id", "item_id")
ID_LISTS = ("items", "ids", "item_ids", "order", "ranking", "ranked", "slate")


class Parts(Protocol):
    """What compiles the parts of a schema."""

    def fill(self, schema: Any, name: str = "") -> Fill: ...

    def resolved(self, schema: Any) -> Any: ...


def id_field(name: str) -> bool:
    """Whether a field of that name holds the id of an item."""
    return name in ID_FIELDS


def array_fill(parts: Parts, schema: Mapping[str, Any], name: str) -> Fill:
    """Makes arrays: of entries about the items, of ids, of what the user does, or of anything."""
    if "prefixItems" in schema:
        fills = [parts.fill(part, name) for part in schema["prefixItems"]]
        return lambda scene: [fill(scene) for fill in fills]
    least, most = counts(schema)
    inner = parts.resolved(schema.get("items", {}))
    values = inner.get("enum") if isinstance(inner, dict) else None
    if values and "skip" in values:
        return lambda scene: [act for act in scene.acts() if act in values] or values[:1]
    if name == "unknown" and not least:
        return lambda scene: []
    fill = parts.fill(schema.get("items", {}), name)
    id_name = _id_name(inner, parts, name)
    if id_name is None:
        one = name == "directives"
        return lambda scene: _anything(scene, fill, least, most, values, bool(one and scene.wish))
    return lambda scene: _entries(scene, fill, id_name, least, most)


def _id_name(inner: Any, parts: Parts, name: str) -> str | None:
    """The field of the entries that holds an id, empty where the entries are ids, None where none has one."""
    if not isinstance(inner, dict):
        return None
    if "properties" not in inner:
        return "" if inner.get("type") == "string" and name in ID_LISTS else None
    return next((key for key in ID_FIELDS if _is_text(inner["properties"].get(key), parts)), None)


def _is_text(schema: Any, parts: Parts) -> bool:
    found = parts.resolved(schema)
    return isinstance(found, dict) and (found.get("type") == "string" or "enum" in found)


def _entries(scene: Scene, fill: Fill, id_name: str, least: int, most: int | None) -> list[Any]:
    """One entry for each item of the prompt, in its order; about made-up items where it shows none."""
    entries: list[Any] = []
    shown = len(scene.items) or _USUAL
    wanted = max(least, min(shown, scene.part.seen or shown, scene.wanted or shown))
    for index in range(wanted if most is None else min(wanted, most)):
        outer = scene.about(index)
        entries.append(fill(scene) if id_name else scene.item().id)
        scene.part = outer
    return entries


def _anything(scene: Scene, fill: Fill, least: int, most: int | None, values: Any, one: bool) -> list[Any]:
    """A few entries; just one where the user has one wish."""
    high = least + _USUAL if most is None else most
    low = max(least, 1) if high else 0
    if one or scene.part.decision == "instruct":
        high = low
    count = least if scene.depth > _DEEP else low + int(scene.rng.random() * (min(high, low + 2) - low + 1))
    made = [fill(scene) for _ in range(count)]
    distinct = [value for i, value in enumerate(made) if value not in made[:i]]
    words = bool(values) or all(isinstance(value, str) for value in made)
    return distinct if words and len(distinct) >= least else made
