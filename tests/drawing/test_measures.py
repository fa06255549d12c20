"""What calls and steps add up to."""

from __future__ import annotations

import pytest

from app.drawing.measures import Calls, Times, calls_of
from app.store.calls import NodeCalls


def test_known_costs_add_up_and_an_unknown_one_makes_the_sum_unknown() -> None:
    known = Calls(1, usd=0.25) + Calls(2, usd=0.5)
    assert (known.calls, known.cost()) == (3, "$0.7500")
    assert (known + Calls(1, usd=None)).cost() == "cost unknown"


def test_tokens_are_unknown_where_those_of_one_answer_are() -> None:
    whole = Calls(1, prompt_tokens=10, completion_tokens=2) + Calls(
        1, prompt_tokens=None, completion_tokens=2
    )
    assert (whole.tokens(), whole.data()["prompt_tokens"]) == ("tokens unknown", None)


def test_items_are_folded_into_their_node_and_an_unpriced_one_is_not_free() -> None:
    rows = [
        NodeCalls("review:1", "user/review_item", "h", 2, 0, 1, 20, 4, 0, 0, 0.5),
        NodeCalls("review:2", "user/review_item", "h", 1, 3, 0, 10, 2, 0, 1, 0.0),
    ]
    (node, calls), = calls_of(rows, [("review:1", "invalid")]).items()  # fmt: skip
    assert (node, calls.calls, calls.cached, calls.retries, calls.prompt_tokens) == ("review", 3, 3, 1, 30)
    assert (calls.usd, calls.rejected) == (None, {"invalid": 1})


def test_calls_from_the_cache_alone_say_so() -> None:
    assert Calls(cached=2).words() == ["2 from cache"]
    assert Calls(1, retries=1).words() == ["1 call", "1 retry"]


def test_times_of_one_step_are_that_step() -> None:
    assert Times.of([3.0]).data() == {"steps": 1, "median": 3.0, "p95": 3.0, "mean": pytest.approx(3.0)}
