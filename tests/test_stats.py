"""Bootstrap intervals over users: of ratios of sums, reproducible, and as wide as they should be."""

from __future__ import annotations

import numpy as np
import pytest

from app.stats import bootstrap_ratios


def of(over: object, under: object | None = None, seed: int = 0, resamples: int = 1000) -> dict[str, float]:
    top = np.array(over, np.float64)
    bottom = np.ones(len(top)) if under is None else np.array(under, np.float64)
    return bootstrap_ratios({"x": (top, bottom)}, seed, resamples)["x"]  # type: ignore[return-value]


def test_a_ratio_is_of_sums_and_not_a_mean_of_ratios() -> None:
    assert of([1, 9], [10, 10])["mean"] == pytest.approx(0.5)
    assert of([1, 0], [1, 99])["mean"] == pytest.approx(0.01)


def test_the_interval_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(1).normal(3.0, 2.0, 400)
    found = of(values, resamples=4000)
    error = values.std() / np.sqrt(400)
    assert found["low"] == pytest.approx(values.mean() - 1.96 * error, abs=0.3 * error)
    assert found["high"] == pytest.approx(values.mean() + 1.96 * error, abs=0.3 * error)


@pytest.mark.slow
def test_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    draw = np.random.default_rng(4)
    held = 0
    for seed in range(200):
        found = of(draw.exponential(1.0, 100), seed=seed, resamples=300)
        held += found["low"] <= 1.0 <= found["high"]
    assert 0.88 < held / 200 < 0.99


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.arange(30.0)
    assert of(values, seed=3) == of(values, seed=3)
    assert of(values, seed=3)["low"] != of(values, seed=4)["low"]


def test_equal_values_have_no_spread() -> None:
    found = of([0.4] * 20)
    assert [found["mean"], found["low"], found["high"]] == pytest.approx([0.4] * 3)


def test_users_with_nothing_to_count_are_not_counted() -> None:
    found = of([1, 0, 1, 0], [2, 0, 2, 0])
    assert found["mean"] == pytest.approx(0.5)
    assert found["n"] == 2
    assert np.isfinite([found["low"], found["high"]]).all()


def test_without_anything_to_count_the_values_are_none() -> None:
    nothing = {"mean": None, "low": None, "high": None, "n": 0}
    assert of([0, 0], [0, 0]) == nothing
    assert of([], []) == nothing
    assert bootstrap_ratios({}) == {}


def test_metrics_are_resampled_together() -> None:
    """Two equal metrics get equal intervals: users are drawn once for all metrics."""
    values = np.random.default_rng(5).random(40)
    found = bootstrap_ratios({"a": (values, np.ones(40)), "b": (values, np.ones(40))})
    assert found["a"] == found["b"]
