"""From a pydantic class to the strict JSON Schema that servers enforce."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

Node = dict[str, Any]

_SAID: Mapping[str, Callable[[Any], str]] = {
    "minimum": "at least {:g}".format,
    "exclusiveMinimum": "more than {:g}".format,
    "maximum": "at most {:g}".format,
    "exclusiveMaximum": "less than {:g}".format,
    "multipleOf": "a multiple of {:g}".format,
    "minLength": "at least {} characters".format,
    "maxLength": "at most {} characters".format,
    "pattern": "matches {}".format,
    "format": "a {}".format,
    "minItems": "at least {} entries".format,
    "maxItems": "at most {} entries".format,
    "uniqueItems": lambda _: "no entry twice",
}
"""Keywords that strict servers refuse, and how the description says them instead."""

_DROPPED = ("title", "default", "examples", "discriminator", "deprecated", "readOnly", "writeOnly")
_JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


@dataclass(frozen=True, slots=True)
class Form:
    """How one class is asked for. `hash` names the schema by content; `text` is the schema for a prompt."""

    name: str
    schema: Node
    hash: str
    text: str
    response_format: Node
    tool: Node


@cache
def form_of(output: type[BaseModel]) -> Form:
    """The form of a class, made once. What strict mode cannot say is a TypeError that names the field."""
    schema = strict_schema(output)
    name = re.sub(r"[^A-Za-z0-9_-]", "_", output.__name__)[:64]
    body = orjson.dumps(schema)
    function = {
        "name": name,
        "description": f"Give the answer as {name}.",
        "parameters": schema,
        "strict": True,
    }
    return Form(
        name=name,
        schema=schema,
        hash=sha256(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS)).hexdigest(),
        text=body.decode(),
        response_format={
            "type": "json_schema",
            "json_schema": {"name": name, "strict": True, "schema": schema},
        },
        tool={"type": "function", "function": function},
    )


def strict_schema(output: type[BaseModel]) -> Node:
    """The class as strict JSON Schema.

    Every property is required, no other is allowed, definitions stand where they are used (only recursive
    ones stay in `$defs`), unions are `anyOf`, and limits are words in descriptions.
    """
    whole = output.model_json_schema(schema_generator=_Generator)
    return _Strict(output.__name__, whole.pop("$defs", {})).root(whole)


class _Generator(GenerateJsonSchema):
    """Unions as `anyOf`, also tagged ones."""

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        made = super().tagged_union_schema(schema)
        if "oneOf" in made:
            made["anyOf"] = made.pop("oneOf")
        return made


class _Strict:
    """One conversion: the definitions, and which of them turned out to be recursive."""

    def __init__(self, name: str, definitions: Mapping[str, Node]) -> None:
        self._name = name
        self._definitions = definitions
        self._recursive: dict[str, Node] = {}

    def root(self, whole: Node) -> Node:
        made = self._node(whole, self._name, ())
        while "$ref" in made:
            made = self._recursive[_name_of(made["$ref"])]
        if made.get("type") != "object":
            raise TypeError(
                f"{self._name}: an answer must be an object with named fields, not a list or a union"
            )
        return made | ({"$defs": self._recursive} if self._recursive else {})

    def _node(self, node: Node, where: str, above: tuple[str, ...]) -> Node:
        if "$ref" in node:
            return self._referred(node, where, above)
        made = {k: v for k, v in node.items() if k not in _SAID and k not in _DROPPED}
        words = [say(node[key]) for key, say in _SAID.items() if key in node and node[key] is not False]
        if words:
            made["description"] = _described(made.get("description", ""), words)
        if "const" in made:
            made["enum"] = [made.pop("const")]
        if "enum" in made and "type" not in made:
            made["type"] = _type_of(made["enum"])
        if "anyOf" in made:
            made["anyOf"] = [self._node(option, where, above) for option in made["anyOf"]]
        return self._nested(made, where, above)

    def _nested(self, made: Node, where: str, above: tuple[str, ...]) -> Node:
        if made.get("type") == "object":
            return made | self._object(made, where, above)
        if made.get("type") == "array":
            if "prefixItems" in made or "items" not in made:
                raise TypeError(
                    f"{where}: a tuple of fixed places or a list of anything is no strict schema; use list[...]"
                )
            made["items"] = self._node(made["items"], f"{where}[]", above)
        elif not made.keys() & {"type", "anyOf"}:
            raise TypeError(f"{where}: any value is no strict schema; give the field a type")
        return made

    def _object(self, made: Node, where: str, above: tuple[str, ...]) -> Node:
        properties = made.get("properties")
        if properties is None:
            raise TypeError(f"{where}: a mapping of any keys is no strict schema; use a list of pairs")
        nodes = {name: self._node(node, f"{where}.{name}", above) for name, node in properties.items()}
        return {"properties": nodes, "required": list(nodes), "additionalProperties": False}

    def _referred(self, node: Node, where: str, above: tuple[str, ...]) -> Node:
        name = _name_of(node["$ref"])
        if name in above or name in self._recursive:
            self._recursive.setdefault(name, {})
            return {"$ref": f"#/$defs/{name}"}
        made = self._node(self._definitions[name], where, (*above, name))
        if name in self._recursive:
            self._recursive[name] = made
            return {"$ref": f"#/$defs/{name}"}
        return made | ({"description": node["description"]} if "description" in node else {})


def _name_of(reference: str) -> str:
    return reference.rpartition("/")[2]


def _described(description: str, words: list[str]) -> str:
    limits = ", ".join(words)
    return f"{description.rstrip('.')} ({limits})" if description else limits[0].upper() + limits[1:]


def _type_of(values: list[Any]) -> str | list[str]:
    kinds = list(dict.fromkeys(_JSON_TYPES[type(value)] for value in values))
    return kinds[0] if len(kinds) == 1 else kinds
