"""Objects of an answer, made so that their fields agree with each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, NamedTuple, Protocol

from app.llm.scripted.scene import Scene

Fill = Callable[[Scene], Any]

_OPTIONAL, _DEEP = 0.7, 4
_BELONGS = {
    "instruction": ("instruct",), "request": ("instruct",), "directives": ("instruct",),
    "words": ("instruct", "leave"), "leave_reason": ("leave",), "reason": ("leave",),
}  # fmt: skip
"""Fields that are only filled with certain decisions of the object they stand in."""


class Parts(Protocol):
    """What compiles the parts of a schema."""

    def fill(self, schema: Any, name: str = "") -> Fill: ...

    def resolved(self, schema: Any) -> Any: ...


class _Field(NamedTuple):
    name: str
    fill: Fill
    required: bool


def object_fill(parts: Parts, schema: Mapping[str, Any]) -> Fill:
    """Makes objects: their fields in the schema's order, the decision settled before any of them."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    if not properties:
        return _mapping(parts, schema.get("additionalProperties"))
    required = schema.get("required", ())
    decides = any(_is_decision(parts.resolved(part)) for part in properties.values())
    directs = "more" in _values(parts.resolved(properties.get("kind", {})))
    acts = not properties.keys().isdisjoint(("actions", "action"))
    stops = not acts and not properties.keys().isdisjoint(("stopped", "seen", "items_seen"))
    fields = [
        _Field(name, _field(parts, name, part, decides), name in required)
        for name, part in properties.items()
    ]

    def make(scene: Scene) -> dict[str, Any]:
        outer, scene.part = scene.part, copy(scene.part)
        if decides:
            scene.decision()
        if directs:
            scene.part.kind = ""
            scene.kind()
        if acts:
            scene.item()
        if stops:
            scene.looks()
        value = _filled(fields, scene)
        scene.part = outer
        return value

    return make


def _filled(fields: list[_Field], scene: Scene) -> dict[str, Any]:
    return {
        name: fill(scene)
        for name, fill, required in fields
        if required or (scene.depth <= _DEEP and scene.rng.random() < _OPTIONAL)
    }


def _field(parts: Parts, name: str, schema: Any, decides: bool) -> Fill:
    fill = parts.fill(schema, name)
    decisions = _BELONGS.get(name) if decides else None
    if decisions is None or _is_decision(parts.resolved(schema)):
        return fill
    empty = _empty(parts.resolved(schema), parts)
    if empty is None:
        return fill
    return lambda scene: fill(scene) if scene.part.decision in decisions else empty()


def _empty(schema: Mapping[str, Any], parts: Parts) -> Callable[[], Any] | None:
    """Makes the empty value of a field; None where the schema allows no empty value."""
    if _is_nullable(schema, parts):
        return lambda: None
    if schema.get("type") == "string" and not schema.get("minLength") and "enum" not in schema:
        return str
    return list if schema.get("type") == "array" and not schema.get("minItems") else None


def _is_nullable(schema: Mapping[str, Any], parts: Parts) -> bool:
    kinds = schema.get("type")
    branches = schema.get("anyOf") or schema.get("oneOf") or ()
    return (isinstance(kinds, list) and "null" in kinds) or any(
        parts.resolved(branch).get("type") == "null" for branch in branches
    )


def _values(schema: Any) -> list[Any]:
    values = schema.get("enum", []) if isinstance(schema, dict) else []
    return values if isinstance(values, list) else []


def _is_decision(schema: Any) -> bool:
    values = _values(schema)
    return "leave" in values and ("continue" in values or "instruct" in values)


def _mapping(parts: Parts, schema: Any) -> Fill:
    """An object with free keys: the items of the prompt where it holds objects, else genres."""
    if not isinstance(schema, dict) or not schema:
        return lambda scene: {}
    fill = parts.fill(schema)
    about_items = "properties" in parts.resolved(schema)

    def make(scene: Scene) -> dict[str, Any]:
        if not about_items or not scene.items:
            return {genre: fill(scene) for genre in scene.genres[:2]}
        return {item.id: _about(scene, fill, i) for i, item in enumerate(scene.items)}

    return make


def _about(scene: Scene, fill: Fill, index: int) -> Any:
    outer = scene.about(index)
    value = fill(scene)
    scene.part = outer
    return value
