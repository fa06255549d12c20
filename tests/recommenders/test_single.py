"""A cohort recommender as one user's recommender of messages."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asking import crowd, visitor

from app.minds.single import EmbeddedMind
from app.recommenders.plugin import Plugin
from app.recommenders.registry import RECOMMENDERS, make
from app.recommenders.single import NoSlate, SingleRecommender
from app.runner import run_cohort, run_session
from app.world import Stage, population
from graphs.messages import PublicPersona, Reaction, Request, Review, Session, Slate, Slot, VisibleTurn
from graphs.ports import Recommender, RecommenderView


def single(stage: Stage, name: str) -> SingleRecommender:
    visitor = stage.knowledge.visitor(9, PublicPersona(id="p9"))
    return SingleRecommender(make(name, stage.knowledge), stage.knowledge, visitor)


def view(stage: Stage, words: str | None = None, history: tuple[VisibleTurn, ...] = ()) -> RecommenderView:
    return RecommenderView(
        persona=PublicPersona(id="p9"),
        turn=len(history) + 1,
        slate_size=10,
        request=Request(words=words) if words else None,
        history=history,
        catalog=stage.catalog,
    )


def turn_of(recommender: SingleRecommender, seen: RecommenderView) -> Slate:
    async def go() -> Slate:
        plan = await recommender.reason(seen)
        return await recommender.rerank(seen, plan, await recommender.retrieve(seen, plan))

    return asyncio.run(go())


def skipped(number: int, slate: Slate, words: str | None = None) -> VisibleTurn:
    """A turn in which the user passed over everything."""
    reactions = tuple(
        Reaction(item=item, position=k, actions=("skip",)) for k, item in enumerate(slate.items, 1)
    )
    request = Request(words=words) if words else None
    return VisibleTurn(
        number=number, request=request, slate=slate, review=Review(reactions=reactions, seen=len(reactions))
    )


@pytest.mark.parametrize("name", RECOMMENDERS)
def test_every_recommender_serves_one_user_and_repeats_nothing(name: str, small_stage: Stage) -> None:
    recommender = single(small_stage, name)
    assert isinstance(recommender, Recommender)
    first = turn_of(recommender, view(small_stage))
    second = turn_of(recommender, view(small_stage, None, (skipped(1, first),)))
    assert len(first.items) == len(second.items) == 10
    assert not set(first.items) & set(second.items)
    assert all(slot.reason for slot in (*first.slots, *second.slots))


def test_the_same_view_gives_the_same_slate(film_stage: Stage) -> None:
    recommender = single(film_stage, "agent")
    assert turn_of(recommender, view(film_stage, "more horror")) == turn_of(
        recommender, view(film_stage, "more horror")
    )


def test_a_filter_of_an_earlier_turn_stands(film_stage: Stage) -> None:
    recommender = single(film_stage, "agent")
    first = turn_of(recommender, view(film_stage, "only french films"))
    later = turn_of(recommender, view(film_stage, None, (skipped(1, first, "only french films"),)))
    for item in (*first.items, *later.items):
        assert ("country", "France") in film_stage.catalog[item].all_facets()


def test_a_wish_for_one_turn_is_over_in_the_next(film_stage: Stage) -> None:
    recommender = single(film_stage, "agent")
    words = "only french films tonight"
    first = turn_of(recommender, view(film_stage, words))
    later = turn_of(recommender, view(film_stage, None, (skipped(1, first, words),)))
    french = [("country", "France") in film_stage.catalog[item].all_facets() for item in later.items]
    assert sum(french) < 8


def test_a_plan_is_given_where_nothing_was_asked(film_stage: Stage) -> None:
    plan = asyncio.run(single(film_stage, "popular").reason(view(film_stage)))
    assert plan.reasoning == "Nothing was asked; going by what the user did."


def test_the_random_slate_has_its_propensity(small_stage: Stage) -> None:
    slate = turn_of(single(small_stage, "random"), view(small_stage))
    assert [slot.propensity for slot in slate.slots] == pytest.approx([1 / 25] * 10)


class Remembers:
    """Recommends the next ten items and says what it was told about the slate before."""

    def recommend(self, view: RecommenderView) -> Slate:
        before = view.history[-1].slate.slots[0] if view.history else None
        reason = f"{before.score:g}; {before.reason}" if before else "nothing yet"
        fresh = [item.id for item in view.catalog if item.id not in view.shown][:10]
        return Slate(slots=tuple(Slot(item=item, score=view.turn / 4, reason=reason) for item in fresh))


class Fails:
    def recommend(self, view: RecommenderView) -> list[str]:
        raise RuntimeError("out of ideas")


def play(stage: Stage, simple: Any) -> tuple[Session, list[Any]]:
    """One user alone and in a cohort of one."""
    people, _, _ = population(stage.settings, stage)
    cohort = Plugin(simple, "mine.py:Mine", stage.knowledge)
    person = people[0]
    turns = list(run_cohort(stage.user, cohort, stage.users([person]), stage.visitors([person]), 10, 3))
    mind = EmbeddedMind(stage.user, stage.users([person]))
    alone = SingleRecommender(cohort, stage.knowledge, stage.visitors([person])[0])
    return asyncio.run(run_session(mind, alone, person[1], mind.start(), stage.catalog, 10, 3)), turns


def test_a_plugin_sees_its_own_scores_and_reasons_again_alone_and_in_a_cohort(film_stage: Stage) -> None:
    session, turns = play(film_stage, Remembers())
    alone = [turn.slate.slots[0].reason for turn in session.turns]
    assert alone == [turn.slates.texts[0][0] for turn in turns]
    assert alone[:2] == ["nothing yet", "0.25; nothing yet"]


def test_a_plugin_that_fails_fails_the_session_of_messages_as_data(film_stage: Stage) -> None:
    session, _ = play(film_stage, Fails())
    assert session.status == "failed"
    assert session.failure is not None
    assert (session.failure.node, session.failure.message) == ("rerank", "RuntimeError: out of ideas")


def test_no_items_at_all_is_an_error_too(film_stage: Stage) -> None:
    class Nothing:
        def rerank(self, memory: Any, plans: Any, candidates: Any, turn: int) -> Any:
            slates = popular.rerank(memory, plans, candidates, turn)
            slates.items[:] = -1
            return slates

        def __getattr__(self, name: str) -> Any:
            return getattr(popular, name)

    popular = make("popular", film_stage.knowledge)
    recommender = SingleRecommender(Nothing(), film_stage.knowledge, visitor(film_stage.knowledge, 1, []))
    with pytest.raises(NoSlate, match="the recommender returned no items"):
        turn_of(recommender, view(film_stage))


def test_a_past_outside_of_the_catalog_is_left_out(film_stage: Stage) -> None:
    known = film_stage.catalog.ids[3]
    met = visitor(film_stage.knowledge, 1, [known, "gone"], rating=0.2)
    assert met.items.tolist() == [3]
    assert met.weights.tolist() == [-1]
    assert len(crowd(film_stage.knowledge, 3)) == 3
