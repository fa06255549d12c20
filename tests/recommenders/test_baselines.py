"""The baselines do what their names say, with what they may see."""

from __future__ import annotations

import numpy as np
import pytest
from asking import Talk, crowd, reviews, shown, small_catalog, stage_of, visitor

from app.catalog.embedded import films
from app.errors import UsageError
from app.recommenders import reasons as codes
from app.recommenders.baselines import Random
from app.recommenders.collaborative import ease, itemknn
from app.recommenders.knowledge import Knowledge
from app.recommenders.registry import RECOMMENDERS, make
from app.recommenders.rows import no_plans
from app.world import Stage

ALL = tuple(RECOMMENDERS)
LEARNING = ("itemknn", "ease")


def test_popular_shows_the_true_top(film_stage: Stage) -> None:
    knowledge = film_stage.knowledge
    items = knowledge.catalog.items
    order = sorted(range(len(items)), key=lambda i: (-items[i].popularity, -items[i].quality, i))
    talk = Talk(
        make("popular", knowledge), [visitor(knowledge, 1), visitor(knowledge, 2, [items[order[0]].id])]
    )
    first, second = talk.say(), talk.say()
    assert shown(first, 0) + shown(second, 0) == order[:20]
    assert shown(first, 1) + shown(second, 1) == order[1:21]


def frequencies(seen: int, k: int = 4, n: int = 40_000) -> tuple[np.ndarray, np.ndarray, Knowledge]:
    """How often each item stands at each place, (k, I), over n users who have seen the first items."""
    knowledge = Knowledge(*_parts(small_catalog()), slate_size=k)
    recommender = Random(knowledge)
    memory = recommender.start([visitor(knowledge, 1)]).take(np.zeros(n, np.int64))
    memory.key = np.arange(n).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    memory.seen[:, :seen], memory.left[:] = True, 25 - seen
    slates = recommender.rerank(memory, no_plans(n), recommender.retrieve(memory, no_plans(n), 1), 1)
    counts = np.stack([np.bincount(slates.items[:, place], minlength=25) for place in range(k)])
    assert all(len(set(row)) == k for row in slates.items.tolist())
    return counts, slates.propensity, knowledge


def _parts(catalog: object) -> tuple[object, ...]:
    stage = stage_of(catalog)  # type: ignore[arg-type]
    return catalog, stage.facets, stage.numeric, stage.dense


@pytest.mark.parametrize("seen", [0, 10, 19])
def test_random_slates_are_uniform_and_their_propensity_is_right(seen: int) -> None:
    counts, propensity, _ = frequencies(seen)
    left = 25 - seen
    assert counts[:, :seen].sum() == 0
    assert propensity == pytest.approx(1.0 / left)
    expected = counts.sum(axis=1, keepdims=True) / left
    chi_square = ((counts[:, seen:] - expected) ** 2 / expected).sum(axis=1)
    assert (chi_square < left - 1 + 4 * np.sqrt(2 * (left - 1))).all()


def test_random_users_get_different_slates_and_the_same_key_the_same(film_stage: Stage) -> None:
    knowledge = film_stage.knowledge
    talk = Talk(make("random", knowledge), [visitor(knowledge, key) for key in (1, 2, 1)])
    slates = talk.say()
    assert shown(slates, 0) != shown(slates, 1)
    assert shown(slates, 0) == shown(slates, 2)


def test_content_shows_what_is_nearest_to_what_was_liked(film_stage: Stage) -> None:
    knowledge = film_stage.knowledge
    horror = [i.id for i in knowledge.catalog if "Horror" in i.genres][:8]
    slate = shown(Talk(make("content", knowledge), [visitor(knowledge, 1, horror)]).say())
    profile = knowledge.dense[[knowledge.catalog.position[i] for i in horror]].sum(axis=0)
    near = knowledge.dense @ profile / np.linalg.norm(profile) / 127.0
    ranked = near + 0.05 * np.asarray(knowledge.numeric.popularity)
    open_ = [i for i in np.argsort(-ranked, kind="stable") if knowledge.catalog.ids[i] not in horror]
    assert len(set(slate) & set(open_[:12])) >= 9
    assert sum("Horror" in knowledge.catalog.items[i].genres for i in slate) >= 6


def test_content_turns_to_what_is_liked_in_the_session(film_stage: Stage) -> None:
    talk = Talk(make("content", film_stage.knowledge), [visitor(film_stage.knowledge, 1)])
    for _ in range(3):
        slate = talk.say(genre="Science Fiction")
    items = film_stage.catalog.items
    assert sum("Science Fiction" in items[i].genres for i in shown(slate)) >= 5


@pytest.mark.parametrize(("name", "model"), [("itemknn", itemknn), ("ease", ease)])
def test_models_learn_from_the_training_part_only(name: str, model: object, small_stage: Stage) -> None:
    interactions = small_stage.catalog.interactions
    assert interactions is not None
    training = interactions.where(interactions.training(0.8))
    learned = make(name, small_stage.knowledge).weights.weights
    assert (learned == model(training, 25).weights).all()  # type: ignore[operator]
    assert not (learned == model(interactions, 25).weights).all()  # type: ignore[operator]


@pytest.mark.parametrize("name", ["itemknn", "ease", "agent", "content", "popular"])
def test_what_is_held_out_changes_no_slate(name: str) -> None:
    slates = []
    for held_out in (0, 11):
        knowledge = stage_of(small_catalog(held_out_item=held_out)).knowledge
        talk = Talk(make(name, knowledge), crowd(knowledge, 6, past=3))
        slates.append([talk.say(genre="Horror").items.tolist() for _ in range(2)])
    assert slates[0] == slates[1]


@pytest.mark.parametrize("name", LEARNING)
def test_a_model_ranks_by_what_goes_with_what_was_liked(name: str, small_stage: Stage) -> None:
    recommender = make(name, small_stage.knowledge)
    talk = Talk(recommender, [visitor(small_stage.knowledge, 1, ["i0", "i2"])])
    slates = talk.say()
    weights = recommender.weights.weights
    scores = weights[0] + weights[2] + np.asarray(small_stage.numeric.popularity)
    scores[[0, 2]] = -np.inf
    assert shown(slates) == np.argsort(-scores, kind="stable")[:10].tolist()
    goes = [codes.unpack(int(reason))[0] == codes.TOGETHER for reason in slates.reason[0]]
    assert goes == [weights[0, i] + weights[2, i] > 0 for i in shown(slates)]


@pytest.mark.parametrize("name", LEARNING)
def test_a_model_without_interactions_is_an_error_that_says_what_to_use(name: str, film_stage: Stage) -> None:
    with pytest.raises(UsageError, match=r"learns from interactions.*'films' has none.*'content' or 'agent'"):
        make(name, film_stage.knowledge)


@pytest.mark.parametrize("name", ALL)
def test_no_item_is_repeated_until_all_were_shown_and_then_it_starts_over(
    name: str, small_stage: Stage
) -> None:
    knowledge = small_stage.knowledge
    talk = Talk(make(name, knowledge), [visitor(knowledge, 1), visitor(knowledge, 2, ["i3", "i4"])])
    turns = [talk.say(genre="Horror") for _ in range(4)]
    for user, known in enumerate((set(), {3, 4})):
        first = [item for slates in turns[:3] for item in shown(slates, user)]
        assert sorted(first) == sorted(set(range(25)) - known)
        assert len(shown(turns[3], user)) == 10


@pytest.mark.parametrize("name", ALL)
def test_a_catalog_smaller_than_two_slates_never_runs_dry(name: str) -> None:
    knowledge = stage_of(small_catalog(n=12, users=20), slate_size=12).knowledge
    talk = Talk(make(name, knowledge), [visitor(knowledge, 1)])
    assert [len(shown(talk.say())) for _ in range(3)] == [12, 12, 12]


@pytest.mark.parametrize("name", ["random", "popular", "content", "itemknn", "ease"])
def test_baselines_do_not_read_requests(name: str, small_stage: Stage) -> None:
    knowledge = small_stage.knowledge
    silent, loud = (Talk(make(name, knowledge), [visitor(knowledge, 1, ["i0"])]) for _ in range(2))
    assert silent.say(None).items.tolist() == loud.say("no horror please").items.tolist()


@pytest.mark.parametrize("name", ALL)
def test_only_visible_reactions_are_read(name: str, small_stage: Stage) -> None:
    """`reviews` has no more than what a recommender may see: any other field would be an AttributeError."""
    knowledge = small_stage.knowledge
    recommender = make(name, knowledge)
    memory = recommender.start([visitor(knowledge, 1)])
    plans = recommender.reason(memory, [None], 1)
    slates = recommender.rerank(memory, plans, recommender.retrieve(memory, plans, 1), 1)
    visible = reviews(slates.items)
    assert set(vars(visible)) == {"items", "actions", "watched", "seconds", "seen"}
    assert recommender.observe(memory, plans, slates, visible, 1).left[0] == 15


def test_large_slates_are_random_too() -> None:
    knowledge = stage_of(films(), slate_size=300).knowledge
    slates = Talk(Random(knowledge), [visitor(knowledge, key) for key in range(3)]).say()
    assert all(len(set(row)) == 300 for row in slates.items.tolist())
    assert len({tuple(sorted(row)) for row in slates.items.tolist()}) == 3
