"""The one topology over messages: order, routing, what is closed and what is hidden."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from typing import Any

import pytest

from graphs.messages import Continue, Leave, Mindset, Persona, Slate, Slot
from graphs.recommender import recommender_graph
from graphs.session import VERBS, session_graph
from graphs.state import CohortRecommenderState, RecommenderState, SessionState, UserState, World
from graphs.user import user_graph
from tests.graphs.world import Mind, Recommender, Shelf, ask, stays

PERSONA = Persona(id="p", name="P", bio="secret bio", tastes={"genre:Horror": 1.0})


def play(mind: Mind, recommender: Recommender | None = None, max_turns: int = 5) -> dict[str, Any]:
    world = World(
        mind=mind,
        recommender=recommender or Recommender(),
        reward=stays,
        catalog=Shelf(),
        slate_size=3,
        max_turns=max_turns,
    )
    state = SessionState(persona=PERSONA, public=PERSONA.public())
    final: dict[str, Any] = asyncio.run(session_graph().ainvoke(state, context=world))  # type: ignore[call-overload]
    return final


def test_a_session_ends_when_the_user_leaves() -> None:
    final = play(Mind([Continue(), Leave(reason="bored")]))
    assert final["status"] == "left"
    assert [turn.number for turn in final["turns"]] == [1, 2]
    assert [turn.reward for turn in final["turns"]] == [1.0, 0.0]


def test_a_session_is_truncated_at_the_turn_limit() -> None:
    final = play(Mind(), max_turns=4)
    assert final["status"] == "truncated"
    assert len(final["turns"]) == 4


def test_an_instruction_reaches_the_next_turn_and_only_that() -> None:
    recommender = Recommender()
    final = play(Mind([ask("less horror"), Continue(), Leave(reason="done")]), recommender)
    assert [view.request.words if view.request else None for view in recommender.views] == [
        None, "less horror", None,
    ]  # fmt: skip
    assert final["turns"][1].request.words == "less horror"
    assert final["turns"][1].plan.queries == ("less horror",)


def test_a_mind_may_decide_in_the_same_breath() -> None:
    final = play(Mind([Leave(reason="done")], in_one_breath=True))
    assert final["turns"][0].decision == Leave(reason="done")


def test_the_mindset_of_a_turn_is_the_next_ones_before() -> None:
    first, second, *_ = play(Mind())["turns"]
    assert first.after == second.before == Mindset(satisfaction=0.1)


def test_the_recommender_sees_no_thought_no_mindset_and_no_bio() -> None:
    recommender = Recommender()
    play(Mind(), recommender, max_turns=3)
    view = recommender.views[-1]
    assert len(view.history) == 2
    assert "secret" not in repr(view)
    assert "hm" not in repr(view.history)
    assert all(reaction.factors == {} for turn in view.history for reaction in turn.review.reactions)


def test_the_recommenders_states_have_no_field_for_what_is_hidden() -> None:
    hidden = {
        "mindset",
        "persona",
        "instruction",
        "turns",
        "reviewed",
        "updated",
        "users",
        "minds",
        "decision",
    }
    for state in (RecommenderState, CohortRecommenderState):
        assert not hidden & {field.name for field in fields(state)}


def test_no_item_is_shown_twice_by_a_recommender_that_looks_at_what_was_shown() -> None:
    shown = [item for turn in play(Mind(), max_turns=5)["turns"] for item in turn.slate.items]
    assert len(shown) == len(set(shown)) == 15


def test_both_forms_have_the_same_drawing() -> None:
    message, cohort = session_graph().get_graph(), session_graph(cohort=True).get_graph()
    assert message.draw_mermaid() == cohort.draw_mermaid()
    assert [name for name in message.nodes if not name.startswith("__")] == list(VERBS)


def test_the_last_verb_goes_back_or_ends() -> None:
    edges = {(edge.source, edge.target) for edge in session_graph().get_graph().edges}
    assert {target for source, target in edges if source == "score"} == {"reason", "__end__"}


def test_the_user_alone_goes_from_a_slate_to_a_decision() -> None:
    world = World(mind=Mind([Leave(reason="done")]), recommender=None, reward=None, catalog=Shelf())
    state = UserState(persona=PERSONA, slate=Slate(slots=(Slot(item="i1"),)))
    final = asyncio.run(user_graph().ainvoke(state, context=world))  # type: ignore[call-overload]
    assert final["decision"] == Leave(reason="done")
    assert final["reviewed"].seen == 1


def test_the_user_alone_without_a_slate_says_what_is_missing() -> None:
    world = World(mind=Mind(), recommender=None, reward=None, catalog=Shelf())
    with pytest.raises(ValueError, match="no slate"):
        asyncio.run(user_graph().ainvoke(UserState(persona=PERSONA), context=world))  # type: ignore[call-overload]


def test_the_recommender_alone_goes_from_a_request_to_a_slate() -> None:
    world = World(mind=None, recommender=Recommender(), reward=None, catalog=Shelf(), slate_size=4)
    final = asyncio.run(recommender_graph().ainvoke(RecommenderState(public=PERSONA.public()), context=world))  # type: ignore[call-overload]
    assert final["slate"].items == ("i0", "i1", "i2", "i3")


def test_a_turn_that_lacks_a_part_is_not_scored() -> None:
    class Silent(Mind):
        async def update_mindset(self, view: Any, review: Any) -> Any:
            return None, Continue()

    with pytest.raises(ValueError, match="without updated"):
        play(Silent())


def test_a_user_view_gives_the_items_of_its_slate() -> None:
    mind = Mind([Leave(reason="done")])
    play(mind)
    assert [item.title for item in mind.views[0].items] == ["Item 0", "Item 1", "Item 2"]
