"""The LLM recommender: its plan, its retrieval, its ranking, and that it never sees what is hidden."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from functools import cache
from typing import Any

import pytest
from pydantic import ValidationError

from app.prompts.vocabulary import Vocabulary
from app.recommenders.given import GivenPlan
from app.recommenders.llm import CANDIDATES, shuffled
from app.recommenders.llm_answers import (
    FILLED,
    PlanAnswer,
    RankAnswer,
    check_rank,
    to_plan,
    to_slate,
)
from graphs.messages import (
    Candidate,
    Directive,
    Instruct,
    Instruction,
    Mindset,
    Persona,
    Plan,
    PublicPersona,
    Request,
    Review,
    Slate,
    Slot,
    Turn,
)
from graphs.ports import RecommenderView
from tests.llm_world import Play, Recording, agent, people, play, shared, stage


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary.of(stage().catalog)


def plan_of(*directives: dict[str, Any], **rest: Any) -> tuple[Plan, Counter[str]]:
    usual = {"facet": None, "value": None, "strength": 1.0, "scope": "session"}
    answer = {"reasoning": "So.", "queries": [], "unknown": [], **rest}
    counts: Counter[str] = Counter()
    given = PlanAnswer.model_validate(answer | {"directives": [usual | one for one in directives]})
    return to_plan(given, vocabulary(), counts), counts


def view(
    persona: Persona | None = None, request: Request | None = None, history: Any = ()
) -> RecommenderView:
    public = (persona or Persona(id="p")).public()
    return RecommenderView(public, len(history) + 1, 10, request, tuple(history), stage().catalog)


def given_plan() -> GivenPlan:
    return GivenPlan(agent(), stage().knowledge, stage().knowledge.visitor(7, PublicPersona(id="p")))


def found_for(plan: Plan, history: Any = ()) -> list[Any]:
    found = asyncio.run(given_plan().retrieve(view(history=history), plan))
    return [stage().catalog[candidate.item] for candidate in found]


# -------------------------------------------------------------------------------------- plan


def test_values_are_written_as_the_catalog_writes_them() -> None:
    plan, counts = plan_of({"kind": "less", "facet": "genre", "value": " horror"})
    assert plan.directives == (Directive(kind="less", facet="genre", value="Horror"),)
    assert not counts


def test_a_facet_of_the_wrong_kind_is_found_where_it_is() -> None:
    plan, _ = plan_of({"kind": "more", "facet": "genre", "value": "revenge"})
    assert (plan.directives[0].facet, plan.directives[0].value) == ("tag", "revenge")


def test_a_value_that_is_no_facet_is_searched_as_text_and_said() -> None:
    plan, counts = plan_of({"kind": "more", "facet": "tag", "value": "submarines"}, queries=["under water"])
    assert plan.directives == ()
    assert plan.queries == ("under water", "submarines")
    assert plan.unknown == ("submarines",)
    assert plan.reasoning == "So. (Not in the catalog: submarines.)"
    assert counts == {"unknown_facets": 1}


def test_what_is_avoided_and_no_facet_is_not_searched_for() -> None:
    plan, _ = plan_of({"kind": "avoid", "facet": "tag", "value": "submarines"})
    assert (plan.queries, plan.unknown) == ((), ("submarines",))


@pytest.mark.parametrize(
    ("kind", "value", "bound"),
    [("newer", "the 1990s", "1990"), ("shorter", "90 minutes", "90"), ("older", None, None)],
)
def test_bounds_are_numbers(kind: str, value: str | None, bound: str | None) -> None:
    plan, counts = plan_of({"kind": kind, "facet": "x", "value": value})
    assert plan.directives[0].value == bound
    assert plan.directives[0].facet == ("duration" if kind == "shorter" else "year")
    assert not counts


@pytest.mark.parametrize("value", ["recent", "99", "12345"])
def test_a_bound_that_is_no_year_is_dropped_and_counted(value: str) -> None:
    plan, counts = plan_of({"kind": "newer", "facet": "year", "value": value})
    assert (plan.directives[0].value, plan.filters, counts) == (None, (), {"empty_bounds": 1})


def test_only_words_of_the_user_exclude() -> None:
    plan, _ = plan_of(
        {"kind": "avoid", "facet": "genre", "value": "Horror"},
        {"kind": "less", "facet": "genre", "value": "War"},
        {"kind": "newer", "value": "1990"},
    )
    assert [d.kind for d in plan.filters] == ["avoid", "newer"]


def test_a_title_is_found_with_or_without_its_year() -> None:
    for value in ("babe", "Babe (1995)"):
        plan, _ = plan_of({"kind": "similar", "facet": "title", "value": value})
        assert plan.directives[0].value == "Babe"


def test_directives_that_say_nothing_are_dropped_and_counted() -> None:
    plan, counts = plan_of({"kind": "more", "facet": "genre"}, {"kind": "surprise", "strength": 0.0})
    assert (plan.directives, counts) == ((), {"empty_directives": 2})


def test_of_two_directives_on_one_facet_the_later_stands() -> None:
    plan, _ = plan_of(
        {"kind": "more", "facet": "genre", "value": "War"},
        {"kind": "avoid", "facet": "genre", "value": "war"},
    )
    assert [d.kind for d in plan.directives] == ["avoid"]


@pytest.mark.parametrize("strength", [-0.1, 1.1, math.nan])
def test_a_strength_outside_of_its_range_is_refused(strength: float) -> None:
    with pytest.raises(ValidationError, match="strength"):
        plan_of({"kind": "surprise", "strength": strength})


# ---------------------------------------------------------------------------------- retrieve


def test_what_the_plan_excludes_is_not_retrieved() -> None:
    plan, _ = plan_of({"kind": "only", "facet": "genre", "value": "Western"})
    found = found_for(plan)
    assert found
    assert all("Western" in item.genres for item in found)


def test_what_the_plan_searches_is_retrieved() -> None:
    word = "submarine"
    found = found_for(plan_of(queries=[word])[0])
    assert any(word in item.description.lower() for item in found[:5])


def test_the_agent_s_own_reading_of_earlier_words_does_not_stand() -> None:
    shown = Slate(slots=(Slot(item=stage().catalog.ids[0]),))
    asked = Turn.model_validate(
        {
            "number": 1,
            "request": Instruction(words="only westerns"),
            "plan": Plan(),
            "slate": shown,
            "review": Review(reactions=(), seen=0),
            "before": Mindset(),
            "after": Mindset(),
            "decision": {"kind": "continue"},
        }
    )
    found = found_for(Plan(), history=(asked.visible(),))
    assert not all("Western" in item.genres for item in found)
    assert shown.items[0] not in [item.id for item in found]


def test_retrieval_is_the_same_whether_a_session_was_followed_or_comes_at_once() -> None:
    session = play(people(1), turns=5, mind="embedded").sessions[0]
    history = tuple(turn.visible() for turn in session.turns)
    followed = given_plan()
    for n in (0, 2, 3, len(history), 1, len(history)):
        now = view(session.persona, history=history[:n])
        plan = plan_of({"kind": "more", "facet": "genre", "value": "Drama"})[0]
        assert asyncio.run(followed.retrieve(now, plan)) == asyncio.run(given_plan().retrieve(now, plan))


# ------------------------------------------------------------------------------------ rerank

CANDIDATE_ROWS = tuple(
    Candidate(item=name, score=1.0 - i / 10, sources=("dense",)) for i, name in enumerate("abcde")
)
NAMED = {name: name for name in "abcde"}


def ranked(*ids: str) -> RankAnswer:
    slots = [{"item": name, "reason": f"why {name}"} for name in ids]
    return RankAnswer.model_validate({"slots": slots, "message": "Here."})


def test_the_slate_is_the_model_s_order_with_its_reasons() -> None:
    counts: Counter[str] = Counter()
    slate = to_slate(ranked("c", "a"), CANDIDATE_ROWS, NAMED, 2, counts)
    assert [(slot.item, slot.reason) for slot in slate.slots] == [("c", "why c"), ("a", "why a")]
    assert slate.slots[0].sources == ("dense", "model")
    assert (slate.message, dict(counts)) == ("Here.", {})


def test_ids_that_are_no_candidates_and_repeated_ones_are_dropped_counted_and_filled_by_fused_rank() -> None:
    counts: Counter[str] = Counter()
    slate = to_slate(ranked("x", "c", "c"), CANDIDATE_ROWS, NAMED, 3, counts)
    assert slate.items == ("c", "a", "b")
    assert [slot.reason for slot in slate.slots] == ["why c", FILLED, FILLED]
    assert slate.slots[1].sources == ("dense",)
    assert counts == {"unknown_items": 1, "repeated_items": 1, "filled_slots": 2}


def test_a_longer_answer_is_cut() -> None:
    assert to_slate(ranked(*"edcba"), CANDIDATE_ROWS, NAMED, 2, Counter()).items == ("e", "d")


def test_an_answer_without_any_candidate_is_asked_for_again() -> None:
    with pytest.raises(ValueError, match=r"no id of a candidate; .* such as 'a', 'b'"):
        check_rank(ranked("x", "y"), ["a", "b"])


def test_the_order_of_candidates_in_the_prompt_says_nothing_of_their_rank() -> None:
    ids = [f"i{n}" for n in range(30)]
    orders = {tuple(shuffled(ids, key, turn)) for key in range(5) for turn in range(5)}
    assert len(orders) == 25
    assert shuffled(ids, 3, 2) == shuffled(ids[::-1], 3, 2)
    places = [shuffled(ids, key, 1).index("i0") for key in range(400)]
    assert abs(sum(places) / len(places) - 14.5) < 1.5


# ---------------------------------------------------------------------------------- sessions


@cache
def played() -> Play:
    return play(people(8), turns=8, mind="embedded")


def test_an_embedded_user_meets_the_llm_recommender() -> None:
    assert all(session.status in ("left", "truncated") for session in played().sessions)
    assert all(len(turn.slate.slots) == 10 for s in played().sessions for turn in s.turns)


def test_a_turn_takes_at_most_two_calls_of_the_recommender() -> None:
    assert played().calls == len(played().recommender.asked) <= 2 * played().turns


def test_nothing_is_planned_for_a_user_of_whom_nothing_is_known() -> None:
    asked = play([(0, Persona(id="p", tastes={"genre:War": 1}))], turns=1).recommender.asked
    assert [prompt.name for _, prompt in asked] == ["recommender/rerank"]


def test_no_item_is_shown_twice_in_a_session() -> None:
    for session in played().sessions:
        shown = [item for turn in session.turns for item in turn.slate.items]
        assert len(shown) == len(set(shown))


def test_the_planning_prompt_is_mostly_the_same_prefix() -> None:
    sessions = played().by_session(played().recommender, "recommender/reason").values()
    assert min(shared(texts) for texts in sessions if len(texts) > 1) > 0.8


def test_the_prompts_hold_what_was_asked_and_what_was_done() -> None:
    said = [
        (session.persona.id, turn.decision.instruction.words)
        for session in played().sessions
        for turn in session.turns[:-1]
        if isinstance(turn.decision, Instruct)
    ]
    assert said
    texts = played().recommender.texts("reason")
    for _, words in said:
        assert any(f"<request>{words}</request>" in text for text in texts)


def test_at_most_thirty_candidates_are_ranked() -> None:
    texts = played().recommender.texts("rerank")
    assert {text.count("<item id=") for text in texts} == {CANDIDATES}


def test_the_same_run_asks_the_same() -> None:
    again = play(people(8)[:1], turns=8, mind="embedded").recommender.texts()
    assert again == [text for at, text in _texts(played().recommender) if at == f"run-{people(1)[0][0]}"]


def _texts(recording: Recording) -> list[tuple[str, str]]:
    return [(at.key, text) for (at, _), text in zip(recording.asked, recording.texts(), strict=True)]
