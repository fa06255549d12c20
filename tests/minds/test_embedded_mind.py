"""The embedded user as a mind: of arrays for a cohort, and of messages for one user."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from app.minds import behavior
from app.minds.parameters import BehaviorParameters, model_card
from app.minds.rows import DecisionRows, MindRows, ReviewRows, WishRows
from app.minds.single import EmbeddedMind, rows_of
from graphs.messages import LEAVE_REASONS, Instruct, Instruction, Leave, Mindset, Request, Slate, Slot
from graphs.ports import UserView
from tests.minds.world import Shown, crowd, people, slates, stage, user

EAGER = {"leave": 2.0, "instruct": 30.0}
"""Users who have enough at once, and say so."""
N = 120


def one_turn(mind: Any, n: int = N, **traits: float) -> tuple[MindRows, ReviewRows, DecisionRows]:
    users = crowd(n, **traits)
    minds = mind.start(users)
    reviews = mind.review(users, minds, Shown(slates()[0][:n]), 1)
    after = mind.update_mindset(users, minds, reviews, 1)
    return after, reviews, mind.decide(users, after, reviews, 1)


def test_only_who_has_had_enough_decides_otherwise_than_to_continue() -> None:
    _, reviews, decisions = one_turn(user(leave=-1.5))
    assert np.array_equal(decisions.kind != 0, reviews.fired | reviews.time_up)
    assert set(decisions.kind.tolist()) == {0, 1, 2}


def test_who_instructs_knows_what_it_wants_and_says_it() -> None:
    after, _, decisions = one_turn(user(**EAGER))
    says = decisions.kind == 1
    assert says.mean() > 0.5
    assert (after.wants.kind[says, 0] >= 0).all()
    for row in np.flatnonzero(says):
        request = decisions.requests[row]
        assert request is not None
        assert request.words
    assert all(decisions.requests[row] is None for row in np.flatnonzero(~says))


def test_an_instruction_is_kept_by_a_slate_that_matches_it_better_than_the_one_it_was_about() -> None:
    mind, users = user(**EAGER), crowd(N)
    after, reviews, _ = one_turn(mind)
    every = np.arange(len(stage().catalog), dtype=np.int32)[None].repeat(N, axis=0)
    wish = (after.wish_facet, after.wish_numeric, after.wish_dense)
    order = behavior.wish_match(mind.items, *wish, every).argsort(axis=1).astype(np.int32)
    told = np.flatnonzero(after.asked & reviews.fired)
    trust = {}
    for name, shown in (("best", order[:, -10:]), ("same", reviews.items), ("worst", order[:, :10])):
        seen = mind.review(users, after, Shown(shown), 2)
        trust[name] = (mind.update_mindset(users, after, seen, 2).trust - after.trust)[told]
    assert len(told) > N / 2
    assert (trust["best"] > 0).all()
    assert trust["same"] == pytest.approx(0.0, abs=1e-9)
    assert (trust["worst"] <= 0).all()
    assert (trust["worst"] < 0).mean() > 0.5


def test_users_who_may_not_instruct_leave() -> None:
    mute = replace(user(**EAGER), may_instruct=False)
    _, _, loud = one_turn(user(**EAGER))
    _, _, decisions = one_turn(mute)
    assert np.array_equal(decisions.kind > 0, loud.kind > 0)
    assert not (decisions.kind == 1).any()


def test_who_has_no_wish_leaves_silently() -> None:
    _, reviews, decisions = one_turn(user(**EAGER, ask_least=1e9))
    assert (decisions.kind[reviews.fired] == 2).all()


def test_time_is_the_reason_when_time_is_up() -> None:
    _, _, decisions = one_turn(user(leave=-30.0), minutes=0.2)
    assert (decisions.kind == 2).all()
    assert {LEAVE_REASONS[r] for r in decisions.reason} == {"time"}


@pytest.mark.parametrize(
    ("driver", "reason"),
    [("leave_satisfaction", "dissatisfied"), ("leave_boredom", "bored"), ("leave_fatigue", "tired")],
)
def test_the_reason_is_what_drove_the_user_away(driver: str, reason: str) -> None:
    p = dict.fromkeys(("leave_satisfaction", "leave_boredom", "leave_friction", "leave_fatigue"), 0.0)
    mind = user(**{**p, driver: 4000.0, "leave": -20.0, "instruct": -60.0, "arrive": 0.3})
    _, reviews, decisions = one_turn(mind, pickiness=1.0)
    assert reviews.fired.mean() > 0.9
    assert {LEAVE_REASONS[r] for r in decisions.reason[reviews.fired]} == {reason}


def test_nothing_wrong_means_done() -> None:
    p = dict.fromkeys(("leave_satisfaction", "leave_boredom", "leave_friction", "leave_fatigue"), 0.0)
    _, reviews, decisions = one_turn(user(**p, leave=2.0, instruct=-60.0))
    assert {LEAVE_REASONS[r] for r in decisions.reason[reviews.fired]} == {"done"}


def test_who_was_not_heard_and_has_lost_trust_says_so() -> None:
    mind, users = user(leave=30.0, instruct=-60.0), crowd(N)
    minds = replace(mind.start(users), unheard=np.ones(N, np.int32), trust=np.full(N, 0.3))
    reviews = mind.review(users, minds, Shown(slates()[0][:N]), 1)
    after = mind.update_mindset(users, minds, reviews, 1)
    decided = mind.decide(users, after, reviews, 1)
    assert {LEAVE_REASONS[r] for r in decided.reason} == {"unheard"}


def test_only_who_leaves_has_a_day_of_return() -> None:
    _, _, decisions = one_turn(user(leave=-1.5))
    assert np.array_equal(np.isnan(decisions.return_days), decisions.kind != 2)
    assert (decisions.return_days[decisions.kind == 2] >= 1).all()


def test_interests_are_the_strongest_tastes() -> None:
    mind, users = user(), crowd(N)
    for row in range(20):
        found = mind.interests(users, row)
        weights = np.sort(users.facet[row, :-1])[::-1][: len(found)]
        assert list(found.values()) == pytest.approx(weights, abs=1e-3)


# -------------------------------------------------------------------------------- one user


def single(row: int = 0, **parameters: Any) -> EmbeddedMind:
    users = crowd(N).take(np.array([row]))
    return EmbeddedMind(user(**parameters), users)


def view(mindset: Mindset, row: int = 0, turn: int = 1, request: Instruction | None = None) -> UserView:
    ids = stage().catalog.ids
    slots = tuple(Slot(item=ids[i]) for i in slates()[turn - 1][row])
    return UserView(
        persona=people()[row][1],
        mindset=mindset,
        turn=turn,
        slate=Slate(slots=slots),
        request=request,
        turns=(),
        catalog=stage().catalog,
    )


def test_a_mindset_of_messages_holds_the_arrays_exactly() -> None:
    after, _, _ = one_turn(user(**EAGER))
    mind = single(5, **EAGER)
    row = after.take(np.array([5]))
    back = rows_of(mind._mindset(row))
    for field in fields(MindRows):
        if field.name == "wants":
            continue
        before, now = getattr(row, field.name), getattr(back, field.name)
        assert before.dtype == now.dtype, field.name
        assert np.array_equal(before, now), field.name
    for field in fields(WishRows):
        before, now = getattr(row.wants, field.name), getattr(back.wants, field.name)
        assert before.dtype == now.dtype, field.name
        assert np.array_equal(before, now), field.name


def test_a_mindset_of_another_mind_is_refused() -> None:
    with pytest.raises(ValueError, match="not made by an embedded mind"):
        rows_of(Mindset())


def test_each_verb_is_a_function_of_its_arguments() -> None:
    mind = single(**EAGER)
    begun = view(mind.start())
    one, two = (asyncio.run(mind.review(begun)) for _ in range(2))
    assert one == two
    first, second = (asyncio.run(mind.update_mindset(begun, one)) for _ in range(2))
    assert first == second
    assert asyncio.run(mind.decide(begun, one, first[0])) == asyncio.run(mind.decide(begun, one, first[0]))


def test_every_reaction_has_a_thought_and_the_part_behind_it() -> None:
    mind = single(leave=-30.0)
    review = asyncio.run(mind.review(view(mind.start())))
    assert review.seen == 10
    assert review.summary
    for reaction in review.reactions:
        assert reaction.thought
        assert set(reaction.factors) > {"utility"}


def instructing(kind: str = "") -> tuple[int, Instruct]:
    """The first user who asks for something (of a kind), with its decision."""
    for row in range(N):
        mind = single(row, **EAGER, **({"ask_similar": 9.0} if kind == "similar" else {}))
        begun = view(mind.start(), row)
        review = asyncio.run(mind.review(begun))
        mindset, _ = asyncio.run(mind.update_mindset(begun, review))
        decision = asyncio.run(mind.decide(begun, review, mindset))
        if isinstance(decision, Instruct) and (
            not kind or any(d.kind == kind for d in decision.instruction.directives)
        ):
            return row, decision
    raise AssertionError("nobody instructed")


def test_an_instruction_carries_words_and_what_they_mean() -> None:
    _, decision = instructing()
    assert decision.instruction.words
    assert decision.instruction.directives
    assert isinstance(decision.instruction.visible(), Request)


def test_an_item_is_asked_for_by_its_title() -> None:
    _, decision = instructing("similar")
    named = next(d.value for d in decision.instruction.directives if d.kind == "similar")
    assert named in {item.title for item in stage().catalog}
    assert str(named) in decision.instruction.words


def test_what_one_is_against_is_told_apart_from_what_one_wants() -> None:
    after, _, _ = one_turn(user(**EAGER))
    for row in range(N):
        mindset = single(row)._mindset(after.take(np.array([row])))
        assert all(d.kind in ("less", "avoid") for d in mindset.avoids)
        assert all(d.kind not in ("less", "avoid") for d in mindset.wants)


def test_expressive_users_say_why_they_leave_and_others_go_silently() -> None:
    mind = user()
    for expressiveness, silent in ((1.0, False), (0.0, True)):
        users = crowd(N, expressiveness=expressiveness)
        minds = mind.start(users)
        words = [mind.leaving(users, minds, row, "bored", 1) for row in range(N)]
        assert any(words)
        assert (np.mean([not w for w in words]) > 0.5) == silent


def test_leaving_in_messages_has_a_reason() -> None:
    mind = single(leave=30.0, instruct=-60.0)
    begun = view(mind.start())
    review = asyncio.run(mind.review(begun))
    mindset, _ = asyncio.run(mind.update_mindset(begun, review))
    decision = asyncio.run(mind.decide(begun, review, mindset))
    assert isinstance(decision, Leave)
    assert decision.reason in LEAVE_REASONS


def test_the_defaults_are_those_of_the_model_card() -> None:
    card = {name: value for name, value, _, _ in model_card()}
    assert card == {f.name: getattr(BehaviorParameters(), f.name) for f in fields(BehaviorParameters)}
    assert all(source for _, _, _, source in model_card())
    assert {tag for _, _, tag, _ in model_card()} == {"fitted", "literature", "assumed"}
