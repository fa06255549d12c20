"""What a slate leaves behind: boredom, satisfaction, trust, mood and drift."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.minds import behavior
from app.minds.behavior import sigmoid
from tests.minds.reviewing import N, P, arrived, facet, first, having, review, updated
from tests.minds.world import OPEN, SLATE, crowd, stage

# -------------------------------------------------------------------------------- boredom


def test_satiation_rises_with_exposure_more_with_consumption_and_saturates() -> None:
    shown, minds = np.resize(having("genre:Drama"), (N, SLATE)).astype(np.int32), arrived()
    drama, levels = facet("genre:Drama"), []
    for turn in range(1, 9):
        out = review(shown, minds, turn=turn)
        minds = replace(out.mind, recent=minds.recent)
        levels.append(minds.satiation[:, drama])
    assert (np.diff(levels, axis=0) > 0).all()
    assert (levels[-1] < 1.0).all()
    opened = ((review(shown).actions & OPEN) > 0).sum(axis=1)
    assert np.corrcoef(opened, levels[0])[0, 1] > 0.9


def test_satiation_recovers_while_other_things_are_shown() -> None:
    minds = arrived()
    minds.satiation[:, facet("genre:Drama")] = 0.8
    others = np.setdiff1d(np.arange(len(stage().catalog)), having("genre:Drama"))[: N * SLATE // 10]
    shown = np.resize(others, (N, SLATE)).astype(np.int32)
    after = updated(review(shown, minds), minds)
    assert after.satiation[:, facet("genre:Drama")] == pytest.approx(0.8 * P.recover, abs=1e-6)


def test_consuming_makes_familiar() -> None:
    out = review(first())
    before, after = arrived().known, out.mind.known
    opened = ((out.actions & OPEN) > 0).any(axis=1)
    assert (after >= before).all()
    assert (after.sum(axis=1) > before.sum(axis=1))[opened].all()
    assert np.array_equal(after[~opened], before[~opened])


# -------------------------------------------------------------------------------- satisfaction


def test_good_slates_satisfy_and_poor_ones_do_not() -> None:
    users = crowd(N)
    every = np.arange(len(stage().catalog), dtype=np.int32)[None].repeat(N, axis=0)
    liking, _ = behavior.taste(stage().user.items, users, users.dense, every)
    order = liking.argsort(axis=1).astype(np.int32)
    poor, good = (updated(review(shown), arrived()) for shown in (order[:, :SLATE], order[:, -SLATE:]))
    assert good.satisfaction.mean() > poor.satisfaction.mean() + 0.1
    assert (good.expectation > poor.expectation).mean() > 0.9


def test_an_opened_item_is_worth_its_value_and_a_skipped_one_a_part_of_it() -> None:
    minds, out = arrived(), review(first()[:, :1])
    worth = sigmoid(out.utility[:, 0].astype(np.float64))
    opened = (out.actions[:, 0] & OPEN) > 0
    moved = (out.mind.satisfaction - minds.satisfaction) / P.learn + minds.expectation
    assert moved[opened] == pytest.approx(worth[opened], abs=1e-5)
    assert moved[~opened] == pytest.approx(P.skip_value * worth[~opened], abs=1e-5)


def test_a_run_of_skips_ends_with_the_next_open() -> None:
    out = review(first())
    opened = (out.actions & OPEN) > 0
    runs = [len(row) if not row.any() else int(row[::-1].argmax()) for row in opened]
    assert out.mind.skips.tolist() == runs
    assert max(runs) > 2


@pytest.mark.parametrize(("before", "sign"), [(-0.5, 1), (0.5, -1)])
def test_an_instruction_kept_or_not_moves_trust_and_satisfaction(before: float, sign: int) -> None:
    minds = arrived()
    asked = replace(minds, asked=np.ones(N, bool), match=np.full(N, before))
    out = review(first(), minds)
    told, silent = updated(out, asked), updated(out, minds)
    assert (sign * (told.trust - silent.trust) > 0).all()
    assert (sign * (told.satisfaction - silent.satisfaction) > 0).all()
    assert np.array_equal(told.unheard, np.full(N, int(sign < 0)))
    assert not told.asked.any()


def test_saying_what_is_wrong_costs_effort() -> None:
    out, minds = review(first()), arrived()
    asked = updated(out, replace(minds, asked=np.ones(N, bool)))
    assert asked.fatigue - updated(out, minds).fatigue == pytest.approx(P.instruct_effort)


def test_mood_comes_back_to_the_mood_on_arrival() -> None:
    gloomy = replace(arrived(), mood=np.full(N, -1.0))
    after = updated(review(first(), gloomy), gloomy)
    base = P.mood_base * (1 - P.mood_keep) * crowd(N).mood
    assert (after.mood - base - P.mood_keep * -1.0).mean() == pytest.approx(0.0, abs=0.06)
    assert (after.mood - base).std() == pytest.approx(P.mood_sd, rel=0.3)


def test_taste_drifts_toward_what_is_consumed_and_not_toward_what_is_shown() -> None:
    minds, out = arrived(), review(first())
    target = stage().user.items.dense[first()[:, 0]]
    opened = replace(out, actions=np.full_like(out.actions, 1))
    opened.actions[:, 0] = OPEN
    nothing = replace(out, actions=np.full_like(out.actions, 1))
    moved, still = updated(opened, minds), updated(nothing, minds)
    has = np.abs(minds.dense).sum(axis=1) > 0
    near = ((moved.dense - minds.dense) * target).sum(axis=1) / np.maximum(
        np.linalg.norm(moved.dense - minds.dense, axis=1), 1e-9
    )
    apart = np.linalg.norm(minds.dense, axis=1) > 0.1
    assert still.dense == pytest.approx(minds.dense, abs=1e-6)
    assert (near[has & apart] > 0).mean() > 0.9


def test_a_drifted_taste_returns_to_where_it_started() -> None:
    minds = arrived()
    away = replace(minds, dense=minds.dense + 1.0)
    nothing = replace(review(first()), actions=np.full((N, SLATE), 1, np.uint8))
    after = updated(replace(nothing, mind=away), away)
    assert after.dense - minds.dense == pytest.approx((1 - P.revert) * (away.dense - minds.dense), abs=1e-5)
