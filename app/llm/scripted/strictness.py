"""What a schema must keep to where a request says `"strict": true`, as OpenAI checks it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

_NEVER = (
    "allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "default",
    "patternProperties", "propertyNames", "unevaluatedProperties", "minProperties", "maxProperties",
    "uniqueItems", "contains", "minLength", "maxLength",
)  # fmt: skip


def not_strict(schema: Any) -> str | None:
    """The first thing that breaks the rules of strict schemas, None where nothing does."""
    try:
        return _first_wrong(orjson.dumps(schema))
    except (AttributeError, TypeError, RecursionError):
        return "this is not a JSON schema."


@lru_cache(maxsize=256)
def _first_wrong(packed: bytes) -> str | None:
    schema = orjson.loads(packed)
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return "schema must be a JSON Schema of 'type: \"object\"'."
    return next(_wrongs(schema, ()), None)


def _wrongs(schema: Any, path: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(schema, dict):
        yield f"In context={path}, {schema!r} is not a schema."
        return
    for key in _NEVER:
        if key in schema:
            yield f"In context={path}, '{key}' is not permitted."
    if "$ref" in schema and len(schema) > 1:
        yield f"In context={path}, $ref cannot have keywords {sorted(schema.keys() - {'$ref'})}."
    if schema.get("type") == "object" or "properties" in schema:
        yield from _object_wrongs(schema, path)
    for name, inner in _children(schema):
        yield from _wrongs(inner, (*path, name))


def _object_wrongs(schema: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    if schema.get("additionalProperties") is not False:
        yield f"In context={path}, 'additionalProperties' is required to be supplied and to be false."
    missing = schema.get("properties", {}).keys() - set(schema.get("required", ()))
    if missing:
        yield (
            f"In context={path}, 'required' is required to be supplied and to be an array including every "
            f"key in properties. Missing '{min(missing)}'."
        )


def _children(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for keyword in ("properties", "$defs", "definitions"):
        yield from schema.get(keyword, {}).items()
    if "items" in schema:
        yield "items", schema["items"]
    for i, branch in enumerate(schema.get("anyOf", ())):
        yield str(i), branch
