"""Strict schemas of pydantic classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Optional

import pytest
from pydantic import BaseModel, Field

from app.llm.schema import form_of, strict_schema
from graphs import messages


class Inner(BaseModel):
    kind: Literal["inner"] = "inner"
    share: Annotated[float, Field(ge=0, le=1, description="How much.")]


class Other(BaseModel):
    kind: Literal["other"] = "other"
    words: Annotated[str, Field(min_length=1)] = ""


class Outer(BaseModel):
    level: Literal[1, 2]
    maybe: Optional[int] = None  # noqa: UP045  the form that many people write
    rows: list[list[Inner]]
    either: Annotated[Inner | Other, Field(discriminator="kind")]
    named: Inner = Field(description="The one.")


class Tree(BaseModel):
    value: int
    below: list[Tree]


SCHEMA = strict_schema(Outer)
FIELDS = SCHEMA["properties"]


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """All schemas inside a schema."""
    if isinstance(schema, dict):
        yield schema
        inside = [
            *schema.get("properties", {}).values(),
            *schema.get("$defs", {}).values(),
            *schema.get("anyOf", []),
        ]
        for part in [*inside, schema.get("items")]:
            yield from nodes(part)


def test_every_object_is_closed_and_requires_all_its_properties() -> None:
    objects = [node for node in nodes(SCHEMA) if node.get("type") == "object"]
    assert len(objects) == 5
    assert all(node["additionalProperties"] is False for node in objects)
    assert all(node["required"] == list(node["properties"]) for node in objects)


def test_a_literal_is_a_typed_enum() -> None:
    assert FIELDS["level"] == {"type": "integer", "enum": [1, 2]}


def test_a_literal_of_one_value_is_an_enum_too() -> None:
    assert strict_schema(Inner)["properties"]["kind"] == {"type": "string", "enum": ["inner"]}


def test_an_optional_field_is_required_and_may_be_null() -> None:
    assert FIELDS["maybe"]["anyOf"] == [{"type": "integer"}, {"type": "null"}]
    assert "maybe" in SCHEMA["required"]


def test_nested_lists_hold_the_definition_itself() -> None:
    assert FIELDS["rows"]["items"]["items"]["properties"]["share"]["type"] == "number"
    assert "$defs" not in SCHEMA


def test_limits_are_words_in_the_description() -> None:
    share = strict_schema(Inner)["properties"]["share"]
    assert share == {"type": "number", "description": "How much (at least 0, at most 1)"}


def test_a_tagged_union_is_any_of() -> None:
    kinds = [option["properties"]["kind"]["enum"] for option in FIELDS["either"]["anyOf"]]
    assert kinds == [["inner"], ["other"]]
    assert set(FIELDS["either"]) == {"anyOf"}


def test_a_description_beside_a_reference_stays() -> None:
    assert FIELDS["named"]["description"] == "The one."
    assert FIELDS["named"]["type"] == "object"


def test_only_a_recursive_definition_stays_a_reference() -> None:
    tree = strict_schema(Tree)
    assert tree["properties"]["below"]["items"] == {"$ref": "#/$defs/Tree"}
    assert tree["$defs"]["Tree"]["additionalProperties"] is False


def test_a_form_is_made_once_for_a_class() -> None:
    assert form_of(Outer) is form_of(Outer)
    assert form_of(Outer).hash != form_of(Inner).hash


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (Mapping[str, float], "Odd.field: a mapping"),
        (Any, "Odd.field: any value"),
        (tuple[int, str], "Odd.field: a tuple of fixed places"),
        (list[dict[str, int]], r"Odd.field\[\]: a mapping"),
    ],
)
def test_what_strict_mode_cannot_say_names_the_field(field: Any, said: str) -> None:
    odd = type("Odd", (BaseModel,), {"__annotations__": {"field": field}})
    with pytest.raises(TypeError, match=said):
        strict_schema(odd)


@pytest.mark.parametrize(
    "kind",
    [messages.Directive, messages.Instruction, messages.Instruct, messages.Leave, messages.Request, messages.Slate,
     messages.Candidate, messages.Traits, messages.Failure],
)  # fmt: skip
def test_the_messages_of_the_world_convert(kind: type[BaseModel]) -> None:
    allowed = {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "anyOf",
        "enum",
        "description",
    }
    found = list(nodes(strict_schema(kind)))
    assert all(set(node) <= allowed for node in found)
    assert len(found) > 2
