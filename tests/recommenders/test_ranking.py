"""Ranking over arrays is what the plain definitions say, row by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.recommenders.ranking import EXACT, MISSING, blocks, diversify, first_unseen, fuse, mark, top_k

FEW_VALUES = st.sampled_from([float(MISSING), -2.0, -0.5, -0.0, 0.0, 0.25, 1.0, 3.5])


def score_rows(width: int) -> st.SearchStrategy[np.ndarray]:
    return st.integers(1, 5).flatmap(
        lambda n: arrays.arrays(np.float32, (n, width), elements=FEW_VALUES | st.floats(-9, 9, width=32))
    )


def naive_top(row: np.ndarray, k: int, above: float) -> list[int]:
    ranked = sorted((-float(value), at) for at, value in enumerate(row) if value > above)
    return [at for _, at in ranked[:k]]


@settings(deadline=None)
@given(
    st.data(), st.sampled_from([1, 7, 60]), st.integers(1, 9), st.sampled_from([float(MISSING), -0.5, 0.0])
)
def test_top_k_is_a_sort_by_score_then_position(
    data: st.DataObject, width: int, k: int, above: float
) -> None:
    scores = data.draw(score_rows(width))
    items, values = top_k(scores, k, above)
    for row, found, value in zip(scores, items, values, strict=True):
        expected = naive_top(row, k, above)
        assert found[found >= 0].tolist() == expected
        assert value[found >= 0].tolist() == row[expected].tolist()
        assert (found[len(expected) :] == -1).all()
        assert (value[len(expected) :] == MISSING).all()


@pytest.mark.parametrize("width", [399, 400, 3001])
def test_top_k_of_many_distinct_and_tied_scores(width: int) -> None:
    draw = np.random.default_rng(width)
    for scores in (draw.normal(size=(300, width)), draw.integers(0, 4, (300, width))):
        scores = scores.astype(np.float32)
        items, _ = top_k(scores, 50)
        assert all(
            found.tolist() == naive_top(row, 50, -1e30) for row, found in zip(scores, items, strict=True)
        )


def test_top_k_of_a_row_does_not_depend_on_the_others() -> None:
    scores = np.random.default_rng(1).integers(-3, 3, (700, 900)).astype(np.float32)
    whole = top_k(scores, 20)[0]
    assert all((top_k(scores[row : row + 1], 20)[0] == whole[row]).all() for row in (0, 350, 699))


def test_blocks_cover_all_rows_once() -> None:
    assert [row for rows in blocks(1234, 3000) for row in range(rows.start, rows.stop)] == list(range(1234))
    assert list(blocks(0, 10)) == []


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(1, 12), st.integers(0, 400), st.randoms(use_true_random=False))
def test_first_unseen_walks_the_order(n: int, k: int, width: int, random: object) -> None:
    draw = np.random.default_rng(random.randrange(1 << 30))  # type: ignore[attr-defined]
    order = draw.permutation(width).astype(np.int32)
    seen = draw.random((n, width)) < draw.choice([0.0, 0.5, 0.97, 1.0], (n, 1))
    for row, found in zip(seen, first_unseen(order, seen, k), strict=True):
        expected = [int(item) for item in order if not row[item]][:k]
        assert found.tolist() == expected + [-1] * (k - len(expected))


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(4, 40), st.integers(1, 12), st.randoms(use_true_random=False))
def test_fusion_sums_the_reciprocal_ranks(n: int, width: int, k: int, random: object) -> None:
    draw = np.random.default_rng(random.randrange(1 << 30))  # type: ignore[attr-defined]
    lists = []
    for weight, bit in ((1.0, 1), (0.7, 2), (3.0, 8)):
        m = int(draw.integers(1, width + 1))
        items = np.array([draw.permutation(width)[:m] for _ in range(n)], np.int32)
        lists.append(
            (np.where(draw.random((n, m)) < 0.3, -1, items).astype(np.int32), weight, np.uint16(bit))
        )
    fused = fuse(lists, width, k)
    for row in range(n):
        exact, bits = np.zeros(width), np.zeros(width, int)
        for items, weight, bit in lists:
            for rank, item in enumerate(items[row], 1):
                if item >= 0:
                    exact[item] += round(weight / (60 + rank) * 2**24) / 2**24
                    bits[item] |= int(bit)
        expected = sorted((item for item in range(width) if exact[item] > 0), key=lambda i: (-exact[i], i))[
            :k
        ]
        found = fused.items[row][fused.items[row] >= 0].tolist()
        assert found == expected
        assert fused.score[row][: len(found)] == pytest.approx(exact[expected], abs=1e-7)
        assert fused.source[row][: len(found)].tolist() == bits[expected].tolist()
        assert (fused.source[row][len(found) :] == 0).all()


def naive_greedy(relevance: np.ndarray, vectors: np.ndarray, k: int, weight: float) -> list[int]:
    """The definition, with the same float32 steps: scores that differ by rounding only must tie alike."""
    chosen: list[int] = []
    for _ in range(k):
        best, best_value = -1, -np.inf
        for at in range(len(relevance)):
            if at in chosen or relevance[at] == MISSING:
                continue
            near = [
                np.float32(vectors[at] @ vectors[other]) * (np.float32(weight) * EXACT) for other in chosen
            ]
            value = relevance[at] - max([np.float32(0.0), *near])
            if value > best_value:
                best, best_value = at, value
        if best >= 0:
            chosen.append(best)
    return chosen


@settings(deadline=None)
@given(
    st.integers(1, 4),
    st.integers(1, 15),
    st.integers(1, 8),
    st.sampled_from([0.0, 0.5, 2.0]),
    st.integers(0, 99),
)
def test_diversify_is_the_greedy_choice(n: int, m: int, k: int, weight: float, seed: int) -> None:
    draw = np.random.default_rng(seed)
    relevance = draw.normal(size=(n, m)).astype(np.float32)
    relevance[draw.random((n, m)) < 0.2] = MISSING
    vectors = draw.integers(-60, 60, (n, m, 8)).astype(np.float32)
    for row, slots in enumerate(diversify(relevance, vectors, k, weight)):
        expected = naive_greedy(relevance[row], vectors[row], k, weight)
        assert slots.tolist() == expected + [-1] * (k - len(expected))


def test_without_a_weight_the_most_relevant_are_chosen_and_with_it_the_different() -> None:
    relevance = np.array([[1.0, 0.9, 0.5]], np.float32)
    vectors = np.array([[[127, 0], [127, 0], [0, 127]]], np.float32)
    assert diversify(relevance, vectors, 2, 0.0)[0].tolist() == [0, 1]
    assert diversify(relevance, vectors, 2, 0.9)[0].tolist() == [0, 2]


def marked(seen: list[list[int]], width: int, items: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    rows = np.zeros((len(seen), width), bool)
    for row, some in enumerate(seen):
        rows[row, some] = True
    left = (~rows).sum(axis=1).astype(np.int32)
    mark(rows, left, np.array(items, np.int32))
    return rows, left


def test_what_was_shown_is_marked_and_counted() -> None:
    rows, left = marked([[0], []], 6, [[1, 2], [0, -1]])
    assert [np.flatnonzero(row).tolist() for row in rows] == [[0, 1, 2], [0]]
    assert left.tolist() == [3, 5]


def test_a_user_who_has_seen_everything_starts_over_without_the_slate_just_shown() -> None:
    rows, left = marked([[0, 1, 2, 3], []], 6, [[4, 5], [0, 1]])
    assert [np.flatnonzero(row).tolist() for row in rows] == [[4, 5], [0, 1]]
    assert left.tolist() == [4, 4]


def test_a_catalog_as_small_as_a_slate_is_shown_again() -> None:
    rows, left = marked([[]], 2, [[0, 1]])
    assert not rows.any()
    assert left.tolist() == [2]
