"""The one topology over arrays: finished sessions drop out, the rest go on in lock-step."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphs.session import FAILED, GOES_ON, LEFT, TRUNCATED, session_graph
from graphs.state import CohortState, CohortTurn, Rows, World
from tests.graphs.world import CohortMind, CohortRecommender, Memory, Minds, Slates, Users, cohort_reward


def play(
    leaves_at: list[int], recommender: CohortRecommender | None = None, max_turns: int = 4
) -> list[CohortTurn]:
    n = len(leaves_at)
    state = CohortState(
        sessions=np.arange(n),
        users=Users(np.array(leaves_at)),
        minds=Minds(np.zeros(n)),
        memory=Memory(np.zeros(n)),
        requests=[None] * n,
    )
    world = World(
        mind=CohortMind(),
        recommender=recommender or CohortRecommender(),
        reward=cohort_reward,
        max_turns=max_turns,
    )
    updates = session_graph(cohort=True).stream(state, context=world, stream_mode="updates")  # type: ignore[call-overload]
    return [update["score"]["finished"] for update in updates if "score" in update]


def test_each_session_ends_at_its_own_turn() -> None:
    turns = play([2, 1, 3])
    assert [turn.sessions.tolist() for turn in turns] == [[0, 1, 2], [0, 2], [2]]
    assert [turn.ended.tolist() for turn in turns] == [[GOES_ON, LEFT, GOES_ON], [LEFT, GOES_ON], [LEFT]]


def test_the_turn_limit_truncates_who_is_left() -> None:
    turns = play([9, 1], max_turns=3)
    assert turns[-1].sessions.tolist() == [0]
    assert turns[-1].ended.tolist() == [TRUNCATED]


def test_rows_of_state_follow_their_session() -> None:
    turns = play([1, 3])
    assert turns[1].minds.turn.tolist() == [2.0]
    assert turns[2].minds.turn.tolist() == [3.0]


def test_requests_reach_the_next_turn_of_the_same_session() -> None:
    recommender = CohortRecommender()
    turns = play([1, 3], recommender)
    assert recommender.heard == [[None, None], ["more"], [None]]
    assert turns[1].requests[0].words == "more"  # type: ignore[union-attr]


def test_a_session_without_a_slate_fails_alone() -> None:
    turns = play([9, 9], CohortRecommender(fails=(1,)), max_turns=2)
    assert turns[0].ended.tolist() == [GOES_ON, FAILED]
    assert turns[1].sessions.tolist() == [0]


def test_the_recommender_observes_only_the_visible_review() -> None:
    recommender = CohortRecommender()
    play([3], recommender)
    assert recommender.secrets == [None, None]


def test_rewards_come_with_the_turn() -> None:
    assert [turn.rewards.tolist() for turn in play([2])] == [[1.0], [0.0]]


def test_taking_rows_goes_into_nested_rows_lists_and_leaves_the_rest() -> None:
    class Nested(Slates):
        pass

    rows: Any = Slates(items=Users(leaves_at=["a", "b", "c"]))
    taken = rows.take(np.array([2, 0]))
    assert taken.items.leaves_at == ["c", "a"]
    assert Slates(items=None).take(np.array([0])).items is None
    assert isinstance(taken, Rows)
