"""How a slate is reviewed: utilities, reactions, satiation, leaving, and what stays behind."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from app.errors import UsageError
from app.minds import behavior, mindset
from app.minds.parameters import COUPLINGS, BehaviorParameters
from app.minds.rows import I32, MindRows, ReviewRows, UserRows
from tests.minds.world import LIKE, OPEN, SLATE, crowd, play, slates, stage, user

P = BehaviorParameters()
STAYS = replace(P, leave=-30.0)
"""Users who never have enough, to see all slots."""
N = 100


def review(
    shown: I32, minds: MindRows | None = None, p: BehaviorParameters = STAYS, turn: int = 1, **traits: float
) -> ReviewRows:
    users = crowd(len(shown), **{"minutes": 500.0} | traits)
    return behavior.review(p, stage().user.items, users, minds or mindset.start(p, users), shown, turn)


def updated(out: ReviewRows, before: MindRows, p: BehaviorParameters = STAYS) -> MindRows:
    return mindset.update_mindset(p, stage().user.items, crowd(len(out.seen)), before, out, 1)


def arrived(n: int = N) -> MindRows:
    return mindset.start(P, crowd(n))


def first() -> I32:
    return slates()[0][:N]


def facet(name: str) -> int:
    return stage().facets.index[name]


def having(name: str) -> np.ndarray:
    """Positions of the items with a facet."""
    return np.flatnonzero((stage().user.items.facets == facet(name)).any(axis=1))


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
    opened = [
        ((review(slates()[t], p=still, turn=t + 1).actions & OPEN) > 0).mean(axis=0) for t in range(12)
    ]
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


# -------------------------------------------------------------------------------- leaving


def fired(minds: MindRows, p: BehaviorParameters = P) -> np.ndarray:
    return review(first(), minds, p).fired


def sated(minds: MindRows, level: float) -> MindRows:
    satiation = np.full_like(minds.satiation, level)
    satiation[:, -1] = 0.0
    return replace(minds, satiation=satiation)


def test_the_dissatisfied_the_bored_and_the_tired_have_enough_sooner() -> None:
    p = replace(P, satiation=0.0, learn=0.0)
    minds, low = arrived(), arrived()
    low.satisfaction[:] = 0.1
    high = replace(minds, satisfaction=np.full(N, 0.9))
    assert fired(low, p).sum() > fired(high, p).sum()
    assert fired(sated(minds, 0.9), p).sum() > fired(minds, p).sum()
    assert fired(replace(minds, fatigue=np.ones(N)), p).sum() > fired(minds, p).sum()
    assert fired(replace(minds, skips=np.full(N, 30, np.int32)), p).sum() > fired(minds, p).sum()


def test_leaving_does_not_depend_on_content_when_it_is_not_coupled() -> None:
    p = replace(P.coupled("none"), satiation=0.0)
    minds = arrived()
    for other in (
        replace(minds, satisfaction=np.full(N, 0.05)),
        sated(minds, 0.9),
        replace(minds, skips=np.full(N, 30, np.int32)),
    ):
        assert np.array_equal(fired(other, p), fired(minds, p))
    assert fired(minds, p).any()


def test_couplings_grow_with_their_names() -> None:
    strengths = [P.coupled(name) for name in ("none", "weak", "medium", "strong")]
    for name in ("leave_satisfaction", "leave_boredom", "leave_friction"):
        values = [getattr(p, name) for p in strengths]
        assert values == sorted(values)
        assert values[0] == 0.0
    assert P.coupled("medium") == P
    assert set(COUPLINGS) == {"none", "weak", "medium", "strong"}


def test_an_unknown_coupling_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="strong"):
        P.coupled("stronk")


def test_users_leave_in_the_middle_of_a_slate() -> None:
    out = review(first(), p=replace(P, leave=-1.0))
    middle = out.fired & (out.seen < SLATE)
    assert middle.sum() > N / 4
    beyond = np.arange(SLATE) >= out.seen[:, None]
    assert (out.actions[beyond] == 0).all()
    assert (out.actions[~beyond] > 0).all()


def test_the_hazard_falls_with_the_items_seen() -> None:
    p = replace(P.coupled("none"), frailty=0.0)
    early, late = arrived(), replace(arrived(), seen=np.full(N, 100, np.int32))
    many = [review(slates()[t][:N], m, p, turn=t + 1).fired.mean() for m in (early, late) for t in range(8)]
    assert np.mean(many[8:]) < 0.5 * np.mean(many[:8])


def test_a_session_ends_when_its_time_is_up_however_good_it_is() -> None:
    out = review(first(), p=replace(P, leave=-30.0), minutes=0.2)
    assert out.time_up.all()
    assert not out.fired.any()
    assert (out.mind.seconds >= 12.0).all()


# -------------------------------------------------------------------------------- parameters


def trace(p: BehaviorParameters) -> list[np.ndarray]:
    """Everything that some sessions come to with these parameters."""
    from app.minds.items import item_rows
    from app.minds.tastes import Tastes
    from tests.minds.world import people

    world = stage()
    items = item_rows(p, world.catalog, world.facets, world.numeric, np.asarray(world.dense, np.float32))
    mind = replace(world.user, parameters=p, items=items)
    users: UserRows = Tastes(world.catalog, world.facets, items, 0, 11, p).rows(people()[:150])
    played = play(mind, users, tuple(slate[:150] for slate in slates()))
    minds = [getattr(played.minds, f.name) for f in fields(MindRows) if f.name != "wants"]
    asked = [played.minds.wants.kind, played.minds.wants.target, played.minds.wants.gap]
    return [played.actions, played.watched, played.days, users.mood, *minds, *asked]


@pytest.mark.slow
def test_every_parameter_changes_something() -> None:
    before = trace(P)
    idle = []
    for field in fields(P):
        changed = replace(P, **{field.name: getattr(P, field.name) * 1.7 + 0.2})
        after = trace(changed)
        if all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(before, after, strict=True)):
            idle.append(field.name)
    assert idle == []
