"""A user's own recommender: how it is made, what it sees, and what happens when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asking import Talk, small_catalog, stage_of, visitor
from pydantic import BaseModel

from app.catalog.catalog import Interactions
from app.errors import PluginError, UsageError
from app.recommenders.plugin import Plugin, build
from app.recommenders.reasons import reason_text
from app.recommenders.registry import make
from app.runner import run_cohort
from app.settings import Settings
from app.world import Stage, population
from graphs.messages import (
    Directive,
    Instruction,
    Mindset,
    Persona,
    Plan,
    PublicPersona,
    Request,
    Slate,
    Slot,
    Traits,
)
from graphs.ports import RecommenderView
from graphs.session import FAILED


class FirstUnseen:
    """The simplest recommender."""

    def recommend(self, view: RecommenderView) -> list[str]:
        return [item.id for item in view.catalog if item.id not in view.shown][: view.slate_size]


class Trained:
    def __init__(self, catalog: Any) -> None:
        self.catalog = catalog
        self.best = max(catalog, key=lambda item: item.popularity).id

    def recommend(self, view: RecommenderView) -> list[str]:
        return [self.best]


class Returning:
    """Gives back whatever it was made with, or calls it."""

    def __init__(self, answer: Any = ()) -> None:
        self.answer = answer

    def recommend(self, view: RecommenderView) -> Any:
        return self.answer(view) if callable(self.answer) else self.answer


def plugin(stage: Stage, target: object) -> Plugin:
    return Plugin(build(target, "mine.py:Mine", stage.knowledge), "mine.py:Mine", stage.knowledge)


def slates_of(stage: Stage, target: object, users: int = 2) -> Any:
    return Talk(plugin(stage, target), [visitor(stage.knowledge, key) for key in range(users)]).say()


# ------------------------------------------------------------------------------------- making


def test_a_class_without_arguments_is_made_and_asked(small_stage: Stage) -> None:
    slates = slates_of(small_stage, FirstUnseen)
    assert slates.items.tolist() == [list(range(10))] * 2


def test_a_class_that_takes_one_argument_gets_the_catalog(small_stage: Stage) -> None:
    slates = slates_of(small_stage, Trained)
    best = max(small_stage.catalog, key=lambda item: item.popularity)
    assert small_stage.catalog.items[slates.items[0, 0]] == best
    assert (slates.items[0, 1:] == -1).all()


def test_an_instance_and_a_class_with_defaults_are_used_as_they_are(small_stage: Stage) -> None:
    assert slates_of(small_stage, Returning(["i3"])).items[0, 0] == 3
    assert "returned no items" in slates_of(small_stage, Returning).failures[0]


@pytest.mark.parametrize("target", [lambda view: ["i1"], object(), 3, type("Mine", (), {"recommned": 1})])
def test_anything_without_the_method_is_an_error_that_names_it(small_stage: Stage, target: object) -> None:
    with pytest.raises(PluginError, match=r"mine\.py:Mine .*has no method 'recommend'"):
        build(target, "mine.py:Mine", small_stage.knowledge)


def test_an_async_method_is_an_error_before_any_session(small_stage: Stage) -> None:
    class Late:
        async def recommend(self, view: RecommenderView) -> list[str]:
            return []

    with pytest.raises(PluginError, match="'recommend' is async"):
        build(Late, "mine.py:Late", small_stage.knowledge)


def test_a_constructor_that_needs_more_is_an_error(small_stage: Stage) -> None:
    class Greedy:
        def __init__(self, catalog: Any, secrets: Any) -> None: ...

    with pytest.raises(PluginError, match="its constructor needs 2 arguments"):
        build(Greedy, "mine.py:Greedy", small_stage.knowledge)


def test_a_constructor_that_fails_is_an_error_with_its_words(small_stage: Stage) -> None:
    class Broken:
        def __init__(self) -> None:
            raise RuntimeError("no weights here")

    with pytest.raises(PluginError, match="could not be created: RuntimeError: no weights here"):
        build(Broken, "mine.py:Broken", small_stage.knowledge)


def test_a_plugin_is_made_from_a_file_and_unknown_names_are_suggested(
    small_stage: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "mine.py"
    path.write_text("class Mine:\n    def recommend(self, view):\n        return ['i7']\n")
    assert (
        Talk(make(f"{path}:Mine", small_stage.knowledge), [visitor(small_stage.knowledge, 1)])
        .say()
        .items[0, 0]
        == 7
    )
    with pytest.raises(UsageError, match="unknown recommender 'populer': did you mean 'popular'"):
        make("populer", small_stage.knowledge)


# ------------------------------------------------------------------------------------ answers


def boom(view: RecommenderView) -> list[str]:
    raise ZeroDivisionError("by zero")


def ids(view: RecommenderView) -> list[str]:
    return [item.id for item in view.catalog]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (boom, "ZeroDivisionError: by zero"),
        (["nope"], "ValueError: recommend() returned the item 'nope', which is not in 'small'"),
        (["i1", "i2", "i1"], "item 'i1' stands twice in the slate"),
        (None, "ValueError: recommend() returned NoneType; return a Slate or a list of item ids"),
        (7, "ValueError: recommend() returned int; return a Slate or a list of item ids"),
        ("i1", "ValueError: recommend() returned str; return a Slate or a list of item ids"),
        ({"i1", "i2"}, "ValueError: recommend() returned set; return a Slate or a list of item ids"),
        ([], "ValueError: recommend() returned no items"),
        ([None], "ValueError: recommend() returned the item 'None', which is not in 'small'"),
        (Slate(slots=(Slot(item="i99"),)), "ValueError: recommend() returned the item 'i99'"),
    ],
)
def test_a_wrong_answer_is_the_failure_of_its_session(small_stage: Stage, answer: Any, failure: str) -> None:
    slates = slates_of(small_stage, Returning(answer))
    assert (slates.items == -1).all()
    assert all(failure in said for said in slates.failures)


def test_one_user_may_fail_and_the_others_go_on(small_stage: Stage) -> None:
    def picky(view: RecommenderView) -> list[str]:
        if view.persona.id == "p0":
            raise KeyError("p0")
        return ["i4"]

    slates = slates_of(small_stage, Returning(picky))
    assert slates.failures == ["KeyError: 'p0'", ""]
    assert slates.items[:, 0].tolist() == [-1, 4]


def test_a_list_that_is_too_long_is_cut(small_stage: Stage) -> None:
    assert slates_of(small_stage, Returning(ids)).items[0].tolist() == list(range(10))


def test_tuples_and_slates_with_reasons_and_propensities_are_fine(small_stage: Stage) -> None:
    slate = Slate(
        slots=(Slot(item="i2", score=0.5, propensity=0.25, reason="Because.", sources=("model",)),),
        message="Here.",
    )
    slates = slates_of(small_stage, Returning(slate))
    assert (slates.items[0, 0], slates.texts[0][0], slates.messages[0]) == (2, "Because.", "Here.")
    assert slates.propensity[0, 0] == pytest.approx(0.25)
    assert np.isnan(slates.propensity[0, 1:]).all()
    assert slates_of(small_stage, Returning(("i5", "i6"))).items[0, :2].tolist() == [5, 6]


def test_a_failed_session_ends_as_failed_in_a_cohort() -> None:
    world = Stage(small_catalog(), Settings(sessions=6, max_turns=4, seed=2))
    people, _, _ = population(world.settings, world)

    def tires(view: RecommenderView) -> list[str]:
        if view.turn == 2:
            raise RuntimeError("tired")
        return FirstUnseen().recommend(view)

    turns = list(
        run_cohort(
            world.user, plugin(world, Returning(tires)), world.users(people), world.visitors(people), 10, 4
        )
    )
    assert turns[-1].number == 2
    assert (turns[-1].ended == FAILED).all()
    assert set(turns[-1].slates.failures) == {"RuntimeError: tired"}


# --------------------------------------------------------------------------------------- views

HIDDEN = (Mindset, Traits, Persona, Directive, Instruction, Plan)


def reachable(value: Any, path: str = "view", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Everything in a view, by its path."""
    yield path, value
    if depth > 12 or isinstance(value, str | int | float | np.ndarray | None):
        return
    for name, inner in _inside(value):
        yield from reachable(inner, f"{path}.{name}", depth + 1)


def _inside(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        return [(name, getattr(value, name)) for name in type(value).model_fields]
    if is_dataclass(value):
        return [(f.name, getattr(value, f.name)) for f in fields(value)]
    if isinstance(value, dict):
        return [(f"[{key!r}]", inner) for key, inner in value.items()]
    if isinstance(value, Sequence | set | frozenset):
        return [(f"[{at}]", inner) for at, inner in enumerate(value)]
    return [(name, inner) for name, inner in vars(value).items() if name != "items"]


@pytest.fixture(scope="module")
def views() -> list[RecommenderView]:
    """What a plug-in is shown in a few sessions in which users also ask for things."""
    world = Stage(small_catalog(60, 40), Settings(sessions=40, max_turns=6, seed=4))
    people, _, _ = population(world.settings, world)
    met: list[RecommenderView] = []

    def watch(view: RecommenderView) -> list[str]:
        met.append(view)
        return FirstUnseen().recommend(view)

    for _ in run_cohort(
        world.user, plugin(world, Returning(watch)), world.users(people), world.visitors(people), 10, 6
    ):
        pass
    return met


def test_a_view_holds_nothing_that_is_hidden(views: list[RecommenderView]) -> None:
    for view in views:
        for path, value in reachable(view):
            assert not isinstance(value, HIDDEN), path
            leaf = path.rpartition(".")[2]
            assert leaf not in ("traits", "tastes", "dislikes", "directives", "mindset", "before", "after"), (
                path
            )
            assert not (leaf in ("thought", "summary", "factors") and value), path


def test_a_view_holds_what_is_visible(views: list[RecommenderView]) -> None:
    assert any(isinstance(view.request, Request) for view in views)
    later = next(view for view in views if view.turn == 3)
    assert isinstance(later.persona, PublicPersona)
    assert [turn.number for turn in later.history] == [1, 2]
    first = later.history[0]
    assert first.slate.items == tuple(f"i{k}" for k in range(10))
    assert first.review.seen == len(first.review.reactions) > 0
    assert any(reaction.seconds > 0 for reaction in first.review.reactions)
    assert len(later.shown) == 20


@pytest.mark.parametrize("give", [lambda view: view.catalog, lambda view: Trained(view.catalog).catalog])
def test_a_plugin_sees_only_the_training_part_of_the_interactions(give: Callable[[Any], Any]) -> None:
    world = stage_of(small_catalog())
    interactions, seen = world.catalog.interactions, []
    slates_of(world, Returning(lambda view: seen.append(give(view)) or ["i0"]))
    made = build(Trained, "mine.py:Trained", world.knowledge)
    assert interactions is not None
    for catalog in (*seen, made.catalog):  # type: ignore[attr-defined]
        found = catalog.interactions
        assert isinstance(found, Interactions)
        assert len(found) == int(interactions.training(0.8).sum()) < len(interactions)


def test_the_reasons_of_a_plugin_are_kept_word_for_word(small_stage: Stage) -> None:
    slate = Slate(slots=(Slot(item="i2", reason="My very own reason."), Slot(item="i3")))
    slates = slates_of(small_stage, Returning(slate))
    assert slates.texts[0][:2] == ["My very own reason.", ""]
    assert reason_text(int(slates.reason[0, 0]), small_stage.catalog, small_stage.facets) == ""
