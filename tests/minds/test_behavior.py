"""How a slate is reviewed: utilities, reactions, and what a slate may look like."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from app.minds import behavior
from app.minds.rows import MindRows
from tests.minds.reviewing import STAYS, N, P, arrived, facet, first, review, updated
from tests.minds.world import LIKE, OPEN, SLATE, crowd, play, slates, stage, user

# -------------------------------------------------------------------------------- utility


def test_an_item_seen_before_is_worth_less_the_more_often() -> None:
    shown, minds = first(), arrived()
    none, once, often = (np.full_like(minds.recent, -1) for _ in range(3))
    once[:, -1:] = shown[:, :1]
    often[:, -3:] = shown[:, :1]
    fresh, again, many = (
        review(shown, replace(minds, recent=recent)).utility[:, 0] for recent in (none, once, often)
    )
    assert fresh - again == pytest.approx(P.repetition * np.log(2), abs=1e-5)
    assert fresh - many == pytest.approx(P.repetition * np.log(4), abs=1e-5)


def test_a_satiated_facet_lowers_the_items_that_have_it_and_no_others() -> None:
    minds, drama = arrived(), facet("genre:Drama")
    tired = minds.satiation.copy()
    tired[:, drama] = 0.9
    shown = first()
    has = (stage().user.items.facets[shown[:, 0]] == drama).any(axis=1)
    lost = review(shown, minds).utility[:, 0] - review(shown, replace(minds, satiation=tired)).utility[:, 0]
    assert (lost[has] > 0.05).all()
    assert (lost[~has] == 0).all()


def test_what_was_asked_for_is_worth_more_and_what_was_refused_less() -> None:
    items, minds = stage().user.items, arrived()
    for name, pull, sign in (("genre:Drama", 1.0, 1), ("genre:Drama", -1.0, -1)):
        wish = minds.wish_facet.copy()
        wish[:, facet(name)] = pull
        gain = review(first(), replace(minds, wish_facet=wish)).utility - review(first(), minds).utility
        has = (items.facets[first()] == facet(name)).any(axis=2)
        assert (sign * gain[:, 0][has[:, 0]] > 0.3).all()
        assert gain[:, 0][~has[:, 0]] == pytest.approx(0.0, abs=1e-6)


def test_a_wish_fades_from_turn_to_turn() -> None:
    minds = arrived()
    minds.wish_facet[:, facet("genre:Drama")] = 1.0
    out = review(first(), minds)
    after = updated(out, minds)
    assert after.wish_facet[:, facet("genre:Drama")] == pytest.approx(P.wish_keep, abs=1e-6)


def test_a_better_mood_lifts_all_items_alike() -> None:
    minds = arrived()
    low, high = (review(first(), replace(minds, mood=np.full(N, m))).utility[:, 0] for m in (-1.0, 1.0))
    assert high - low == pytest.approx(2 * P.mood, abs=1e-5)


def test_clickbait_is_opened_more_and_worth_less() -> None:
    items, users, shown = stage().user.items, crowd(), slates()[0]
    plain, bait = (
        behavior.review(
            STAYS, replace(items, clickbait=np.full_like(items.clickbait, b)), users, arrived(300), shown, 1
        )
        for b in (0.0, 2.0)
    )
    assert ((bait.actions & OPEN) > 0).mean() > ((plain.actions & OPEN) > 0).mean() + 0.05
    assert bait.utility.mean() < plain.utility.mean() - 0.5
    assert bait.mind.satisfaction.mean() < plain.mind.satisfaction.mean()


def test_taste_ranks_but_does_not_lift() -> None:
    every = np.arange(len(stage().catalog), dtype=np.int32)[None].repeat(20, axis=0)
    users = crowd(20)
    liking, _ = behavior.taste(stage().user.items, users, users.dense, every)
    assert liking.mean(axis=1) == pytest.approx(0.0, abs=0.15)
    assert liking.std(axis=1) == pytest.approx(1.0, abs=0.15)


# -------------------------------------------------------------------------------- reactions


def test_every_seen_item_is_skipped_or_opened_and_only_opened_ones_cause_more() -> None:
    played = play(user(), crowd())
    acts = played.actions[played.actions > 0]
    assert ((acts & 1 > 0) != (acts & OPEN > 0)).all()
    assert (acts[acts & 1 > 0] == 1).all()
    assert (played.watched[(played.actions & OPEN) == 0] == 0).all()


def test_watching_is_half_of_an_item_or_more_and_at_most_a_quarter_twice() -> None:
    played = play(user(), crowd())
    assert (((played.actions & 4) > 0) == (played.watched >= 0.5)).all()
    assert 1.2 < played.watched.max() <= P.watch_most


def test_what_is_better_is_watched_longer_and_liked_more() -> None:
    played = play(user(leave=-30.0), crowd())
    opened = (played.actions & OPEN) > 0
    good = played.utility > np.median(played.utility[opened])
    for what in (played.watched, (played.actions & LIKE) > 0):
        assert what[opened & good].mean() > 1.3 * what[opened & ~good].mean()


def test_later_places_are_opened_less() -> None:
    still = replace(STAYS, satiation=0.0, curiosity=0.0)
    opened = [((review(slates()[t], p=still, turn=t + 1).actions & OPEN) > 0).mean(axis=0) for t in range(12)]
    by_place = np.mean(opened, axis=0)
    assert by_place[:3].mean() > by_place[-3:].mean() + 0.05


def test_what_is_done_takes_time_and_effort() -> None:
    out = review(first())
    opened = (out.actions & OPEN) > 0
    assert out.seconds[~opened] == pytest.approx(P.skip_seconds)
    assert (out.seconds[opened] >= P.skip_seconds + P.open_seconds).all()
    assert out.mind.fatigue == pytest.approx(P.effort * (SLATE + opened.sum(axis=1)))


# -------------------------------------------------------------------------------- slates and rows


def test_short_slates_are_reviewed_as_far_as_they_go() -> None:
    short = first().copy()
    short[:, 4:] = -1
    out, whole = review(short), review(first())
    assert (out.seen == 4).all()
    assert (out.actions[:, 4:] == 0).all()
    assert np.array_equal(out.actions[:, :4], whole.actions[:, :4])


def test_empty_slates_are_not_reviewed() -> None:
    minds = arrived()
    out = review(np.full((N, SLATE), -1, np.int32), minds, p=replace(P, leave=30.0))
    assert not out.seen.any()
    assert not out.fired.any()
    assert not out.actions.any()
    assert np.array_equal(out.mind.satisfaction, minds.satisfaction)


def test_reviewing_leaves_the_mindset_before_it_as_it_was() -> None:
    minds, same = arrived(), arrived()
    updated(review(first(), minds), minds)
    for field in fields(MindRows):
        if field.name != "wants":
            assert np.array_equal(getattr(minds, field.name), getattr(same, field.name)), field.name


def test_a_user_is_the_same_in_any_company() -> None:
    whole = review(first(), p=P)
    some = np.array([3, 17, 42])
    users, minds = crowd(N, minutes=500.0).take(some), arrived().take(some)
    part = behavior.review(P, stage().user.items, users, minds, first()[some], 1)
    for name in ("actions", "watched", "utility", "seen", "factor", "facet"):
        assert np.array_equal(getattr(part, name), getattr(whole, name)[some])


def test_the_newest_seen_items_are_remembered() -> None:
    out = review(first())
    assert np.array_equal(out.mind.recent[:, -SLATE:], first())
