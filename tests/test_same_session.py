"""A session alone, of messages, and in a cohort, of arrays, is the same session."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from app.minds.single import EmbeddedMind
from app.recommenders.messages import actions_of
from app.recommenders.single import SingleRecommender
from app.runner import run_cohort, run_session
from app.settings import Settings
from app.world import Stage, open_catalog, population
from graphs.messages import Instruct, Leave, Session
from graphs.state import CohortTurn

USERS, TURNS = 40, 12


def stage(**settings: Any) -> Stage:
    given = Settings(sessions=USERS, max_turns=TURNS, seed=11, **settings)
    return Stage(open_catalog(given.catalog), given)


def cohort(world: Stage, people: list[Any], name: str) -> list[CohortTurn]:
    users, visitors = world.users(people), world.visitors(people)
    return list(run_cohort(world.user, world.recommender(name), users, visitors, 10, TURNS))


def alone(world: Stage, person: tuple[int, Any], name: str, recommender: Any) -> Session:
    mind = EmbeddedMind(world.user, world.users([person]))
    (visitor,) = world.visitors([person])
    single = SingleRecommender(recommender, world.knowledge, visitor)
    return asyncio.run(run_session(mind, single, person[1], mind.start(), world.catalog, 10, TURNS))


def row_of(turn: CohortTurn, session: int) -> int | None:
    found = np.flatnonzero(turn.sessions == session)
    return int(found[0]) if found.size else None


@pytest.mark.parametrize("name", ["agent", "popular", "random", "content"])
def test_a_session_alone_and_in_a_cohort_are_the_same(name: str) -> None:
    world = stage()
    people, _, _ = population(world.settings, world)
    turns = cohort(world, people, name)
    recommender = world.recommender(name)
    for session in range(0, USERS, 7):
        single = alone(world, people[session], name, recommender)
        rows = [row_of(turn, session) for turn in turns]
        assert single.status in ("left", "truncated")
        assert len(single.turns) == sum(row is not None for row in rows)
        for message, turn, row in zip(single.turns, turns, rows, strict=False):
            assert row is not None
            shown = [world.catalog.ids[i] for i in turn.slates.items[row] if i >= 0]
            assert list(message.slate.items) == shown
            assert message.review.seen == turn.reviews.seen[row]
            acted = [actions_of(int(a)) for a in turn.reviews.actions[row][: message.review.seen]]
            assert [r.actions for r in message.review.reactions] == acted
            for field in ("satisfaction", "boredom", "fatigue", "trust", "mood"):
                assert getattr(message.after, field) == pytest.approx(
                    getattr(turn.minds, field)[row], abs=1e-9
                )
            request = turn.decisions.requests[row]
            if isinstance(message.decision, Instruct):
                assert request is not None
                assert message.decision.instruction.words == request.words
            assert isinstance(message.decision, Leave) == (turn.decisions.kind[row] == 2)


@pytest.mark.parametrize("name", ["agent", "random"])
def test_a_cohort_does_not_depend_on_who_else_is_in_it(name: str) -> None:
    world = stage()
    people, _, _ = population(world.settings, world)
    whole = cohort(world, people, name)
    part = cohort(world, people[5:9], name)
    for all_turn, some_turn in zip(whole, part, strict=False):
        for session in range(4):
            at, other = row_of(all_turn, session + 5), row_of(some_turn, session)
            assert (at is None) == (other is None)
            if at is not None and other is not None:
                assert (all_turn.slates.items[at] == some_turn.slates.items[other]).all()
                assert (all_turn.reviews.actions[at] == some_turn.reviews.actions[other]).all()
                assert all_turn.minds.satisfaction[at] == some_turn.minds.satisfaction[other]
