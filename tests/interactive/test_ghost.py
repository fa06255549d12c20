"""A ghost beside a person: its own mind on the person's slates, stored as such, and taken back with the turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.errors import Interrupted
from app.interactive.ghost import Ghost
from app.interactive.playing import Game, Undone
from app.interactive.sitting import NEUTRAL, sit
from app.llm.errors import AnswerError
from app.minds.human import Choice, Going, HumanMind, Response
from app.session_view import session_data
from app.settings import Settings, load_settings
from app.store.rows import SessionRow
from app.store.store import Store
from graphs.messages import Review
from graphs.ports import UserView


class Person:
    """Skips two items of every slate and answers each decision by the next of `choices`."""

    def __init__(self, *choices: Choice | BaseException) -> None:
        self.choices = list(choices)

    def react(self, view: UserView, position: int) -> Response | None:
        return Response() if position < 3 else None

    def decide(self, view: UserView, review: Review) -> Choice:
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
    def make(*choices: Any, settings: Settings = Settings(slate_size=4, max_turns=6)) -> Game:  # noqa: B008
        sitting = sit(settings, store, "user", "embedded")
        return Game(sitting, lambda step: None, HumanMind(Person(*choices), lambda words: ()))

    return make


def _rows(game: Game) -> tuple[SessionRow, SessionRow]:
    person, ghost = game.sitting.store.sessions(game.sitting.run.id)
    return person, ghost


def test_a_ghost_is_a_session_that_began_out_of_the_persons(game: Callable[..., Game]) -> None:
    played = game(None, Going("bored"))
    played.play()
    person, ghost = _rows(played)
    assert (ghost.parent_id, ghost.parent_turn, ghost.parent_node) == (person.id, 1, "ghost")
    assert (person.parent_id, person.turns, ghost.turns) == (None, 2, 2)
    assert played.sitting.store.sessions_from("ghost") == [ghost]
    assert played.sitting.store.runs()[0].planned == 2


def test_it_meets_the_same_slates_with_a_mind_of_its_own(game: Callable[..., Game]) -> None:
    played = game(None, None, Going())
    session = played.play()
    assert played.ghost is not None
    turns = played.ghost.turns
    assert [turn.slate for turn in turns] == [turn.slate for turn in session.turns]
    assert [turn.before for turn in turns[1:]] == [turn.after for turn in turns[:-1]]
    assert turns[-1].after != session.turns[-1].after


def test_the_person_alone_decides_how_the_session_goes(store: Store) -> None:
    sessions = []
    for ghost in ("", "embedded"):
        sitting = sit(Settings(slate_size=4, max_turns=6), store, "user", ghost)
        person = Person("less drama", None, Going())
        sessions.append(Game(sitting, lambda step: None, HumanMind(person, lambda words: ())).play())
    assert sessions[0].turns == sessions[1].turns


def test_what_it_thought_is_stored_with_its_steps(game: Callable[..., Game]) -> None:
    played = game(None, Going())
    played.play()
    _, ghost = _rows(played)
    data = session_data(played.sitting.store, ghost.key)
    assert (data["arm"], data["mind"], data["persona"]["id"]) == ("ghost", "embedded", NEUTRAL.id)
    assert all(reaction["thought"] for reaction in data["turns"][0]["review"]["reactions"])
    nodes = [step["node"] for step in data["trace"] if step["turn"] == 1]
    assert nodes == ["review", "update_mindset", "decide", "score"]


def test_a_turn_taken_back_is_taken_back_for_both(game: Callable[..., Game]) -> None:
    played = game(None, None, "no", Undone(2), None, Going())
    session = played.play()
    assert played.ghost is not None
    assert [len(session.turns), len(played.ghost.turns)] == [3, 3]
    assert [row.turns for row in _rows(played)] == [3, 3]
    plain = game(None, None, Going())
    plain.play()
    assert plain.ghost is not None
    assert played.ghost.turns == plain.ghost.turns


def test_ctrl_c_keeps_both(game: Callable[..., Game]) -> None:
    played = game(None, Interrupted("x"))
    with pytest.raises(Interrupted, match="1 turn kept"):
        played.play()
    assert [row.turns for row in _rows(played)] == [1, 1]


def test_a_chosen_character_is_the_ghosts(store: Store) -> None:
    settings = load_settings({"personas": "everyone", "seed": 3}, {}, Path("/nonexistent"))
    sitting = sit(settings, store, "user", "embedded")
    assert sitting.ghost is not None
    assert sitting.ghost.seat.persona.tastes
    assert sitting.played.seat.persona.id == "you"


def test_a_ghost_whose_model_fails_is_gone_and_the_person_plays_on(
    game: Callable[..., Game], monkeypatch: pytest.MonkeyPatch
) -> None:
    come = Ghost.come

    async def failing(mind: Any, *more: Any) -> Ghost:
        class Failing:
            start, update_mindset, decide = mind.start, mind.update_mindset, mind.decide

            async def review(self, view: UserView) -> Review:
                if view.turn == 2:
                    raise AnswerError("no answer fits", "invalid")
                found: Review = await mind.review(view)
                return found

        return await come(Failing(), *more)

    monkeypatch.setattr(Ghost, "come", failing)
    played = game(None, None, Going())
    assert len(played.play().turns) == 3
    _, ghost = _rows(played)
    assert (ghost.status, ghost.turns) == ("failed", 1)
    assert ghost.failure is not None
    assert (ghost.failure["node"], ghost.failure["turn"]) == ("review", 2)
