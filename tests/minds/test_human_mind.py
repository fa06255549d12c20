"""A person as a mind: what was typed becomes a review and a decision, and nothing else."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from app.minds.human import Choice, Going, HumanMind, Response
from graphs.messages import Continue, Directive, Instruct, Leave, Mindset, Review, Slate, Slot

MORE = Directive(kind="more", facet="genre", value="Comedy")
VIEW: Any = SimpleNamespace(slate=Slate(slots=tuple(Slot(item=i) for i in "abc")), mindset=Mindset())


class Person:
    def __init__(self, responses: list[Response | None], choice: Choice = None) -> None:
        self.responses, self.choice = responses, choice

    def react(self, view: Any, position: int) -> Response | None:
        return self.responses[position - 1]

    def decide(self, view: Any, review: Review) -> Choice:
        return self.choice


def _mind(*responses: Response | None, choice: Choice = None) -> HumanMind:
    return HumanMind(Person(list(responses), choice), lambda words: (MORE,))


def _decided(choice: Choice) -> Any:
    return asyncio.run(_mind(choice=choice).decide(VIEW, Review(reactions=(), seen=0), Mindset()))


def test_who_stops_looking_has_seen_only_what_came_before() -> None:
    review = asyncio.run(_mind(Response(("save",)), None).review(VIEW))
    assert (review.seen, review.reactions[0].actions) == (1, ("save",))


def test_nothing_done_is_a_skip_and_watching_opens() -> None:
    review = asyncio.run(_mind(Response(), Response(("watch",), 3.0), None).review(VIEW))
    assert [r.actions for r in review.reactions] == [("skip",), ("open", "watch")]
    assert [(r.watched, r.seconds) for r in review.reactions] == [(0.0, 0.0), (1.0, 3.0)]


def test_feelings_stay_as_they_were() -> None:
    review = Review(reactions=(), seen=0)
    assert asyncio.run(_mind().update_mindset(VIEW, review)) == (VIEW.mindset, None)


def test_choices_are_decisions() -> None:
    assert _decided(None) == Continue()
    assert _decided(Going("bored")) == Leave(reason="bored")


def test_words_are_an_instruction_with_what_was_understood() -> None:
    said = _decided("something funny")
    assert isinstance(said, Instruct)
    assert (said.instruction.words, said.instruction.directives) == ("something funny", (MORE,))
