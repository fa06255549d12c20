"""Replies are read with real decoders, and what is wrong with one is said in a sentence."""

from __future__ import annotations

import time

import pytest
from llm_stub import GOOD, Pick, check

from app.llm.reading import Unreadable, read


def wrong(text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(text, Pick, check)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"  {GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"Here is my answer:\n{GOOD}\nI hope it helps {{really}}.",
        f'<think>Maybe {{"item": "i9"}}, no.</think>{GOOD}',
    ],
)
def test_an_answer_is_found_plain_fenced_or_between_words(text: str) -> None:
    assert read(text, Pick).item == "i1"


def test_of_several_answers_the_last_counts() -> None:
    assert read(f"{GOOD} or rather {GOOD.replace('i1', 'i2')}", Pick).item == "i2"


@pytest.mark.parametrize(
    ("text", "said", "shape"),
    [
        ("I like the first one.", "the answer holds no JSON object", True),
        (GOOD[:-1], "not valid JSON: Expecting ',' delimiter at character 43", True),
        ('{"item": "i1", "item": "i2", "mood": "good", "score": 1}', "the key 'item' stands twice", True),
        ('```{"mood": "good", "mood": "bad"}```', "the key 'mood' stands twice", True),
        ('{"item": "i1", "mood": "good", "score": NaN}', "NaN is not a JSON number", True),
        ('{"item": "i1", "mood": "good", "score": -Infinity}', "-Infinity is not a JSON number", True),
        ('{"item": "i1", "mood": "good", "score": 1e999}', "1e999 is too large a number", False),
        ('{"item": "i1", "mood": "good"}', "score: Field required", True),
        ('{"item": "i1", "mood": "fine", "score": 1}', "mood: .* (you wrote \"fine\")", True),
        ('{"item": "i9", "mood": "good", "score": 1}', "item 'i9' was not shown; the items are i1, i2", False),
        ("[1, 2]", "the answer: Input should be an object", True),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text: str, said: str, shape: bool) -> None:
    error = wrong(text)
    head, _, tail = said.partition(".*")
    assert str(error).find(head) >= 0
    assert tail.strip() in str(error)
    assert error.shape is shape


def test_many_errors_are_told_in_part() -> None:
    assert str(wrong("{}")).count("Field required") == 3


@pytest.mark.parametrize("text", ["{" * 100_000, '{"a":' * 100_000, "[" * 100_000, '{"a": "' * 5_000])
def test_a_hostile_text_is_refused_quickly(text: str) -> None:
    start = time.process_time()
    assert "JSON" in str(wrong(text))
    assert time.process_time() - start < 5.0


def test_a_lookup_error_of_the_check_is_an_unusable_answer() -> None:
    with pytest.raises(Unreadable, match="i1"):
        read(GOOD, Pick, lambda pick: {}[pick.item])
