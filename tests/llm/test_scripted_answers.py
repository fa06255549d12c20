"""What the scripted model says: values of the schema, from the prompt's own items, in agreement with themselves."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from scripted_asking import ITEMS, PROMPT, Choice, Review, ask, chat

from app.llm.scripted import ScriptedServer, reading
from app.llm.scripted.compiling import compiled
from app.llm.scripted.errors import Refused
from app.llm.scripted.messages import Said
from app.llm.scripted.scene import Scene

ID = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}


def said(*texts: str) -> tuple[Said, ...]:
    return tuple(Said("user", text, 0, len(text)) for text in texts)


def made(schema: Any, seed: int = 0, prompt: str = PROMPT) -> Any:
    return compiled(schema)(Scene(said(prompt), Random(seed)))


def many(schema: Any, prompt: str = PROMPT) -> list[Any]:
    return [made(schema, seed, prompt) for seed in range(200)]


def test_each_item_has_one_entry_in_order_and_in_a_class() -> None:
    for value in many(Review.model_json_schema()):
        review = Review.model_validate(value)
        assert tuple(reaction.item for reaction in review.reactions) == ITEMS


def test_most_items_are_skipped_and_what_is_skipped_is_not_watched() -> None:
    reactions = [r for value in many(Review.model_json_schema()) for r in value["reactions"]]
    skipped = [r for r in reactions if "skip" in r["actions"]]
    assert len(skipped) / len(reactions) == pytest.approx(0.55, abs=0.04)
    assert all(r["watched"] == 0 and r["actions"] == ["skip"] for r in skipped)
    assert any("like" in r["actions"] for r in reactions)


def test_leaving_grows_with_the_turn_and_is_certain_when_time_is_up() -> None:
    def leaves(prompt: str) -> int:
        return sum(v["decision"] == "leave" for v in many(Choice.model_json_schema(), prompt))

    assert 0 < leaves("Turn 1.") < leaves("Turn 12.") < leaves("Turn 3, 0 of 40 minutes left.") == 200


def test_words_and_reason_agree_with_the_decision() -> None:
    for value in many(Choice.model_json_schema()):
        choice = Choice.model_validate(value)
        assert (choice.words == "") == (choice.decision == "continue")
        assert (choice.reason is not None) == (choice.decision == "leave")


def test_a_tagged_union_of_decisions_takes_the_branch_that_is_decided() -> None:
    branches = [
        {"type": "object", "properties": {"kind": {"const": kind}, "words": {"type": "string"}}}
        for kind in ("continue", "instruct", "leave")
    ]
    schema = {"type": "object", "properties": {"choice": {"anyOf": branches}}, "required": ["choice"]}
    kinds = Counter(value["choice"].get("kind") for value in many(schema))
    assert kinds["continue"] > kinds["instruct"] > kinds["leave"] > 0


def test_what_is_said_of_an_item_agrees_in_every_form() -> None:
    part = {
        "id": {"enum": list(ITEMS)},
        "action": {"enum": ["skip", "open", "like"]},
        "skipped": {"type": "boolean"},
        "seen": {"type": "boolean"},
        "seconds": {"type": "number"},
        "position": {"type": "integer"},
    }
    entry = {"properties": part, "required": list(part)}
    entries = [entry for value in many({"type": "array", "items": entry}) for entry in value]
    assert [(e["id"], e["position"]) for e in entries[:8]] == [(f"f{i}", i) for i in range(1, 9)]
    assert all((e["action"] == "skip") == e["skipped"] and e["seen"] for e in entries if e["skipped"])
    assert max(e["seconds"] for e in entries if e["skipped"]) <= 8 < max(e["seconds"] for e in entries)


def test_lists_of_ids_hold_the_ids_and_how_many_were_seen() -> None:
    part = {
        "order": {"type": "array", "items": {"type": "string"}},
        "seen": {"type": "integer", "maximum": 99},
    }
    values = many({"type": "object", "properties": part, "required": list(part)})
    assert all(value["order"] == list(ITEMS[: value["seen"]]) for value in values)
    assert 100 < sum(value["seen"] == len(ITEMS) for value in values) < 200


def test_a_feeling_stays_near_what_the_prompt_says_it_was() -> None:
    values = [value["satisfaction"] for value in many(Choice.model_json_schema())]
    assert all(0.4 <= value <= 0.6 for value in values)
    assert len(set(values)) > 10


def test_a_wish_is_read_into_its_kind_and_genre() -> None:
    part = {
        "kind": {"enum": ["more", "less", "avoid", "newer", "surprise"]},
        "facet": {"type": ["string", "null"]},
        "value": {"type": ["string", "null"]},
    }
    wish = {"type": "object", "properties": part, "required": list(part)}
    assert made({**wish, "properties": {**part, "facet": {"enum": ["tag", "genre"]}}})["facet"] == "genre"
    prompt = "- genre: Comedy, Horror\nBefore turn 2 they asked: <request>no more horror</request>"
    assert made(wish, prompt=prompt)["kind"] == "avoid"
    assert {value["value"] for value in many(wish, prompt)} <= {"Horror", None}
    newer = made(wish, prompt="<request>something newer</request>")
    assert (newer["kind"], newer["value"]) == ("newer", None)


@pytest.mark.parametrize(
    ("schema", "low", "high"),
    [
        ({"type": "number", "minimum": 2, "maximum": 3}, 2, 3),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, 0.01, 1),
        ({"type": "integer", "minimum": 5, "maximum": 5}, 5, 5),
        ({"type": "integer", "exclusiveMaximum": -3}, -100, -4),
        ({"type": "number", "description": "At least -1, at most 1"}, -1, 1),
        ({"type": "number", "description": "satisfaction in [0.2, 0.4]"}, 0.2, 0.4),
        ({"type": "number", "description": "more than 7"}, 7, 100),
        ({"type": "number", "multipleOf": 0.25, "minimum": 0, "maximum": 1}, 0, 1),
    ],
)
def test_numbers_keep_to_the_range_of_the_schema_or_of_its_words(
    schema: dict[str, Any], low: float, high: float
) -> None:
    values = many(schema)
    assert all(low <= value <= high for value in values)
    assert all(isinstance(value, int) for value in values) == (schema["type"] == "integer")


@pytest.mark.parametrize(
    ("schema", "low", "high"),
    [
        ({"type": "array", "items": ID}, 8, 8),
        ({"type": "array", "items": ID, "maxItems": 3}, 3, 3),
        ({"type": "array", "items": ID, "minItems": 10}, 10, 10),
        ({"type": "array", "items": ID, "description": "exactly 4 of them"}, 4, 4),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}, 2, 2),
        ({"type": "array", "items": {"type": "boolean"}, "maxItems": 0}, 0, 0),
        ({"type": "array", "prefixItems": [{"type": "null"}, {"const": 3}]}, 2, 2),
    ],
)
def test_arrays_keep_to_their_lengths(schema: dict[str, Any], low: int, high: int) -> None:
    assert all(low <= len(value) <= high for value in many(schema))


def test_a_prompt_that_says_how_many_to_choose_gets_so_many() -> None:
    slots = made({"type": "array", "items": ID}, prompt=f"Choose and order the 5 best of these.\n{PROMPT}")
    assert [slot["id"] for slot in slots] == list(ITEMS[:5])


def test_a_user_may_stop_early_and_says_so() -> None:
    part = {"reactions": {"type": "array", "items": ID}, "stopped": {"type": "boolean"}}
    values = many({"type": "object", "properties": part, "required": list(part)})
    assert {value["stopped"] for value in values} == {True, False}
    assert all((len(value["reactions"]) < len(ITEMS)) == value["stopped"] for value in values)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"enum": ["only"]}, "only"),
        ({"const": {"a": [1]}}, {"a": [1]}),
        ({"type": "null"}, None),
        ({"type": "string", "format": "date"}, "2024-05-17"),
        ({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}, "2024-05-17"),
        ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"const": 1}}}, 1),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"enum": [7]}}}, 7),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 0}, []),
        ({"type": "object"}, {}),
    ],
)
def test_schemas_with_one_value_have_it(schema: dict[str, Any], expected: object) -> None:
    assert made(schema) == expected


def test_strings_keep_to_their_lengths_and_never_to_a_wrong_type() -> None:
    assert all(5 <= len(text) <= 9 for text in many({"type": "string", "minLength": 5, "maxLength": 9}))
    assert {type(value) for value in many({"type": ["string", "null"]})} == {str, type(None)}


def test_objects_with_free_keys_are_about_the_items() -> None:
    value = made({"type": "object", "additionalProperties": {**ID, "properties": {"x": {"type": "integer"}}}})
    assert list(value) == list(ITEMS)


def test_a_schema_that_refers_to_itself_ends() -> None:
    node = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
        "required": ["children"],
    }
    assert all("children" in value for value in many({"$ref": "#/$defs/node", "$defs": {"node": node}}))


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/none"},
        {"enum": []},
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"type": "string", "pattern": "("},
        {"type": "object", "properties": [1]},
        {"type": "number", "minimum": "low"},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        7,
    ],
)
def test_a_schema_that_is_none_is_refused(schema: object) -> None:
    with pytest.raises(Refused, match="Invalid schema"):
        made(schema)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<items><item id="a&amp;b">T</item><item id="c">U</item></items>', ["a&b", "c"]),
        ('<items><item id="old">T</item></items> <items>\n<item id="new">U</item></items>', ["new"]),
        ('<history><item id="h">T</item></history> now: <item id="one">U</item>', ["one"]),
        ("- id: x1, title: T\n- id: x2, title: U", ["x1", "x2"]),
        ("nothing here", []),
    ],
)
def test_the_items_are_those_of_the_last_block(text: str, expected: list[str]) -> None:
    assert [item.id for item in reading.items(said(text))] == expected


def test_items_of_an_earlier_message_are_found_behind_a_repair() -> None:
    found = reading.items((*said(PROMPT), Said("assistant", '<item id="no">', 0, 0), *said("Correct it.")))
    assert tuple(item.id for item in found) == ITEMS


def test_titles_of_the_prompt_stand_in_the_thoughts() -> None:
    thoughts = " ".join(r["thought"] for r in made(Review.model_json_schema())["reactions"])
    assert "Tale f1" in thoughts


def test_free_text_with_a_schema_in_the_prompt_holds_json_between_other_things() -> None:
    prompt = f"Answer by this schema: {json.dumps(Review.model_json_schema())}\n{PROMPT}"
    shapes = set()
    with ScriptedServer() as server:
        for seed in range(20):
            text = ask(server, chat(prompt, seed=seed)).text
            shapes.add(text[:4])
            found = json.JSONDecoder().raw_decode(text, text.index("{"))[0]
            assert Review.model_validate(found).summary
    assert shapes == {'{"re', "```j", "Here", "Sure"}


def test_a_hook_answers_instead() -> None:
    with ScriptedServer(reply=lambda body: {"seed": body["seed"]} if body.get("seed") else None) as server:
        assert ask(server, chat(seed=4)).text == '{"seed":4}'
        assert ask(server, chat()).text.endswith(".")


@pytest.mark.parametrize("answer", ['{"x": 1}', {"x": 1}])
def test_a_hook_gives_the_arguments_of_a_tool_too(answer: object) -> None:
    with ScriptedServer(reply=lambda body: answer) as server:
        found = ask(server, chat(tools=[{"type": "function", "function": {"name": "f"}}]))
    call = found.data["choices"][0]["message"]["tool_calls"][0]
    assert json.loads(call["function"]["arguments"]) == {"x": 1}


def test_a_tool_without_parameters_is_called_with_none() -> None:
    with ScriptedServer() as server:
        found = ask(server, chat(tools=[{"type": "function", "function": {"name": "f"}}]))
    assert found.data["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] == "{}"


def test_a_schema_of_a_bare_string_is_answered_as_json() -> None:
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "string"}}}
    with ScriptedServer() as server:
        assert isinstance(json.loads(ask(server, chat(response_format=form)).text), str)


def test_an_error_in_a_hook_is_raised_at_the_end() -> None:
    def broken(body: dict[str, Any]) -> Any:
        raise ZeroDivisionError

    with (
        pytest.raises(ZeroDivisionError),
        ScriptedServer(reply=broken) as server,
        pytest.raises(ConnectionError),
    ):
        ask(server, chat())


@pytest.mark.parametrize(
    ("fault", "length"), [("wrong_ids", 3), ("missing_items", 2), ("extra_items", 4), ("duplicate_keys", 3)]
)
def test_the_faults_spoil_a_list_of_bare_ids(fault: str, length: int) -> None:
    with ScriptedServer(faults={fault: 1}, reply=lambda body: {"order": ["a", "b", "c"]}) as server:
        text = ask(server, chat()).text
    found = json.loads(text.replace(',"order":null', ""))["order"]
    assert len(found) == length
    assert found != ["a", "b", "c"] or text.count("order") == 2


@pytest.mark.parametrize("fault", ["invalid_json", "wrong_ids", "nan"])
def test_the_faults_spoil_what_a_hook_answers_and_leave_its_value_alone(fault: str) -> None:
    value = {"slots": [{"item": "f1", "score": 1.0}]}
    with ScriptedServer(faults={fault: 1}, reply=lambda body: value) as server:
        assert ask(server, chat()).text != '{"slots":[{"item":"f1","score":1.0}]}'
        assert server.counts()["outcomes"] == {fault: 1}
    assert value == {"slots": [{"item": "f1", "score": 1.0}]}
