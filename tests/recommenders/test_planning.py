"""Plans and standing constraints: what stands, what fades, what replaces what, and what gives way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from asking import directive

from app.recommenders.agent import Agent
from app.recommenders.planning import contradicts, is_hard, no_constraints, plan
from app.recommenders.reader import Reading
from app.recommenders.rows import STANDING, ConstraintRows
from graphs.messages import Directive, Plan

HORROR = ("genre", "Horror")
FRENCH = ("country", "France")
JAPANESE = ("country", "Japan")


def plan_of(*directives: Directive) -> Plan:
    return plan(Reading(directives))


def folded(agent: Agent, *turns: Plan | None) -> ConstraintRows:
    """What stands after some turns of one user."""
    standing = no_constraints(1, agent.empty)
    for one in turns:
        standing = agent.planner.fold(standing, [one])
    return standing


def boost(agent: Agent, standing: ConstraintRows, facet: tuple[str, str]) -> float:
    number = agent.knowledge.facets.index[":".join(facet)]
    return float(standing.boost[0][standing.facet[0] == number].sum())


def test_avoid_only_and_bounds_are_filters_and_the_rest_are_weights() -> None:
    bound, direction = directive("newer", "year", "1990"), directive("newer")
    asked = (
        directive("avoid", *HORROR),
        directive("only", *FRENCH),
        bound,
        direction,
        directive("less", *HORROR),
    )
    assert [is_hard(d) for d in asked] == [True, True, True, False, False]
    assert plan_of(*asked).filters == asked[:3]


def test_a_plan_keeps_the_query_and_says_what_it_did_not_understand() -> None:
    made = plan(Reading((), query="submarines", unknown=("submarines", "xyzzy")))
    assert made.queries == ("submarines",)
    assert "Not understood: submarines, xyzzy; searched as text: submarines." in made.reasoning


def test_wishes_fade_and_are_gone_in_the_end(agent: Agent) -> None:
    asked = plan_of(directive("more", *HORROR), directive("newer"), directive("surprise"))
    strengths = [folded(agent, asked, *[None] * wait) for wait in (0, 1, 3, 30)]
    boosts = [boost(agent, standing, HORROR) for standing in strengths]
    assert boosts[0] > boosts[1] > boosts[2] > boosts[3] == 0.0
    assert strengths[3].numeric.any() == False  # noqa: E712 - a numpy bool
    assert all(float(b).is_integer() for b in boosts)


def test_likeness_fades_and_ends(agent: Agent) -> None:
    heat = plan_of(directive("similar", "title", "Heat"))
    assert agent.knowledge.catalog.items[folded(agent, heat, None).like[0]].title == "Heat"
    assert folded(agent, heat, *[None] * 20).like[0] == -1


def test_filters_stand_until_they_are_contradicted(agent: Agent) -> None:
    asked = plan_of(directive("avoid", *HORROR))
    assert folded(agent, asked, *[None] * 30).filters[0] == asked.filters
    assert folded(agent, asked, plan_of(directive("more", *HORROR))).filters[0] == ()


@pytest.mark.parametrize(
    ("old", "new", "replaced"),
    [
        (("avoid", *HORROR), ("more", *HORROR), True),
        (("avoid", *HORROR), ("less", "genre", "Comedy"), False),
        (("only", *FRENCH), ("only", *JAPANESE), True),
        (("only", *FRENCH), ("more", *JAPANESE), True),
        (("only", *FRENCH), ("avoid", *FRENCH), True),
        (("only", *FRENCH), ("avoid", *JAPANESE), False),
        (("only", *FRENCH), ("more", *HORROR), False),
        (("newer", "year", "1990"), ("newer", "year", "1970"), True),
        (("newer", "year", "1990"), ("newer",), False),
        (("newer", "year", "1990"), ("older", "year", "2000"), False),
        (("newer", "year", "1990"), ("older", "year", "1980"), True),
        (("newer", "year", "1990"), ("older",), True),
        (("shorter", "duration", "90"), ("longer",), True),
        (("shorter", "duration", "90"), ("longer", "duration", "60"), False),
        (("shorter", "duration", "90"), ("longer", "duration", "120"), True),
        (("shorter", "duration", "90"), ("older", "year", "1980"), False),
        (("shorter", "duration", "90"), ("surprise",), False),
    ],
)
def test_what_contradicts_a_filter(old: Sequence[str], new: Sequence[str], replaced: bool) -> None:
    assert contradicts(directive(*new), directive(*old)) == replaced


def test_a_replaced_filter_pulls_no_longer(agent: Agent) -> None:
    only = plan_of(directive("only", *FRENCH))
    standing = folded(agent, only, plan_of(directive("more", *JAPANESE)))
    assert boost(agent, standing, FRENCH) == 0.0
    assert boost(agent, standing, JAPANESE) > 80


def test_a_wish_for_one_turn_leaves_what_stood_before(agent: Agent) -> None:
    lasting = plan_of(directive("avoid", *HORROR), directive("more", *FRENCH), directive("newer"))
    brief = plan_of(
        directive("only", *HORROR, scope="turn"), directive("less", *FRENCH, scope="turn"),
        directive("older", scope="turn"), directive("similar", "title", "Heat", scope="turn"),
    )  # fmt: skip
    now, later = folded(agent, lasting, brief), folded(agent, lasting, brief, None)
    plain = folded(agent, lasting, None, None)
    assert now.filters[0] == brief.filters
    assert later.filters[0] == lasting.filters
    for field in ("facet", "boost", "numeric", "like", "liking", "surprise"):
        assert (getattr(later, field) == getattr(plain, field)).all()
    assert all((getattr(now, field) != getattr(plain, field)).any() for field in ("boost", "numeric", "like"))


def test_more_wishes_than_places_replace_the_weakest(agent: Agent) -> None:
    kinds = [name.split(":") for name in agent.knowledge.facets.names[:STANDING]]
    old = plan_of(directive("more", *kinds[0], strength=0.1), *(directive("more", *k) for k in kinds[1:]))
    standing = folded(agent, old, plan_of(directive("more", *FRENCH)))
    assert boost(agent, standing, FRENCH) == 96
    assert boost(agent, standing, (kinds[0][0], kinds[0][1])) == 0
    assert all(boost(agent, standing, (k[0], k[1])) > 0 for k in kinds[1:])


def test_a_wanted_facet_of_one_item_only_becomes_a_search(agent: Agent) -> None:
    lone = next(
        item
        for item in agent.knowledge.catalog
        if f"creator:{item.creator}" not in agent.knowledge.facets.index
    )
    assert folded(agent, plan_of(directive("more", "creator", lone.creator))).queries == [lone.creator]


def test_filters_of_one_kind_are_alternatives_and_of_several_kinds_all_hold(agent: Agent) -> None:
    catalog = agent.knowledge.catalog
    filters = (directive("only", *FRENCH), directive("only", *JAPANESE), directive("avoid", *HORROR))
    expected = [
        bool({FRENCH, JAPANESE} & set(item.all_facets())) and HORROR not in item.all_facets()
        for item in catalog
    ]
    assert agent.planner.allowed(filters).tolist() == expected
    assert 10 < sum(expected) < len(catalog)


@pytest.mark.parametrize(
    ("kind", "facet", "value"),
    [
        ("newer", "year", "1990"),
        ("older", "year", "1950"),
        ("longer", "duration", "150"),
        ("shorter", "duration", "85"),
    ],
)
def test_bounds_include_the_number_itself(agent: Agent, kind: str, facet: str, value: str) -> None:
    above = kind in ("newer", "longer")
    expected = [
        (number >= float(value) if above else number <= float(value))
        for number in (item.year if facet == "year" else item.duration for item in agent.knowledge.catalog)
        if number is not None
    ]
    assert agent.planner.holds(directive(kind, facet, value)).tolist() == expected


def test_the_oldest_filters_give_way_and_no_more_of_them_than_must(agent: Agent) -> None:
    filters = (
        directive("only", "decade", "1920s"),
        directive("only", *JAPANESE),
        directive("avoid", *HORROR),
    )
    standing = folded(agent, plan_of(*filters))
    out = agent.planner.settle(standing, np.zeros((1, len(agent.knowledge.catalog)), bool))
    assert standing.released == [filters[:1]]
    assert standing.filters == [filters[1:]]
    assert (~out[0] == agent.planner.allowed(filters[1:])).all()


def test_a_filter_that_gave_way_for_a_turn_does_not_come_back(agent: Agent) -> None:
    early, tonight = directive("only", "decade", "1910s"), directive("only", *JAPANESE, scope="turn")
    standing = folded(agent, plan_of(early), plan_of(tonight))
    agent.planner.settle(standing, np.zeros((1, len(agent.knowledge.catalog)), bool))
    assert standing.released == [(early,)]
    assert agent.planner.fold(standing, [None]).filters == [()]


def test_what_the_slate_should_be_like_is_not_in_it_unless_nothing_else_is_left(agent: Agent) -> None:
    standing = folded(agent, plan_of(directive("similar", "title", "Heat")))
    seen = np.zeros((1, len(agent.knowledge.catalog)), bool)
    heat = int(standing.like[0])
    assert np.flatnonzero(agent.planner.settle(standing, seen)[0]).tolist() == [heat]
    seen[:], seen[0, heat] = True, False
    assert not agent.planner.settle(standing, seen)[0, heat]


def test_a_title_is_found_whatever_its_case_and_an_item_by_its_id(agent: Agent) -> None:
    catalog = agent.knowledge.catalog
    at = agent.planner.position("hEAT")
    assert at is not None
    assert catalog.items[at].title == "Heat"
    assert agent.planner.position(catalog.ids[5]) == 5
    assert agent.planner.position("no such film") is None
