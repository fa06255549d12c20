"""Turns for a trial: conditions, and a sample that is the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from app.errors import UsageError
from app.replay.choosing import Spot, conditions, sampled

SPOTS = [Spot(session, turn) for session in range(1, 11) for turn in (1, 2)]


def held(text: str, **columns: list[float] | list[str]) -> list[bool]:
    (condition,) = conditions([text])
    return condition.holds({name: np.array(values) for name, values in columns.items()}).tolist()


def test_conditions_hold_by_their_sign() -> None:
    assert held("turn>=3", turn=[2.0, 3.0, 4.0]) == [False, True, True]
    assert held("satisfaction < 0.4", satisfaction=[0.39, 0.4]) == [True, False]
    assert held("opened=0", opened=[0.0, 1.0]) == [True, False]
    assert held("ended!=bored", ended=["bored", "time"]) == [False, True]
    assert held("decision=leave", decision=["leave", "continue"]) == [True, False]


@pytest.mark.parametrize("text", ["trust<1", "trust!=1"])
def test_what_is_not_known_fulfills_nothing(text: str) -> None:
    assert held(text, trust=[np.nan, 0.5]) == [False, True]


WRONG = {
    "bordom>1": "did you mean 'boredom'",
    "boredom~1": "boredom goes with the signs <= >= != = < >, not ~",
    "decision<leave": "decision goes with the signs = !=, not <",
    "decision=leaf": "did you mean 'leave'",
    "turn>three": "turn is a number, and 'three' is none",
    "leave": "fields: decision, ended, arm, turn,",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_condition_says_what_there_is(text: str) -> None:
    with pytest.raises(UsageError) as error:
        conditions([text])
    assert WRONG[text] in str(error.value)


def test_a_sample_is_the_same_for_the_same_seed_and_in_order() -> None:
    drawn = sampled(SPOTS, 6, 1)
    assert drawn == sampled(SPOTS, 6, 1) == sorted(drawn)
    assert len(set(drawn)) == 6
    assert drawn != sampled(SPOTS, 6, 2)
    assert sampled(SPOTS, 20, 1) == sampled(SPOTS, 99, 1) == SPOTS
