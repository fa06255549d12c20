from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from app.catalog.catalog import Interactions
from app.catalog.factors import factors
from app.errors import UsageError
from app.recommenders import collaborative
from app.recommenders.collaborative import MAX_HISTORY, MAX_WEIGHT, ItemWeights, ease, itemknn


def interactions(rows: list[tuple[int, int, float]], n_users: int) -> Interactions:
    user, item, rating = (np.array(column) for column in zip(*sorted(rows), strict=True))
    return Interactions(
        tuple(f"u{u}" for u in range(n_users)),
        user.astype(np.int32),
        item.astype(np.int32),
        rating.astype(np.float32),
        np.arange(len(rows), dtype=np.int64),
    )


def two_camps(users: int = 20) -> Interactions:
    """Even users like three of the items 0-3, odd users three of 4-7; item 8 is disliked by all."""
    rows = [(u, u % 2 * 4 + (u // 2 + k) % 4, 1.0) for u in range(users) for k in range(3)]
    return interactions(rows + [(u, 8, 0.1) for u in range(users)], users)


def random_weights(n_items: int, seed: int = 0) -> ItemWeights:
    draw = np.random.default_rng(seed)
    return ItemWeights(draw.integers(-MAX_WEIGHT, MAX_WEIGHT + 1, (n_items, n_items)).astype(np.float32), 1.0)


def sparse_weights(n_items: int, width: int, seed: int = 0) -> ItemWeights:
    draw = np.random.default_rng(seed)
    neighbors = np.argsort(draw.random((n_items, n_items)), axis=1)[:, :width].astype(np.int32)
    weights = draw.integers(-MAX_WEIGHT, MAX_WEIGHT + 1, neighbors.shape).astype(np.float32)
    return ItemWeights(weights, 1.0, neighbors)


def dense_form(weights: ItemWeights) -> np.ndarray:
    if weights.neighbors is None:
        return weights.weights
    full = np.zeros((weights.n_items, weights.n_items), np.float32)
    np.put_along_axis(full, weights.neighbors.astype(np.int64), weights.weights, axis=1)
    return full


MODELS = [ease, itemknn]
WEIGHTS = [random_weights(150), sparse_weights(150, 20)]


@pytest.mark.parametrize("model", MODELS)
def test_items_liked_together_speak_for_each_other(model: object) -> None:
    scores = model(two_camps(), 9).initial([np.array([0, 1])])[0]  # type: ignore[operator]
    assert scores[[2, 3]].min() > 0
    assert scores[[2, 3]].min() > scores[4:].max()


@pytest.mark.parametrize("model", MODELS)
def test_weights_are_bounded_whole_numbers_and_no_item_speaks_for_itself(model: object) -> None:
    weights = model(two_camps(), 9).weights  # type: ignore[operator]
    assert np.array_equal(weights, np.rint(weights))
    assert MAX_WEIGHT // 4 < np.abs(weights).max() <= MAX_WEIGHT
    assert not weights.diagonal().any()


@pytest.mark.parametrize("model", MODELS)
def test_a_disliked_item_counts_for_nothing(model: object) -> None:
    weights = model(two_camps(), 9).weights  # type: ignore[operator]
    assert not weights[8].any()
    assert not weights[:, 8].any()


@pytest.mark.parametrize("model", MODELS)
def test_an_interaction_without_rating_is_a_like(model: object) -> None:
    rated = two_camps()
    silent = np.where(rated.rating > 0.6, np.float32(np.nan), rated.rating)
    unrated = Interactions(rated.users, rated.user, rated.item, silent, rated.time)
    assert np.array_equal(model(rated, 9).weights, model(unrated, 9).weights)  # type: ignore[operator]


@pytest.mark.parametrize("model", MODELS)
def test_without_any_like_all_weights_are_zero(model: object) -> None:
    weights = model(interactions([(0, 0, 0.1)], 1), 3)  # type: ignore[operator]
    assert not weights.initial([np.array([0, 1])]).any()


def test_ease_is_the_solution_of_its_regression() -> None:
    data, ridge = two_camps(), 3.0
    liked = np.zeros((20, 9))
    liked[data.user, data.item] = data.rating > 0.6
    model = ease(data, 9, l2=ridge)
    b = model.weights / model.scale
    gradient = liked.T @ (liked @ b - liked) + ridge * b
    np.fill_diagonal(gradient, 0.0)
    assert np.abs(gradient).max() < 0.01


def test_ease_refuses_a_large_catalog_and_names_the_way_out() -> None:
    with pytest.raises(
        UsageError, match=r"at most 12,000, this catalog has 12,001; use the recommender itemknn"
    ):
        ease(two_camps(), 12_001)


def test_ease_refuses_a_ridge_that_is_not_positive() -> None:
    with pytest.raises(UsageError, match="must be positive, not 0"):
        ease(two_camps(), 9, l2=0.0)


def test_neighbors_are_the_nearest_by_shrunk_cosine() -> None:
    data = interactions([(0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1), (2, 0, 1), (2, 2, 1)], 3)
    model = itemknn(data, 3, neighbors=1, shrink=2.0)
    assert (model.weights[0] > 0).tolist() == [False, True, False]
    assert model.weights[0, 1] / model.scale == pytest.approx(2 / (6**0.5 + 2), abs=1e-3)


def test_equally_near_items_count_by_their_order() -> None:
    data = interactions([(0, item, 1.0) for item in range(6)], 1)
    assert (itemknn(data, 6, neighbors=2).weights[5] > 0).tolist() == [True, True] + [False] * 4


def test_the_sparse_form_says_the_same_as_the_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    dense = itemknn(two_camps(), 9, neighbors=3)
    monkeypatch.setattr(collaborative, "DENSE_ITEMS", 4)
    sparse = itemknn(two_camps(), 9, neighbors=3)
    histories = [np.array([0, 5, 2]), np.array([], np.int64), np.array([8])]
    assert sparse.neighbors is not None
    assert np.array_equal(dense.initial(histories), sparse.initial(histories))


def test_blocks_of_items_do_not_change_the_neighbors(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = itemknn(two_camps(), 9, neighbors=3)
    monkeypatch.setattr(collaborative, "_BLOCK", 2)
    assert np.array_equal(whole.weights, itemknn(two_camps(), 9, neighbors=3).weights)


def test_a_catalog_of_one_item_has_no_neighbors() -> None:
    assert not itemknn(interactions([(0, 0, 1.0)], 1), 1).initial([np.array([0])]).any()


@pytest.mark.parametrize("weights", WEIGHTS)
def test_scores_are_exact_sums_of_whole_numbers(weights: ItemWeights) -> None:
    draw = np.random.default_rng(1)
    rows, items = draw.integers(0, 40, 3000), draw.integers(0, 150, 3000)
    scores = np.zeros((40, 150), np.float32)
    weights.add(scores, rows, items, 2)
    expected = np.zeros((40, 150), np.int64)
    np.add.at(expected, rows, 2 * dense_form(weights).astype(np.int64)[items])
    assert np.array_equal(scores.astype(np.int64), expected)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_a_user_alone_scores_bit_for_bit_as_in_a_shuffled_batch(weights: ItemWeights) -> None:
    draw = np.random.default_rng(2)
    rows, items = draw.integers(0, 2000, 10_000), draw.integers(0, 150, 10_000)
    batch, order = np.zeros((2000, 150), np.float32), draw.permutation(10_000)
    weights.add(batch, rows[order], items[order], 1)
    for user in range(0, 2000, 100):
        alone = np.zeros((1, 150), np.float32)
        for item in items[rows == user]:
            weights.add(alone, np.array([0]), np.array([item]), 1)
        assert alone.tobytes() == batch[user : user + 1].tobytes()


@pytest.mark.parametrize("weights", WEIGHTS)
def test_what_was_added_can_be_taken_back(weights: ItemWeights) -> None:
    scores = weights.initial([np.array([3, 4]), np.array([7])])
    weights.add(scores, np.array([0, 0, 1]), np.array([3, 4, 7]), -1)
    assert not scores.any()


@pytest.mark.parametrize("weights", WEIGHTS)
def test_adding_nothing_changes_nothing(weights: ItemWeights) -> None:
    scores = np.ones((2, 150), np.float32)
    weights.add(scores, np.array([], np.int64), np.array([], np.int64), 1)
    assert (scores == 1).all()


def test_the_longest_history_of_the_largest_weights_stays_exact() -> None:
    weights = ItemWeights(np.full((3, 3), MAX_WEIGHT, np.float32), 1.0)
    scores = weights.initial([np.zeros(MAX_HISTORY + 50, np.int64)])
    assert int(scores[0, 0]) == MAX_HISTORY * MAX_WEIGHT < 1 << 24


def test_nobody_has_no_scores() -> None:
    assert random_weights(5).initial([]).shape == (0, 5)


def test_factors_recover_biases_and_tastes() -> None:
    draw = np.random.default_rng(3)
    p, q = draw.normal(0, 0.3, (80, 2)), draw.normal(0, 0.3, (60, 2))
    truth = np.clip(0.5 + draw.normal(0, 0.1, (80, 1)) + draw.normal(0, 0.1, (1, 60)) + p @ q.T, 0, 1)
    shown = draw.random((80, 60)) < 0.6
    model = factors(
        interactions([(u, i, truth[u, i]) for u, i in np.argwhere(shown)], 80), 60, dims=2, ridge=1.0
    )
    user, item = np.nonzero(~shown)
    error = model.predict(user, item) - truth[user, item]
    assert np.sqrt(np.mean(error**2)) < 0.25 * truth.std()


def test_factors_ignore_rows_without_a_rating() -> None:
    rated = [(u, i, (u + i) % 5 / 4) for u in range(12) for i in range(0, 10, 2)]
    silent = [(u, 9, float("nan")) for u in range(12)]
    one, two = (
        factors(interactions(rated, 12), 10, dims=3),
        factors(interactions(rated + silent, 12), 10, dims=3),
    )
    assert one.item.tobytes() == two.item.tobytes()
    assert not two.item[9].any()
    assert two.item_bias[9] == 0.0


def test_factors_without_any_rating_say_the_middle() -> None:
    model = factors(interactions([(0, 0, float("nan"))], 2), 3, dims=4)
    assert model.predict(np.array([0, 1]), np.array([2, 0])).tolist() == [0.5, 0.5]


def test_factors_of_equal_ratings_say_that_rating() -> None:
    model = factors(interactions([(u, i, 0.75) for u in range(5) for i in range(4)], 5), 4)
    assert model.predict(np.arange(4), np.arange(4)) == pytest.approx(0.75, abs=1e-6)


def test_factors_are_the_same_every_time_and_have_their_shapes() -> None:
    one, two = (factors(two_camps(), 9, dims=5) for _ in range(2))
    assert (one.user.shape, one.item.shape) == ((20, 5), (9, 5))
    assert one.user.tobytes() == two.user.tobytes()


@pytest.fixture
def movielens(shared_data: Path) -> Interactions:
    with zipfile.ZipFile(shared_data / "movielens" / "ml-100k.zip") as archive:
        name = next(n for n in archive.namelist() if n.endswith("u.data"))
        with archive.open(name) as lines:
            user, item, rating, time = np.loadtxt(lines, dtype=np.int64).T
    order = np.lexsort((time, user))
    return Interactions(
        tuple(map(str, range(943))),
        (user[order] - 1).astype(np.int32),
        (item[order] - 1).astype(np.int32),
        ((rating[order] - 1) / 4).astype(np.float32),
        time[order],
    )


def recall(scores: np.ndarray, seen: Interactions, hidden: Interactions) -> float:
    """Mean over users of the share of hidden likes (at most 20) among the top 20 of the unseen items."""
    scores = scores.copy()
    scores[seen.user, seen.item] = -np.inf
    top = np.argsort(-scores, axis=1, kind="stable")[:, :20]
    liked = hidden.where(hidden.rating >= 0.6)
    per_user = [set(liked.item[liked.starts[u] : liked.starts[u + 1]].tolist()) for u in range(len(top))]
    return float(np.mean([len(t & set(top[u])) / min(20, len(t)) for u, t in enumerate(per_user) if t]))


def liked_items(data: Interactions) -> list[np.ndarray]:
    liked = data.where(data.rating >= 0.6)
    return [liked.item[liked.starts[u] : liked.starts[u + 1]] for u in range(len(liked.users))]


@pytest.mark.slow
def test_on_movielens_ease_beats_neighbors_and_both_beat_popularity(movielens: Interactions) -> None:
    rows = np.random.default_rng(0).random(len(movielens)) < 0.8
    seen, hidden = movielens.where(rows), movielens.where(~rows)
    popularity = np.tile(np.bincount(np.concatenate(liked_items(seen)), minlength=1682), (943, 1)).astype(
        float
    )
    scores = [popularity, *(model(seen, 1682).initial(liked_items(seen)) for model in (itemknn, ease))]
    popular, neighbors, regression = (recall(s, seen, hidden) for s in scores)
    assert popular < 0.25 < 0.30 < neighbors < 0.40 < regression


@pytest.mark.slow
def test_on_movielens_tastes_predict_better_than_biases_and_these_better_than_means(
    movielens: Interactions,
) -> None:
    rows = np.random.default_rng(0).random(len(movielens)) < 0.9
    seen, hidden = movielens.where(rows), movielens.where(~rows)
    counts = np.bincount(seen.item, minlength=1682)
    means = np.bincount(seen.item, seen.rating, 1682) / np.maximum(counts, 1)
    item_mean = np.where(counts > 0, means, seen.rating.mean())[hidden.item]
    guesses = [item_mean, *(factors(seen, 1682, dims=d).predict(hidden.user, hidden.item) for d in (0, 16))]
    mean, biases, tastes = (4 * float(np.sqrt(np.mean((g - hidden.rating) ** 2))) for g in guesses)
    assert tastes + 0.02 < biases < mean - 0.05
