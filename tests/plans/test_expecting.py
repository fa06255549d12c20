"""Expectations: how they are read, and when they hold."""

from __future__ import annotations

import pytest

from app.errors import UsageError
from app.plans import Expectation

ARMS = [
    ("agent", {"turns": {"mean": 8.0}, "uptake": {"mean": None}}),
    ("mine.py:Mine", {"turns": {"mean": 6.0}, "uptake": {"mean": 0.5}}),
    ("agent", {"turns": {"mean": 7.0}, "uptake": {"mean": 0.9}}),
]


def judged(text: str) -> tuple[bool, str]:
    outcome = Expectation.parse(text).judge(ARMS)
    return outcome.passed, outcome.said


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("agent.turns > 7.4", True),
        ("agent.turns > 7.5", False),
        ("agent.turns >= 7.5", True),
        ("agent.turns<8e0", True),
        ("agent.turns <= 7", False),
        ("mine.py:Mine.turns > 5.9", True),
        ("agent.turns > mine.py:Mine.turns", True),
        ("mine.py:Mine.turns > agent.turns", False),
        ("turns > 5", True),
        ("turns > 6.5", False),
        ("turns > -1", True),
    ],
)
def test_an_expectation_holds_of_the_mean_over_replicates(text: str, holds: bool) -> None:
    assert judged(text)[0] is holds


def test_what_is_not_known_does_not_hold() -> None:
    assert judged("agent.uptake > 0") == (False, "agent.uptake is not known")


def test_an_expectation_tells_the_figures_that_are_wrong() -> None:
    assert judged("turns > 6.5")[1] == "mine.py:Mine.turns is 6"
    assert judged("mine.py:Mine.turns > agent.turns")[1] == "mine.py:Mine.turns is 6, agent.turns is 7.5"


@pytest.mark.parametrize("text", ["", "turns", "turns > ", "> 3", "agent.turns = 3", "agent.turns > x y"])
def test_words_that_are_no_condition_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no condition"):
        Expectation.parse(text)


def test_an_unknown_metric_on_either_side_is_named() -> None:
    for text in ("agent.trns > 3", "agent.turns > agent.trns"):
        with pytest.raises(UsageError, match="unknown metric 'trns': did you mean"):
            Expectation.parse(text)


def test_an_unknown_arm_on_either_side_is_named() -> None:
    for text in ("agnt.turns > 3", "agent.turns > agnt.turns"):
        with pytest.raises(UsageError, match="did you mean 'agent'"):
            Expectation.parse(text).check(["agent", "popular"])
