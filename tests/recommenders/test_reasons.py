"""Every reason is true of its item and its user, as far as anybody could see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pytest
from asking import Talk, small_catalog, stage_of, visitor

from app.catalog.embedded import films
from app.catalog.text import tokens
from app.recommenders import reasons as codes
from app.recommenders.messages import actions_of
from app.recommenders.reasons import DIRECTIONS, pack, reason_text, unpack
from app.recommenders.rows import COLLABORATIVE, EXPLORATION, MODEL
from app.runner import run_cohort
from app.settings import Settings
from app.world import Stage, population
from graphs.messages import Directive, Item, Persona

NAMES = {value: name for name, value in vars(codes).items() if type(value) is int and name != "_BASE"}

CLOSE, IN_LINE, OPENED = 0.34, 0.24, 2
"""What the reasons claim, a rounding error below the agent's own bounds."""


@dataclass
class Seen:
    """One user as anybody could see it: what it consumed and skipped, what it was shown, and what it said."""

    persona: Persona
    liked: set[int] = field(default_factory=set)
    weights: Counter[int] = field(default_factory=Counter)
    looked_at: list[int] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)
    asked: list[Directive] = field(default_factory=list)
    query: str = ""

    def react(self, item: int, actions: tuple[str, ...], watched: float) -> None:
        good = {"like", "save", "share"} & set(actions)
        weight = -1 if "open" not in actions else 2 if watched >= 0.5 else 0
        weight = 3 if good else weight
        self.note(item, -3 if "dislike" in actions else weight)

    def note(self, item: int, weight: int) -> None:
        self.looked_at.append(item)
        self.weights[item] += weight
        if weight > 0:
            self.liked.add(item)

    def profile(self, dense: np.ndarray) -> np.ndarray:
        return np.asarray(sum((w * dense[i] for i, w in self.weights.items()), np.zeros(dense.shape[1])))


@dataclass
class Slot:
    """One explained slot, and its user just before it was shown."""

    stage: Stage
    user: Seen
    item: int
    reason: int
    source: int


def sessions(stage: Stage, name: str) -> Iterator[Slot]:
    """All slots of some sessions with the embedded users, who ask for things in words."""
    people, _, _ = population(stage.settings, stage)
    everyone = [_arrival(stage, persona) for _, persona in people]
    run = run_cohort(
        stage.user,
        stage.recommender(name),
        stage.users(people),
        stage.visitors(people),
        10,
        stage.settings.max_turns,
    )
    for turn in run:
        for row, session in enumerate(turn.sessions):
            user, plan = everyone[session], turn.plans.plans[row]
            user.asked += plan.directives if plan else ()
            user.query = " ".join(plan.queries) if plan else ""
            places = [place for place in range(10) if turn.slates.items[row, place] >= 0]
            for place in places:
                item, reason = int(turn.slates.items[row, place]), int(turn.slates.reason[row, place])
                yield Slot(stage, user, item, reason, int(turn.slates.source[row, place]))
            for place in places:
                item = int(turn.slates.items[row, place])
                user.shown.add(item)
                if place < turn.reviews.seen[row]:
                    acted = actions_of(int(turn.reviews.actions[row, place]))
                    user.react(item, acted, float(turn.reviews.watched[row, place]))


def _arrival(stage: Stage, persona: Persona) -> Seen:
    user = Seen(persona)
    for past in persona.history:
        if past.item in stage.catalog:
            user.note(
                stage.catalog.position[past.item], 2 if past.rating is None or past.rating >= 0.6 else -1
            )
    return user


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9))


def asked_for(slot: Slot, *kinds: str) -> list[Directive]:
    return [d for d in slot.user.asked if d.kind in kinds]


def _asked(slot: Slot, target: int) -> bool:
    pair = tuple(slot.stage.facets.names[target].split(":", 1))
    return pair in slot.stage.catalog.items[slot.item].all_facets() and any(
        (d.facet, d.value) == pair for d in asked_for(slot, "more", "only")
    )


def _number(slot: Slot, target: int) -> bool:
    column = ("year", "duration", "popularity")[target // 2]
    values = np.array([getattr(item, column) or np.nan for item in slot.stage.catalog], float)
    above = values[slot.item] > np.nanmean(values)
    return bool(asked_for(slot, DIRECTIONS[target])) and above == (target % 2 == 0)


def _like(slot: Slot, target: int) -> bool:
    title = slot.stage.catalog.items[target].title
    return any(d.value == title for d in asked_for(slot, "similar")) and near(slot, target) >= CLOSE


def near(slot: Slot, other: int) -> float:
    return cosine(slot.stage.dense[slot.item], slot.stage.dense[other])


def _words(slot: Slot, _: int) -> bool:
    return bool(set(tokens(slot.user.query)) & set(tokens(_text(slot.stage.catalog.items[slot.item]))))


def _text(item: Item) -> str:
    return f"{item.title} {item.description} {' '.join(value for _, value in item.all_facets())}"


def _similar(slot: Slot, target: int) -> bool:
    return target in slot.user.liked and target != slot.item and near(slot, target) >= CLOSE


def _learned(slot: Slot, target: int) -> bool:
    items = slot.stage.catalog.items
    pair = tuple(slot.stage.facets.names[target].split(":", 1))
    has = [pair in items[i].all_facets() for i in slot.user.looked_at]
    opened = [i in slot.user.liked for i in slot.user.looked_at]
    of_them = sum(a and b for a, b in zip(has, opened, strict=True))
    usual = sum(opened) / len(opened)
    return pair in items[slot.item].all_facets() and of_them >= OPENED and of_them / sum(has) > usual


def _top_fifth(slot: Slot, column: str) -> bool:
    values = [getattr(item, column) for item in slot.stage.catalog]
    return values[slot.item] >= np.quantile(values, 0.8) - 1e-6


def _together(slot: Slot, _: int) -> bool:
    weights = _model(slot.stage).weights
    return bool(slot.source & COLLABORATIVE) and sum(weights[i, slot.item] for i in slot.user.liked) > 0


_models: dict[int, Any] = {}


def _model(stage: Stage) -> Any:
    if id(stage) not in _models:
        _models[id(stage)] = stage.recommender("ease").weights
    return _models[id(stage)]


TRUE = {
    codes.ASKED: _asked,
    codes.ASKED_NUMBER: _number,
    codes.ASKED_LIKE: _like,
    codes.ASKED_WORDS: _words,
    codes.SIMILAR: _similar,
    codes.LEARNED: _learned,
    codes.POPULAR: lambda slot, _: _top_fifth(slot, "popularity"),
    codes.ACCLAIMED: lambda slot, _: _top_fifth(slot, "quality"),
    codes.TOGETHER: _together,
    codes.NEAREST: lambda slot, _: cosine(
        slot.stage.dense[slot.item], slot.user.profile(slot.stage.dense)
    ) >= IN_LINE,
    codes.EXPLORE: lambda slot, _: bool(slot.source & EXPLORATION),
    codes.REST: lambda slot, _: slot.item not in slot.user.shown,
}  # fmt: skip


@cache
def told(catalog: str) -> list[tuple[Slot, int, bool]]:
    """(slot, code, whether it is true) of all slots of some sessions with the agent."""
    whole = films() if catalog == "films" else small_catalog(200, 120)
    world = Stage(whole, Settings(seed=5, sessions=60, max_turns=8))
    return [(slot, *_judged(slot)) for slot in sessions(world, "agent")]


def _judged(slot: Slot) -> tuple[int, bool]:
    code, target = unpack(slot.reason)
    return code, bool(TRUE[code](slot, target))


@pytest.mark.slow
@pytest.mark.parametrize("catalog", ["films", "small"])
def test_every_slot_of_the_agent_has_a_reason_that_is_true(catalog: str) -> None:
    wrong = Counter(NAMES[code] for _, code, true in told(catalog) if not true)
    assert wrong == Counter()
    assert len(told(catalog)) > 2000


@pytest.mark.slow
def test_the_sessions_meet_most_reasons() -> None:
    met = {code for catalog in ("films", "small") for _, code, _ in told(catalog)}
    assert met >= {
        codes.ASKED, codes.ASKED_NUMBER, codes.ASKED_LIKE, codes.SIMILAR, codes.LEARNED, codes.POPULAR,
        codes.TOGETHER, codes.NEAREST,
    }  # fmt: skip


def test_what_is_searched_for_is_explained_by_the_words(agent: Any) -> None:
    slates = Talk(agent, [visitor(agent.knowledge, 1)]).say("something about submarines")
    texts = [reason_text(int(r), agent.knowledge.catalog, agent.knowledge.facets) for r in slates.reason[0]]
    hits = [i for i in slates.items[0] if "submarine" in tokens(_text(agent.knowledge.catalog.items[i]))]
    explained = [
        i for i, text in zip(slates.items[0], texts, strict=True) if text == "It matches your words."
    ]
    assert explained == hits != []


def test_an_item_that_comes_back_is_not_close_to_itself(small_stage: Stage) -> None:
    talk = Talk(small_stage.recommender("agent"), [visitor(small_stage.knowledge, 1)])
    for _ in range(3):
        talk.say(genre="Horror")
    liked = int(talk.memory.own.profile.liked[0])
    again = [talk.say() for _ in range(3)]
    why = [int(r) for slates in again for r in slates.reason[0][slates.items[0] == liked]]
    assert why
    assert int(pack(codes.SIMILAR, liked)) not in why


@pytest.mark.parametrize(
    ("code", "name", "sentence"),
    [
        (codes.ASKED, "genre:Horror", "You asked for horror."),
        (codes.ASKED, "genre:Comedy", "You asked for comedies."),
        (codes.LEARNED, "country:South Korea", "You tend to open South Korean films."),
        (codes.LEARNED, "decade:1990s", "You tend to open films from the 1990s."),
    ],
)
def test_facets_are_explained_in_plain_words(film_stage: Stage, code: int, name: str, sentence: str) -> None:
    packed = int(pack(code, film_stage.facets.index[name]))
    assert reason_text(packed, film_stage.catalog, film_stage.facets) == sentence


def test_items_and_directions_are_named(film_stage: Stage) -> None:
    def text(packed: Any) -> str:
        return reason_text(int(packed), film_stage.catalog, film_stage.facets)

    title = film_stage.catalog.items[7].title
    assert text(pack(codes.SIMILAR, 7)) == f"Close to {title}."
    assert text(pack(codes.ASKED_LIKE, 7)) == f"You asked for something like {title}."
    assert text(pack(codes.ASKED_NUMBER, 1)) == "You asked for something older."
    assert text(pack(codes.ASKED_NUMBER, 2)) == "You asked for something longer."
    assert text(pack(codes.SIMILAR)) == "Close in content to what you opened."
    assert text(pack(codes.NONE)) == ""


@pytest.mark.parametrize("code", [c for c in NAMES if c not in (codes.NONE, codes.ASKED, codes.LEARNED)])
def test_every_code_has_a_sentence(code: int, film_stage: Stage) -> None:
    text = reason_text(int(pack(code, 3)), film_stage.catalog, film_stage.facets)
    assert text[0].isupper()
    assert text.endswith((".", ".”", "?.", "!."))


@pytest.mark.parametrize("code", range(14))
@pytest.mark.parametrize("target", [-1, 0, 5, 99_999])
def test_codes_and_targets_survive_packing(code: int, target: int) -> None:
    assert unpack(int(pack(code, target))) == (code, target)


def test_slots_that_are_empty_have_no_reason(agent: Any) -> None:
    slates = Talk(agent, [visitor(agent.knowledge, 1)]).say("only japanese films from before 1950")
    empty = slates.items[0] < 0
    assert empty.any()
    assert (slates.reason[0][empty] == codes.NONE).all()
    assert not (slates.source[0] & MODEL).any()


@pytest.mark.parametrize("name", ["content", "itemknn", "ease", "popular", "random"])
def test_reasons_of_baselines_are_true(name: str) -> None:
    world = stage_of(small_catalog(200, 120), sessions=20, max_turns=5)
    for slot in sessions(world, name):
        code, target = unpack(slot.reason)
        if code == codes.SIMILAR:
            assert target == -1
            assert cosine(world.dense[slot.item], slot.user.profile(world.dense)) > 0.1
        elif code == codes.TOGETHER:
            weights = world.recommender(name).weights.weights if name == "itemknn" else _model(world).weights
            assert sum(weights[i, slot.item] for i in slot.user.liked) > 0
        elif code == codes.POPULAR and name == "content":
            assert not slot.user.profile(world.dense).any()
