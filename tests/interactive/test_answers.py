"""What a person types: keys, words, orders and instructions."""

from __future__ import annotations

import pytest

from app.interactive.answers import Next, Wrong, item_answer, next_answer
from app.minds.human import Going


@pytest.mark.parametrize(
    ("typed", "actions"),
    [
        ("", ("skip",)),
        ("s", ("skip",)),
        ("w", ("watch",)),
        ("wl", ("watch", "like")),
        ("Watch, like", ("watch", "like")),
        ("v +", ("save", "share")),
        ("ww", ("watch",)),
    ],
)
def test_keys_and_words_are_actions(typed: str, actions: tuple[str, ...]) -> None:
    assert item_answer(typed) == actions


@pytest.mark.parametrize(("typed", "order"), [("u", "undo"), ("Q", "stop"), ("?", "help")])
def test_orders_are_told_from_actions(typed: str, order: str) -> None:
    assert item_answer(typed) == order


@pytest.mark.parametrize("typed", ["x", "sw", "watch skip", "less horror"])
def test_what_is_no_action_says_so(typed: str) -> None:
    assert isinstance(item_answer(typed), Wrong)


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("", None),
        ("carry on", None),
        ("leave", Going("done")),
        ("q", Going("done")),
        ("leave bored", Going("bored")),
        (" less horror ", "less horror"),
        ("leave out horror please", "leave out horror please"),
    ],
)
def test_what_comes_next_is_to_go_on_to_leave_or_words(typed: str, choice: object) -> None:
    assert next_answer(typed) == Next(choice)


def test_an_unknown_reason_to_leave_names_the_reasons() -> None:
    answer = next_answer("leave hungry")
    assert isinstance(answer, Wrong)
    assert "dissatisfied" in answer.says
