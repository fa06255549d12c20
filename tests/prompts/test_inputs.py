"""Every input of a prompt is described, and nothing else is."""

from __future__ import annotations

import pytest

from app.prompts import Prompts
from app.prompts.inputs import MEANINGS, meaning
from app.prompts.nodes import PROMPT_OF
from graphs.session import VERBS


@pytest.mark.parametrize("side", MEANINGS)
def test_the_inputs_of_all_prompts_are_described(side: str) -> None:
    prompts = Prompts()
    used = {one for name in prompts if name.startswith(f"{side}/") for one in prompts[name].inputs}
    assert set(MEANINGS[side]) == used


def test_an_input_that_no_prompt_has_means_nothing() -> None:
    assert meaning("user/review", "plan") == ""


def test_the_nodes_that_ask_are_nodes_and_ask_with_prompts() -> None:
    assert set(PROMPT_OF) <= set(VERBS)
    assert set(PROMPT_OF.values()) <= set(Prompts())
