"""A JSON schema compiled into a function that makes values of it, so that a schema is walked only once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from app.llm.scripted.errors import bad_request
from app.llm.scripted.listing import array_fill, id_field
from app.llm.scripted.numbering import number_fill
from app.llm.scripted.objects import object_fill
from app.llm.scripted.scene import Scene
from app.llm.scripted.wording import FREE, VALUELESS, facet, text_fill, truth_fill

Fill = Callable[[Scene], Any]

DECISIONS = ("continue", "instruct", "leave")
_DEEP, _TOO_DEEP = 4, 60
_NULLS = 0.3
_NOT_A_SCHEMA = (AttributeError, KeyError, TypeError, IndexError, ValueError, RecursionError, re.error)


def compiled(schema: Any) -> Fill:
    """The function that makes values of a schema. Refused with 400 where the schema is no schema."""
    try:
        return _compiled(orjson.dumps(schema))
    except _NOT_A_SCHEMA as error:
        raise bad_request(f"Invalid schema: {type(error).__name__}: {error}", "response_format") from error


@lru_cache(maxsize=512)
def _compiled(packed: bytes) -> Fill:
    root = orjson.loads(packed)
    return Compiler(root).fill(root)


class Compiler:
    """Compiles the parts of one root schema; a part that is referred to is compiled once a name."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.known: dict[tuple[str, str], Fill] = {}

    def fill(self, schema: Any, name: str = "") -> Fill:
        """The function for a part of the schema that stands under a field's name."""
        if schema is True or schema == {}:
            return text_fill(name, {})
        if "$ref" in schema:
            return self._referred(schema["$ref"], name)
        if "const" in schema:
            constant = schema["const"]
            return lambda scene: constant
        if "enum" in schema:
            return _choice(schema["enum"], name)
        if "allOf" in schema:
            return self.fill(self.merged(schema), name)
        branches = schema.get("anyOf") or schema.get("oneOf") or _by_type(schema)
        return self._any_of(branches, name) if branches else self._typed(schema, name)

    def resolved(self, schema: Any) -> Any:
        """The schema that a reference names; other schemas as they are."""
        seen = 0
        while isinstance(schema, dict) and "$ref" in schema:
            schema, seen = self._pointed(schema["$ref"]), seen + 1
            if seen > _TOO_DEEP:
                raise bad_request("Invalid schema: a $ref leads to itself.", "response_format")
        return self.merged(schema) if isinstance(schema, dict) and "allOf" in schema else schema

    def merged(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The parts of `allOf` as one schema."""
        parts = [*map(self.resolved, schema["allOf"]), {k: v for k, v in schema.items() if k != "allOf"}]
        whole: dict[str, Any] = {}
        for part in parts:
            properties = {**whole.get("properties", {}), **part.get("properties", {})}
            required = [*whole.get("required", ()), *part.get("required", ())]
            whole = {**whole, **part}
            if properties:
                whole |= {"properties": properties, "required": required}
        return whole

    def _pointed(self, pointer: str) -> Any:
        found = self.root
        for step in pointer.removeprefix("#").strip("/").split("/"):
            if step:
                found = found[step.replace("~1", "/").replace("~0", "~")]
        return found

    def _referred(self, pointer: str, name: str) -> Fill:
        key = (pointer, name)
        if key not in self.known:
            self.known[key] = lambda scene: self.known[key](scene)
            self.known[key] = self.fill(self.resolved({"$ref": pointer}), name)
        return lambda scene: self.known[key](scene)

    def _typed(self, schema: Mapping[str, Any], name: str) -> Fill:
        kind = schema.get("type") or _guessed(schema)
        if kind == "object":
            return _guarded(object_fill(self, schema))
        if kind == "array":
            return array_fill(self, schema, name)
        if kind in ("number", "integer"):
            return number_fill(name, schema, kind == "integer")
        if kind == "boolean":
            return truth_fill(name)
        return (lambda scene: None) if kind == "null" else text_fill(name, schema)

    def _any_of(self, branches: Sequence[Any], name: str) -> Fill:
        """One branch: that of the decision, null where it fits, else any."""
        schemas = [self.resolved(branch) for branch in branches]
        fills = [self.fill(branch, name) for branch in branches]
        tags = {_tag(schema): fill for schema, fill in zip(schemas, fills, strict=True)}
        if "leave" in tags and tags.keys() & {"continue", "instruct"}:
            return lambda scene: tags.get(scene.decision(), fills[0])(scene)
        nulls = [schema.get("type") == "null" for schema in schemas]
        others = [fill for fill, null in zip(fills, nulls, strict=True) if not null]
        if not any(nulls) or not others:
            return lambda scene: scene.draw(fills)(scene)
        return lambda scene: None if _is_null(scene, name) else scene.draw(others)(scene)


def _is_null(scene: Scene, name: str) -> bool:
    """Whether a field that may be null is: facets of a directive are null where its kind needs none."""
    if scene.depth > _DEEP:
        return True
    if name in ("facet", "value") and scene.part.kind:
        return scene.part.kind in (FREE if name == "facet" else VALUELESS)
    if name in ("words", "instruction", "request", "leave_reason", "reason") and scene.part.decision:
        return False
    return scene.rng.random() < _NULLS


def _guarded(fill: Fill) -> Fill:
    """An object that counts how deep it stands; a schema without end is refused."""

    def make(scene: Scene) -> Any:
        scene.depth += 1
        if scene.depth > _TOO_DEEP:
            raise bad_request("Invalid schema: it recurses without end.", "response_format")
        value = fill(scene)
        scene.depth -= 1
        return value

    return make


def _guessed(schema: Mapping[str, Any]) -> str:
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema or "prefixItems" in schema else "string"


def _by_type(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    kinds = schema.get("type")
    return [{**schema, "type": kind} for kind in kinds] if isinstance(kinds, list) else []


def _tag(schema: Mapping[str, Any]) -> str:
    """The decision that a branch stands for, by its one constant field; empty where it is none."""
    for part in schema.get("properties", {}).values():
        tags = [part.get("const"), *part.get("enum", ())] if isinstance(part, dict) else []
        named = [tag for tag in tags if tag in DECISIONS]
        if len(named) == 1:
            return str(named[0])
    return ""


def _choice(values: Sequence[Any], name: str) -> Fill:
    """One of the allowed values: what the user does, decides or looks at, else any."""
    if not values:
        raise ValueError("an enum needs a value")
    if id_field(name):
        return lambda scene: _allowed(scene.item().id, values, scene)
    if "leave" in values and ("continue" in values or "instruct" in values):
        return lambda scene: _allowed(scene.decision(), values, scene)
    if "skip" in values:
        return lambda scene: _allowed(next((a for a in scene.acts()[::-1] if a in values), ""), values, scene)
    if name == "kind" and "more" in values:
        return lambda scene: _allowed(scene.kind(), values, scene)
    if name == "facet" and "genre" in values:
        return lambda scene: _allowed(facet(scene), values, scene)
    return lambda scene: scene.draw(values)


def _allowed(value: Any, values: Sequence[Any], scene: Scene) -> Any:
    return value if value in values else scene.draw(values)
