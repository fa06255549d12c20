"""Intervals, p-values and survival tests of differences, held against scipy and known data."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from app.comparison.survival import paired_logrank, unpaired_logrank
from app.stats import Sums, bands, bca, difference, holm, permutation_p

N = 60


def two(seed: int = 1, n: int = N, effect: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Skewed values of the same users under A and B."""
    rng = np.random.default_rng(seed)
    own = rng.gamma(2.0, 1.0, n)
    return own + rng.exponential(0.5, n), own + effect + rng.exponential(0.5, n)


def mean(values: np.ndarray) -> Sums:
    return Sums(values[:, None], np.ones((len(values), 1)))


def ends(found: object) -> tuple[float, float]:
    return float(found.low[0]), float(found.high[0])  # type: ignore[attr-defined]


# ---------------------------------------------------------------------------------- intervals


def without(values: np.ndarray) -> np.ndarray:
    """The means without each user, (n, 1)."""
    return np.asarray((values.sum() - values) / (len(values) - 1))[:, None]


def test_bca_of_paired_differences_is_scipys() -> None:
    a, b = two()
    found = difference(mean(a), mean(b), paired=True, resamples=20_000)
    ours = np.ravel(bca(found.value, found.resampled, [without(b - a)]))
    theirs = stats.bootstrap((b - a,), np.mean, n_resamples=20_000, rng=3).confidence_interval
    assert ours == pytest.approx(tuple(theirs), abs=0.01)


def test_bca_of_two_samples_is_scipys() -> None:
    a, b = two()[0], two(2, 45)[1]
    found = difference(mean(a), mean(b), paired=False, resamples=20_000)
    ours = np.ravel(bca(found.value, found.resampled, [-without(a), without(b)]))
    theirs = stats.bootstrap(
        (a, b), lambda x, y, axis: y.mean(axis) - x.mean(axis), n_resamples=20_000, rng=3
    ).confidence_interval
    assert ours == pytest.approx(tuple(theirs), abs=0.02)


def test_bca_of_paired_ratios_is_scipys() -> None:
    rng = np.random.default_rng(5)
    judged = rng.integers(1, 6, (2, N)).astype(float)
    kept = rng.binomial(judged.astype(int), [[0.4], [0.6]]).astype(float)
    found = difference(
        *(Sums(kept[i][:, None], judged[i][:, None]) for i in (0, 1)), paired=True, resamples=20_000
    )
    first, second = ((kept[i].sum() - kept[i]) / (judged[i].sum() - judged[i]) for i in (0, 1))
    ours = np.ravel(bca(found.value, found.resampled, [(second - first)[:, None]]))

    def moved(k: np.ndarray, j: np.ndarray, m: np.ndarray, i: np.ndarray, axis: int) -> np.ndarray:
        return np.asarray(m.sum(axis) / i.sum(axis) - k.sum(axis) / j.sum(axis))

    data = (kept[0], judged[0], kept[1], judged[1])
    theirs = stats.bootstrap(data, moved, paired=True, n_resamples=20_000, rng=3).confidence_interval
    assert ours == pytest.approx(tuple(theirs), abs=0.01)


def test_an_interval_is_nowhere_narrower_than_bca_or_students() -> None:
    a, b = np.zeros(N), np.zeros(N)
    b[:2] = (9, 4)
    found = difference(mean(a), mean(b), paired=True, resamples=20_000)
    student = stats.ttest_rel(b, a).confidence_interval()
    low, high = ends(found)
    assert low == pytest.approx(student.low, abs=0.01)
    assert high == pytest.approx(float(bca(found.value, found.resampled, [without(b)])[1][0]))
    assert high > student.high + 0.05


def test_pairing_narrows_the_interval_of_users_who_differ() -> None:
    a, b = two()
    paired, unpaired = (ends(difference(mean(a), mean(b), paired=p)) for p in (True, False))
    assert paired[1] - paired[0] < 0.7 * (unpaired[1] - unpaired[0])


def test_equal_differences_have_an_interval_of_one_point() -> None:
    a = two()[0]
    assert ends(difference(mean(a), mean(a + 0.25), paired=True)) == pytest.approx((0.25, 0.25))


def test_a_ratio_without_denominators_is_unknown() -> None:
    empty = Sums(np.zeros((N, 1)), np.zeros((N, 1)))
    found = difference(empty, mean(two()[1]), paired=True)
    assert np.isnan([found.value[0], found.low[0], found.high[0]]).all()
    assert np.isnan(permutation_p(empty, mean(two()[1]), paired=True)[0])


def test_many_sessions_of_a_user_count_as_one_user() -> None:
    a, b = two()
    once = difference(mean(a), mean(b), paired=True)
    thrice = difference(*(Sums(3 * s.over, 3 * s.under) for s in (mean(a), mean(b))), paired=True)
    assert ends(once) == pytest.approx(ends(thrice))


def test_a_band_for_all_turns_is_wider_than_the_interval_of_each() -> None:
    rng = np.random.default_rng(4)
    a, b = (Sums(rng.random((N, 20)), np.ones((N, 20))) for _ in range(2))
    found = difference(a, b, paired=True)
    low, high = bands(found)
    assert (high - low > 1.2 * (found.high - found.low)).all()


# ----------------------------------------------------------------------------------- p-values


def test_sign_flips_give_scipys_permutation_p_value() -> None:
    a, b = two(effect=0.12)
    ours = permutation_p(mean(a), mean(b), paired=True)[0]
    theirs = stats.permutation_test((b - a,), np.mean, permutation_type="samples", n_resamples=9999, rng=3)
    assert 0.01 < ours < 0.9
    assert ours == pytest.approx(theirs.pvalue, abs=0.02)


def test_sign_flips_of_a_few_users_agree_with_all_flips_there_are() -> None:
    a, b = two(n=8)
    exact = stats.permutation_test((b - a,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert permutation_p(mean(a), mean(b), paired=True)[0] == pytest.approx(exact.pvalue, abs=0.015)


def test_users_dealt_anew_give_scipys_permutation_p_value() -> None:
    a, b = two()[0], two(2, 45, effect=0.4)[1]
    ours = permutation_p(mean(a), mean(b), paired=False)[0]
    theirs = stats.permutation_test(
        (a, b), lambda x, y, axis: y.mean(axis) - x.mean(axis), n_resamples=9999, rng=3
    )
    assert ours == pytest.approx(theirs.pvalue, abs=0.02)


def test_a_p_value_is_never_0_and_that_of_no_difference_is_1() -> None:
    a = two()[0]
    assert permutation_p(mean(a), mean(a + 9), paired=True)[0] == pytest.approx(1e-4)
    assert permutation_p(mean(a), mean(a), paired=True)[0] == 1.0


def test_holm_adjusts_for_what_is_known_only() -> None:
    given = np.array([0.01, np.nan, 0.04, 0.03, 0.005])
    assert holm(given) == pytest.approx([0.03, np.nan, 0.06, 0.06, 0.02], nan_ok=True)
    assert holm(np.array([0.6, 0.7])) == pytest.approx([1.0, 1.0])


# ----------------------------------------------------------------------------------- survival


LEUKEMIA = (
    [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
    [1] * 9 + [0] * 12,
    [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
)
"""Weeks to relapse of 42 patients in pairs, treated and not (Freireich et al., Blood 1963)."""
PAIRED = [10, 7, 32, 23, 22, 6, 16, 34, 32, 25, 11, 20, 19, 6, 17, 35, 6, 13, 9, 6, 10]
PAIRED_LEFT = [1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0]
PLACEBO = [1, 22, 3, 12, 8, 17, 2, 11, 8, 12, 2, 5, 4, 15, 8, 23, 5, 11, 4, 1, 8]
"""The same patients, pair by pair."""


def test_the_log_rank_test_gives_the_published_value() -> None:
    treated, relapsed, placebo = (np.array(x, float) for x in LEUKEMIA)
    found = unpaired_logrank((placebo, treated), (np.ones(21, bool), relapsed > 0))
    assert found is not None
    assert found.z**2 == pytest.approx(16.79, abs=0.01)
    assert found.z > 0, "the placebo arm leaves earlier"
    assert found.p == pytest.approx(4.17e-5, rel=0.01)


def stratified(times: np.ndarray, events: np.ndarray) -> float:
    """The z of the log-rank test by its definition, (2, n) times and events, each column a stratum."""
    observed = expected = variance = 0.0
    for t, e in zip(times.T, events.T, strict=True):
        for moment in set(t[e]):
            at_risk = t >= moment
            n, d = at_risk.sum(), (e & (t == moment)).sum()
            observed += float(e[0] and t[0] == moment)
            expected += d * at_risk[0] / n
            variance += d * at_risk[0] * at_risk[1] * (n - d) / (n**2 * (n - 1)) if n > 1 else 0.0
    return float((observed - expected) / np.sqrt(variance))


def test_the_paired_log_rank_test_has_a_stratum_for_each_pair() -> None:
    times = np.array([PLACEBO, PAIRED], float)
    left = np.array([[True] * 21, [x > 0 for x in PAIRED_LEFT]])
    found = paired_logrank((times[0], times[1]), (left[0], left[1]), np.arange(21))
    assert found is not None
    assert (found.a_first, found.b_first) == (18, 3), "as Freireich et al. counted"
    assert found.z == pytest.approx(stratified(times, left))
    assert found.exact == pytest.approx(stats.binomtest(18, 21).pvalue)


def test_the_paired_log_rank_test_equals_its_definition_with_ties_and_limits() -> None:
    rng = np.random.default_rng(8)
    times = np.minimum(rng.geometric([[0.2], [0.15]], (2, 200)), 6).astype(float)
    left = times < rng.integers(5, 8, (2, 200))
    found = paired_logrank((times[0], times[1]), (left[0], left[1]), np.arange(200))
    assert found is not None
    assert found.z == pytest.approx(stratified(times, left))


def test_the_pairs_of_one_user_count_as_one() -> None:
    times = (np.array([1.0, 1.0, 1.0, 5.0]), np.array([4.0, 4.0, 4.0, 2.0]))
    left = (np.ones(4, bool), np.ones(4, bool))
    found = paired_logrank(times, left, np.array([7, 7, 7, 9]))
    assert found is not None
    assert (found.z, found.exact) == (pytest.approx(2 / np.sqrt(10)), None)


def test_where_nobody_leaves_there_is_nothing_to_test() -> None:
    times, left = (np.full(9, 5.0), np.full(9, 5.0)), (np.zeros(9, bool), np.zeros(9, bool))
    assert unpaired_logrank(times, left) is None
    assert paired_logrank(times, left, np.arange(9)) is None
