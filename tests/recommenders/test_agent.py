"""The embedded agent obeys filters, follows wishes, explores, and says what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from asking import Talk, crowd, directive, reviews, shown, visitor
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog.embedded import films
from app.recommenders.agent import Agent, AgentWeights
from app.recommenders.explaining import heard
from app.recommenders.registry import make
from app.recommenders.rows import COLLABORATIVE, DENSE, EXPLORATION, LEXICAL, SlateRows
from app.world import Stage
from graphs.messages import Directive, Item, Request

CATALOG = films()
FACETS = sorted({pair for item in CATALOG for pair in item.all_facets()})
USERS = 24


def satisfies(item: Item, filters: Sequence[Directive]) -> bool:
    """The definition of hard filters, item by item."""
    for d in filters:
        if d.kind == "avoid" and (d.facet, d.value) in item.all_facets():
            return False
        if d.kind in ("newer", "older", "shorter", "longer"):
            number = item.year if d.facet == "year" else item.duration
            if number is None:
                return False
            if (
                (number < float(d.value or 0))
                if d.kind in ("newer", "longer")
                else (number > float(d.value or 0))
            ):
                return False
    for kind in {d.facet for d in filters if d.kind == "only"}:
        wanted = {(d.facet, d.value) for d in filters if d.kind == "only" and d.facet == kind}
        if not wanted & set(item.all_facets()):
            return False
    return True


FILTERS = st.lists(
    st.one_of(
        st.sampled_from(FACETS).map(lambda pair: directive("avoid", *pair)),
        st.sampled_from(FACETS).map(lambda pair: directive("only", *pair)),
        st.builds(
            lambda kind, year: directive(kind, "year", str(year)),
            st.sampled_from(["newer", "older"]),
            st.integers(1915, 2026),
        ),
        st.builds(
            lambda kind, minutes: directive(kind, "duration", str(minutes)),
            st.sampled_from(["shorter", "longer"]),
            st.integers(60, 220),
        ),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda d: (d.kind, d.facet, d.value),
)


@settings(deadline=None, max_examples=150)
@given(FILTERS)
def test_filters_hold_while_any_item_satisfies_them_and_the_oldest_give_way(filters: list[Directive]) -> None:
    talk = Talk(AGENT(), [visitor(AGENT().knowledge, 1)])
    slates = talk.ask(*filters)
    kept = next(
        filters[k:] for k in range(len(filters) + 1) if any(satisfies(i, filters[k:]) for i in CATALOG)
    )
    assert shown(slates)
    assert all(satisfies(CATALOG.items[i], kept) for i in shown(slates))
    dropped = filters[: len(filters) - len(kept)]
    assert ("I no longer hold to" in slates.messages[0]) == bool(dropped)
    assert all(
        heard(d, CATALOG.noun) in slates.messages[0].rpartition("I no longer hold to")[2] for d in dropped
    )
    fitting = sum(satisfies(item, kept) for item in CATALOG)
    assert len(shown(slates)) == min(10, fitting)


_agents: list[Agent] = []


def AGENT() -> Agent:
    if not _agents:
        from asking import stage_of

        _agents.append(Agent(stage_of(CATALOG).knowledge))
    return _agents[0]


def test_filters_hold_in_later_turns_too(agent: Agent) -> None:
    talk = Talk(agent, crowd(agent.knowledge, 5))
    talk.say("no horror and only french films")
    for _ in range(3):
        slates = talk.say()
        for user in range(5):
            for i in shown(slates, user):
                assert satisfies(CATALOG.items[i], [directive("avoid", "genre", "Horror")])
                assert ("country", "France") in CATALOG.items[i].all_facets()


def test_when_all_that_fits_was_shown_the_filter_gives_way_and_the_message_says_so(agent: Agent) -> None:
    talk = Talk(agent, [visitor(agent.knowledge, 1)])
    fits = [i for i, item in enumerate(CATALOG) if ("decade", "1930s") in item.all_facets()]
    first = [talk.say("only films from the 1930s")]
    while sum(len(shown(slates)) for slates in first) < len(fits):
        first.append(talk.say())
    assert sorted(i for slates in first for i in shown(slates)) == fits
    after = talk.say()
    assert after.messages == [
        "Nothing more fits all you asked for, so I no longer hold to only films from the 1930s."
    ]
    assert len(shown(after)) == 10
    assert talk.say().messages == [""]


def test_a_short_slate_says_that_no_more_fit(agent: Agent) -> None:
    slates = Talk(agent, [visitor(agent.knowledge, 1)]).say("only japanese films from before 1950")
    assert (
        f"Only these {len(shown(slates))} fit." in slates.messages[0] or "Only this one" in slates.messages[0]
    )
    assert 0 < len(shown(slates)) < 10


def test_a_later_wish_that_contradicts_a_filter_replaces_it(agent: Agent) -> None:
    talk = Talk(agent, [visitor(agent.knowledge, 1)])
    assert not any("Horror" in CATALOG.items[i].genres for i in shown(talk.say("no horror")))
    assert (
        sum("Horror" in CATALOG.items[i].genres for i in shown(talk.say("actually, more horror please"))) >= 5
    )


def test_a_wish_for_tonight_lasts_one_turn(agent: Agent) -> None:
    talk = Talk(agent, crowd(agent.knowledge, USERS))
    french = np.array([("country", "France") in item.all_facets() for item in CATALOG])
    tonight, next_turn = talk.say("only french films tonight"), talk.say()
    assert french[tonight.items].all()
    assert french[next_turn.items].mean() < 0.5


def test_unknown_words_are_searched_and_their_hits_are_in_the_slate(agent: Agent) -> None:
    slates = Talk(agent, [visitor(agent.knowledge, 1)]).say("something about submarines")
    hits = [i for i, item in enumerate(CATALOG) if "submarine" in item.description.lower()]
    assert hits
    assert set(hits) <= set(shown(slates))
    assert slates.messages == ["I searched for “submarines”."]
    assert all(slates.source[0, shown(slates).index(i)] & LEXICAL for i in hits)


def test_a_search_that_finds_nothing_says_so_and_still_gives_a_slate(agent: Agent) -> None:
    slates = Talk(agent, [visitor(agent.knowledge, 1)]).say("something about qwertyuiopzzz")
    assert slates.messages == ["I searched for “qwertyuiopzzz” and found nothing."]
    assert len(shown(slates)) == 10


def test_similar_brings_items_nearer_to_the_title_but_not_the_title(agent: Agent) -> None:
    at = agent.planner.position("Alien")
    assert at is not None

    def nearness(words: str | None) -> float:
        slates = Talk(agent, crowd(agent.knowledge, USERS)).say(words)
        assert not (slates.items == at).any() or words is None
        return float((agent.knowledge.dense[slates.items] @ agent.knowledge.dense[at]).mean())

    assert nearness("something like Alien") > 2 * nearness(None)


DIRECTIONS: dict[str, tuple[Callable[[Item], float], int]] = {
    "something newer": (lambda i: float(i.year or 0), 1),
    "something older": (lambda i: float(i.year or 0), -1),
    "something longer": (lambda i: float(i.duration or 0), 1),
    "something shorter": (lambda i: float(i.duration or 0), -1),
    "something popular": (lambda i: i.popularity, 1),
    "something obscure": (lambda i: i.popularity, -1),
}


@pytest.mark.parametrize("words", DIRECTIONS)
def test_a_direction_moves_the_slates_that_way(words: str, agent: Agent) -> None:
    measure, sign = DIRECTIONS[words]
    values = np.array([measure(item) for item in CATALOG])
    plain, asked = (Talk(agent, crowd(agent.knowledge, USERS)).say(w) for w in (None, words))
    moved = sign * (values[asked.items].mean(axis=1) - values[plain.items].mean(axis=1))
    assert moved.mean() > 0.4 * values.std()
    assert (moved > 0).mean() > 0.9


def test_surprise_moves_away_from_the_profile(agent: Agent) -> None:
    people = crowd(agent.knowledge, USERS)
    profile = Talk(agent, people).memory.own.profile.total

    def nearness(words: str | None) -> np.ndarray:
        items = Talk(agent, people).say(words).items
        return np.asarray((agent.knowledge.dense[items] @ profile[:, :, None])[:, :, 0].mean(axis=1))

    plain, surprised = nearness(None), nearness("surprise me")
    assert surprised.mean() < 0.7 * plain.mean()
    assert (surprised < plain).mean() > 0.9


@pytest.mark.parametrize(("words", "sign"), [("more comedies", 1), ("less drama", -1), ("fewer dramas", -1)])
def test_more_and_less_of_a_facet_are_heard(words: str, sign: int, agent: Agent) -> None:
    genre = "Comedy" if sign > 0 else "Drama"
    has = np.array([genre in item.genres for item in CATALOG])
    plain, asked = (Talk(agent, crowd(agent.knowledge, USERS)).say(w) for w in (None, words))
    assert sign * (has[asked.items].mean() - has[plain.items].mean()) > 0.2


def pairwise(agent: Agent, slates: SlateRows) -> float:
    near = agent.knowledge.dense[slates.items]
    return float((near @ near.transpose(0, 2, 1)).mean())


def test_the_diversity_weight_makes_slates_more_diverse(film_stage: Stage) -> None:
    agents = [Agent(film_stage.knowledge, AgentWeights(diversity=weight)) for weight in (0.0, 0.5, 2.0)]
    alike = [pairwise(agent, Talk(agent, crowd(agent.knowledge, USERS)).say()) for agent in agents]
    assert alike[0] > 1.1 * alike[1] > 1.2 * alike[2]


def test_the_agent_learns_what_is_opened_in_the_session(agent: Agent) -> None:
    has = np.array(["Science Fiction" in item.genres for item in CATALOG])
    talk = Talk(agent, [visitor(agent.knowledge, key) for key in range(USERS)])
    talk.say("more science fiction", genre="Science Fiction")
    later = [talk.say(genre="Science Fiction") for _ in range(4)][-1]
    indifferent = Talk(agent, [visitor(agent.knowledge, key) for key in range(USERS)])
    indifferent.say("more science fiction")
    ignored = [indifferent.say() for _ in range(4)][-1]
    assert has[later.items].mean() > has[ignored.items].mean() + 0.1


def test_the_deaf_agent_ignores_requests(film_stage: Stage, agent: Agent) -> None:
    people = crowd(film_stage.knowledge, 5)
    deaf = make("deaf", film_stage.knowledge)
    told, untold, hearing = (
        Talk(recommender, people).say(words)
        for recommender, words in ((deaf, "only horror"), (deaf, None), (agent, "only horror"))
    )
    assert told.items.tolist() == untold.items.tolist() != hearing.items.tolist()
    assert told.messages == [""] * 5


def test_some_slots_explore(agent: Agent) -> None:
    talk = Talk(agent, [visitor(agent.knowledge, key) for key in range(60)])
    sources = np.concatenate([talk.say(genre="Drama").source for _ in range(6)])
    assert 0.02 < ((sources & EXPLORATION) > 0).mean() < 0.3


def test_all_slots_are_filled_and_scores_do_not_miss(agent: Agent) -> None:
    talk = Talk(agent, crowd(agent.knowledge, 20))
    for words in (None, "no drama", None, "something like Heat"):
        slates = talk.say(words)
        assert (slates.items >= 0).all()
        assert (np.abs(slates.score) < 100).all()
        assert all(len(set(row)) == 10 for row in slates.items.tolist())


def test_a_new_user_of_whom_nothing_is_known_is_not_shown_the_start_of_the_catalog(agent: Agent) -> None:
    slates = Talk(agent, [visitor(agent.knowledge, 1)]).say()
    popularity = np.array([item.popularity for item in CATALOG])
    assert not (slates.source & (DENSE | COLLABORATIVE)).any()
    assert popularity[shown(slates)].mean() > popularity.mean() + 0.2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("no horror please", "You asked for no horror."),
        ("more comedies and less drama", "You asked for comedies and fewer dramas."),
        ("something like Heat but shorter", "You asked for something like Heat and something shorter."),
        ("before 1980", "You asked for nothing after 1980."),
        ("surprise me", "You asked for something different."),
        ("french films about submarines", "You asked for French films. I searched for “submarines”."),
        ("hello", "I am not sure what you mean; here is my best guess."),
    ],
)
def test_the_message_says_what_was_heard(words: str, message: str, agent: Agent) -> None:
    assert Talk(agent, [visitor(agent.knowledge, 1)]).say(words).messages == [message]


def test_blocks_of_users_do_not_change_a_slate(agent: Agent) -> None:
    people = crowd(agent.knowledge, 700)
    whole = Talk(agent, people)
    requests = [Request(words="more horror, something newer") if k % 3 else None for k in range(700)]
    memory = whole.memory
    plans = agent.reason(memory, requests, 1)
    slates = agent.rerank(memory, plans, agent.retrieve(memory, plans, 1), 1)
    for k in (0, 301, 587, 699):
        alone = agent.start([people[k]])
        plan = agent.reason(alone, [requests[k]], 1)
        one = agent.rerank(alone, plan, agent.retrieve(alone, plan, 1), 1)
        for field in ("items", "score", "source", "reason"):
            assert (getattr(one, field)[0] == getattr(slates, field)[k]).all()
        assert one.messages[0] == slates.messages[k]


def test_reactions_count_by_what_they_say(agent: Agent) -> None:
    talk = Talk(agent, [visitor(agent.knowledge, 1)])
    before = talk.memory.own.profile.total.copy()
    slates = talk.say()
    disliked = reviews(slates.items)
    disliked.actions[:] = 1 << 4 | 1 << 1
    memory = agent.observe(talk.memory, talk.plans, slates, disliked, 2)  # type: ignore[arg-type]
    down = agent.knowledge.dense[slates.items[0]].sum(axis=0)
    assert (memory.own.profile.total[0] == before[0] - down - 3 * down).all()


def test_exposure_to_a_facet_wears_off(agent: Agent) -> None:
    talk = Talk(agent, [visitor(agent.knowledge, 1)])
    first, second = shown(talk.say()), shown(talk.say())

    def counts(items: list[int]) -> np.ndarray:
        return np.asarray(agent.knowledge.facets.matrix[items].sum(axis=0))

    expected = 0.7 * counts(first) + counts(second)
    assert talk.memory.own.worn[0, :-1] == pytest.approx(expected, abs=1e-5)
    assert (talk.memory.own.shown[0, :-1] == counts(first + second)).all()


def test_curiosity_prefers_facets_that_were_not_shown(film_stage: Stage) -> None:
    def known_facets(curious: float) -> float:
        agent = Agent(film_stage.knowledge, AgentWeights(curious=curious))
        talk = Talk(agent, crowd(agent.knowledge, USERS))
        before = talk.memory.own.shown[:, :-1] > 0
        items = talk.say().items
        has = agent.knowledge.facets.matrix
        return float(np.mean([(has[items[user]] * before[user]).sum() for user in range(USERS)]))

    assert known_facets(3.0) < 0.9 * known_facets(0.0)
