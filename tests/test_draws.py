"""Counter-based draws: uniform, independent, and the same whatever is drawn beside them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app import draws
from app.draws import What

KEYS = draws.keys(7, np.arange(1, 20_001))
REASONABLE = 1e-4
"""A p-value below it would be one bad draw in ten thousand."""


def test_uniform_draws_have_the_moments_of_the_uniform() -> None:
    u = draws.uniform(KEYS, 3, What.OPEN)
    assert u.mean() == pytest.approx(0.5, abs=0.01)
    assert u.var() == pytest.approx(1 / 12, abs=0.003)
    assert 0 < u.min() < u.max() < 1


@pytest.mark.parametrize("what", [What.OPEN, What.LEAVE, What.WISH])
def test_uniform_draws_fill_the_interval_evenly(what: What) -> None:
    counts, _ = np.histogram(draws.uniform(KEYS[:2000], 1, what, 20), bins=50, range=(0, 1))
    assert stats.chisquare(counts).pvalue > REASONABLE


def tied(one: np.ndarray, two: np.ndarray) -> float:
    """p-value of independence of two draws on a 10 by 10 grid."""
    table, _, _ = np.histogram2d(one.ravel(), two.ravel(), bins=10, range=[[0, 1], [0, 1]])
    return float(stats.chi2_contingency(table).pvalue)


def test_draws_are_independent_between_users() -> None:
    u = draws.uniform(KEYS, 1, What.OPEN)
    assert tied(u[:-1], u[1:]) > REASONABLE


def test_draws_are_independent_between_turns() -> None:
    for turn in (1, 2, 7):
        one, two = (draws.uniform(KEYS, t, What.OPEN) for t in (turn, turn + 1))
        assert tied(one, two) > REASONABLE


def test_draws_are_independent_between_slots() -> None:
    u = draws.uniform(KEYS[:4000], 1, What.OPEN, 10)
    assert tied(u[:, :-1], u[:, 1:]) > REASONABLE
    assert tied(u[:, 0], u[:, 9]) > REASONABLE


def test_draws_are_independent_between_quantities() -> None:
    one = draws.uniform(KEYS[:4000], 1, What.OPEN, 10)
    for what in (What.WATCH, What.LIKE, What.LEAVE):
        assert tied(one, draws.uniform(KEYS[:4000], 1, what, 10)) > REASONABLE


def test_draws_are_independent_between_seeds() -> None:
    other = draws.keys(8, np.arange(1, 20_001))
    assert tied(draws.uniform(KEYS, 1, What.OPEN), draws.uniform(other, 1, What.OPEN)) > REASONABLE


def test_a_single_draw_is_not_one_of_those_of_the_slots() -> None:
    u, slots = draws.uniform(KEYS, 1, What.WISH), draws.uniform(KEYS, 1, What.WISH, 12)
    assert not (u[:, None] == slots).any()
    assert tied(u, slots[:, 0]) > REASONABLE


@given(first=st.integers(0, 90), size=st.integers(1, 10), turn=st.integers(1, 1000), slots=st.integers(1, 12))
def test_a_draw_does_not_depend_on_batch_order_or_width(first: int, size: int, turn: int, slots: int) -> None:
    whole = draws.uniform(KEYS[:100], turn, What.LIKE, 12)
    some = np.arange(first, first + size)[::-1]
    assert np.array_equal(draws.uniform(KEYS[some], turn, What.LIKE, slots), whole[some][:, :slots])


@given(number=st.integers(0, 2**40), seed=st.integers(0, 2**62))
def test_a_key_does_not_depend_on_the_keys_beside_it(number: int, seed: int) -> None:
    alone = draws.keys(seed, np.array([number]))[0]
    assert draws.keys(seed, np.array([5, number, 9]))[1] == alone


def test_changing_one_coordinate_changes_the_draw() -> None:
    base = draws.uniform(KEYS[:500], 4, What.OPEN, 3)
    assert not (base == draws.uniform(KEYS[500:1000], 4, What.OPEN, 3)).any()
    assert not (base == draws.uniform(KEYS[:500], 5, What.OPEN, 3)).any()
    assert not (base == draws.uniform(KEYS[:500], 4, What.LIKE, 3)).any()
    assert not (base[:, :1] == base[:, 1:]).any()


def test_no_two_turns_and_quantities_share_a_draw() -> None:
    drawn = [draws.uniform(KEYS[:1], turn, what, 12) for turn in range(60) for what in What]
    assert len(np.unique(np.concatenate(drawn))) == 60 * len(What) * 12


def test_keys_are_distinct() -> None:
    many = np.concatenate([draws.keys(seed, np.arange(50_000)) for seed in (1, 2, 3)])
    assert len(np.unique(many)) == len(many)


def test_a_key_of_parts_goes_by_content_and_by_where_parts_end() -> None:
    assert draws.key("user", 7) == draws.key("user", "7")
    assert draws.key("ab", "c") != draws.key("a", "bc")
    assert 0 <= draws.key("x") < 2**64


def test_normal_draws_are_standard_normal() -> None:
    z = draws.normal(KEYS, 2, What.MOOD)
    assert stats.kstest(z, "norm").pvalue > REASONABLE
    assert z.shape == (20_000,)
    assert draws.normal(KEYS[:3], 2, What.MOOD, 4).shape == (3, 4)


def test_logistic_draws_are_standard_logistic() -> None:
    assert stats.kstest(draws.logistic(KEYS, 2, What.WATCH), "logistic").pvalue > REASONABLE


def test_what_is_drawn_has_a_number_of_its_own() -> None:
    numbers = [what.value for what in What]
    assert len(set(numbers)) == len(numbers)
    assert [What.OPEN, What.LEAVE, What.RETURN, What.THOUGHT] == [1, 7, 13, 22]
