"""A session with a person: what is stored of it, and what is taken back."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import Interrupted, UsageError
from app.interactive.playing import Game, Stopped, Undone
from app.interactive.sitting import Sitting, sit
from app.minds.human import Choice, Going, HumanMind, Response
from app.session_view import session_data
from app.settings import Settings
from app.store.store import Store
from graphs.messages import Directive, Review
from graphs.ports import UserView

LESS = Directive(kind="less", facet="genre", value="Drama")


class Scripted:
    """Opens every first item, skips the rest, and answers each decision by the next of `choices`."""

    def __init__(self, *choices: Choice | BaseException) -> None:
        self.choices = list(choices)
        self.shown: list[tuple[int, tuple[str, ...]]] = []

    def react(self, view: UserView, position: int) -> Response | None:
        return Response(("watch",), 2.0) if position == 1 else None if position == 3 else Response()

    def decide(self, view: UserView, review: Review) -> Choice:
        self.shown.append((view.turn, view.slate.items))
        choice = self.choices.pop(0)
        if isinstance(choice, BaseException):
            raise choice
        return choice


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "played.db") as opened:
        yield opened


@pytest.fixture
def game(store: Store) -> Callable[..., Game]:
    def make(person: Scripted) -> Game:
        sitting = sit(Settings(slate_size=4, max_turns=6), store, "user")
        return Game(sitting, lambda step: None, HumanMind(person, lambda words: (LESS,)))

    return make


def _stored(sitting: Sitting) -> dict:
    return session_data(sitting.store, sitting.key)


def test_a_person_who_leaves_is_stored_with_what_was_done(game: Callable[..., Game]) -> None:
    played = game(Scripted(None, Going("bored")))
    assert played.play().status == "left"
    data = _stored(played.sitting)
    assert (data["mind"], data["leave_reason"], len(data["turns"])) == ("human", "bored", 2)
    assert [r["actions"] for r in data["turns"][0]["review"]["reactions"]] == [["open", "watch"], ["skip"]]


def test_reasons_of_the_recommender_are_stored_in_words(game: Callable[..., Game]) -> None:
    played = game(Scripted(Going()))
    session = played.play()
    said = [slot["reason"] for slot in _stored(played.sitting)["turns"][0]["slate"]]
    assert said == [slot.reason for slot in session.turns[0].slate.slots]
    assert all(said)


def test_an_instruction_is_read_and_judged(game: Callable[..., Game]) -> None:
    played = game(Scripted("less drama", Going()))
    played.play()
    second = _stored(played.sitting)["turns"][1]
    assert second["request"]["words"] == "less drama"
    assert [d["kind"] for d in second["plan"]["directives"]] == ["less"]
    assert played.sums()["judged"] == 1


def test_an_undone_turn_is_played_again_on_the_same_slate(game: Callable[..., Game]) -> None:
    person = Scripted("only crime films", Undone(1), None, Going())
    played = game(person)
    played.play()
    turns = [turn for turn, _ in person.shown]
    assert turns == [1, 2, 1, 2]
    assert person.shown[0] == person.shown[2]
    assert person.shown[1] != person.shown[3]


def test_what_was_undone_is_not_in_the_store(game: Callable[..., Game], tmp_path: Path) -> None:
    played = game(Scripted("only crime films", Undone(1), None, Going()))
    played.play()
    with closing(sqlite3.connect(tmp_path / "played.db")) as database:
        counts = [
            database.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
            for t in ("turn", "exposure", "instruction")
        ]
    assert counts == [2, 8, 0]


def test_turns_before_the_undone_one_stay_as_they_were(game: Callable[..., Game]) -> None:
    person = Scripted(None, "less drama", Undone(1), None, Going())
    session = game(person).play()
    assert [turn for turn, _ in person.shown] == [1, 2, 3, 2, 3]
    assert [turn.decision.kind for turn in session.turns] == ["continue", "continue", "leave"]


def test_an_interrupted_session_is_kept_as_truncated(game: Callable[..., Game]) -> None:
    played = game(Scripted(None, Interrupted("x")))
    with pytest.raises(Interrupted, match="1 turn kept"):
        played.play()
    assert (_stored(played.sitting)["status"], len(_stored(played.sitting)["turns"])) == ("truncated", 1)
    assert played.sitting.store.runs()[0].status == "interrupted"


def test_ctrl_c_in_the_middle_of_a_node_is_told_once(
    game: Callable[..., Game], caplog: pytest.LogCaptureFixture
) -> None:
    played = game(Scripted(None, KeyboardInterrupt()))
    with pytest.raises(Interrupted, match="1 turn kept"):
        played.play()
    del played
    gc.collect()
    assert caplog.text == ""


def test_who_stops_watching_ends_the_session_well(game: Callable[..., Game]) -> None:
    played = game(Scripted(None, Stopped("x")))
    assert played.play().status == "truncated"
    assert played.sitting.store.runs()[0].status == "done"


def test_a_model_without_a_name_is_said_before_anything_is_stored(store: Store) -> None:
    with pytest.raises(UsageError, match="give --model NAME"):
        sit(Settings(recommender=("llm",)), store, "user")
    assert store.runs() == []
