"""Which prompt each node asks."""

from __future__ import annotations

import pytest

from app.prompts import Prompts
from app.prompts.nodes import AFTER_PROMPT_OF, ITEM_PROMPT_OF, PROMPT_OF, item_node, node_of, prompt_of
from graphs.session import VERBS


def test_every_prompt_of_the_package_is_asked_by_one_node() -> None:
    assert sorted([*PROMPT_OF.values(), *ITEM_PROMPT_OF.values(), *AFTER_PROMPT_OF.values()]) == sorted(
        Prompts()
    )


def test_the_nodes_are_those_of_the_graph_and_the_end_of_a_session() -> None:
    assert set(PROMPT_OF) | set(ITEM_PROMPT_OF) <= set(VERBS)


def test_a_node_at_an_item_asks_of_the_item() -> None:
    assert prompt_of("review") == "user/review"
    assert prompt_of(item_node("review", 3)) == "user/review_item"
    assert node_of(item_node("review", 3)) == "review"


def test_a_node_that_asks_nothing_has_no_prompt() -> None:
    with pytest.raises(KeyError):
        prompt_of("decide")
