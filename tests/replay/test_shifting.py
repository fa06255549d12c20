"""The shift between two versions: differences, noise floors and flips, computed by hand."""

from __future__ import annotations

import math

import pytest

from app.replay.measuring import Parts
from app.replay.shifting import Shift, flip_of, shifts


def one(answers: tuple[list[list[Parts]], list[list[Parts]]]) -> Shift:
    (shift,) = shifts(answers, 7)
    return shift


def said(kind: str) -> Parts:
    return {name: (float(name == kind), 1.0) for name in ("continue", "instruct", "leave")}


def test_a_difference_is_that_of_the_means_over_inputs() -> None:
    a: list[list[Parts]] = [[{"x": (1, 1)}, {"x": (2, 1)}, {"x": (3, 1)}]]
    b: list[list[Parts]] = [[{"x": (2, 1)}, {"x": (3, 1)}, {"x": (4, 1)}]]
    shift = one((a, b))
    assert (shift.a, shift.b, shift.difference, shift.n) == (2.0, 3.0, 1.0, 3)
    assert (shift.low, shift.high) == pytest.approx((1.0, 1.0))
    assert shift.noise_floor is None
    assert shift.clear


def test_repeats_are_averaged_inside_an_input() -> None:
    """Input 1 has the mean 2 of two answers, input 2 one answer, 6: their mean is 4, not (1 + 3 + 6) / 3."""
    a: list[list[Parts]] = [[{"x": (1, 1)}, {"x": (6, 1)}], [{"x": (3, 1)}, {}]]
    assert one((a, a)).a == 4.0


def test_an_input_without_an_answer_under_one_version_is_left_out() -> None:
    a: list[list[Parts]] = [[{"x": (1, 1)}, {"x": (9, 1)}]]
    b: list[list[Parts]] = [[{"x": (2, 1)}, {}]]
    shift = one((a, b))
    assert (shift.a, shift.b, shift.n) == (1.0, 2.0, 1)


def test_the_noise_floor_is_how_far_repeats_of_a_are_apart() -> None:
    """Means of 0.0 and 0.5: one squared difference of 0.25, of two repeats: 1.96 × √(0.25 / 2)."""
    a: list[list[Parts]] = [[{"x": (0, 1)}, {"x": (0, 1)}], [{"x": (1, 1)}, {"x": (0, 1)}]]
    b: list[list[Parts]] = [[{"x": (1, 1)}, {"x": (1, 1)}]] * 2
    shift = one((a, b))
    assert shift.noise_floor == pytest.approx(1.96 * math.sqrt(0.125))
    assert shift.difference == 0.75


def test_a_measure_nobody_has_is_not_known() -> None:
    nothing: list[list[Parts]] = [[{"x": (0, 0)}, {"x": (0, 0)}]]
    shift = one((nothing, nothing))
    assert (shift.a, shift.b, shift.difference, shift.low) == (None, None, None, None)
    assert not shift.clear


def test_a_flip_goes_from_the_most_frequent_decision_to_another() -> None:
    a, b = [*map(said, ("leave", "leave", "continue"))], [*map(said, ("continue", "continue", "continue"))]
    flip = flip_of("decision", "s", 3, a, b)
    assert flip is not None
    assert (flip.a, flip.b, flip.size) == ("leave", "continue", 0.6667)
    assert flip_of("decision", "s", 3, a, a) is None
    assert flip_of("decision", "s", 3, a, [{}]) is None


def test_a_flip_of_a_number_has_both() -> None:
    flip = flip_of("x", "s", 1, [{"x": (1, 4)}, {"x": (1, 4)}], [{"x": (3, 4)}])
    assert flip is not None
    assert (flip.a, flip.b, flip.size) == ("0.25", "0.75", 0.5)
    assert flip_of("x", "s", 1, [{"x": (0, 0)}], [{"x": (1, 1)}]) is None
