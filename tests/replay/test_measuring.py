"""What is measured of one answer, by hand."""

from __future__ import annotations

from app.llm.tape import Call
from app.replay.measuring import of_calls, of_decision, of_plan, of_review, of_slates
from graphs.messages import (
    Continue,
    Directive,
    Instruct,
    Instruction,
    Mindset,
    Plan,
    Reaction,
    Review,
    Slate,
    Slot,
)


def call(**more: object) -> Call:
    values: dict[str, object] = dict.fromkeys(Call.__dataclass_fields__)
    return Call(**(values | {"accepted": True} | more))  # type: ignore[arg-type]


def slate(*items: str) -> Slate:
    return Slate(slots=tuple(Slot(item=item) for item in items))


def test_a_review() -> None:
    reactions = (
        Reaction(item="a", position=1, actions=("open", "like"), watched=0.5),
        Reaction(item="b", position=2, actions=("open", "dislike"), watched=0.1),
        Reaction(item="c", position=3, actions=("skip",)),
    )
    parts = of_review(Review(reactions=reactions, seen=3), 4)
    assert parts["seen"] == (3, 1)
    assert (parts["open_rate"], parts["like_rate"], parts["dislike_rate"]) == ((2, 3), (1, 3), (1, 3))
    assert parts["watch_fraction"] == (0.6, 2)
    assert parts["stop_early"] == (True, 1)


def test_words_are_those_of_instructions_alone() -> None:
    said = Instruct(instruction=Instruction(words="less horror please"))
    assert of_decision(Mindset(trust=0.2), said)["words"] == (3, True)
    assert of_decision(Mindset(trust=0.2), said)["trust"] == (0.2, 1)
    quiet = of_decision(Mindset(), Continue())
    assert (quiet["words"], quiet["continue"], quiet["instruct"]) == ((0, False), (True, 1), (False, 1))


def test_a_plan() -> None:
    less = Directive(kind="less", facet="genre", value="Horror", strength=0.5)
    parts = of_plan(Plan(directives=(less, Directive(kind="newer")), queries=("a",), unknown=("b", "c")))
    assert (parts["directives"], parts["less"], parts["more"]) == ((2, 1), (1, 1), (0, 1))
    assert (parts["strength"], parts["queries"], parts["unknown"]) == ((1.5, 2), (1, 1), (2, 1))


def test_slates_are_compared_by_items_and_by_slots() -> None:
    parts = of_slates(slate("a", "b", "c"), slate("a", "c", "d"))
    assert parts == {"overlap": (2, 4), "changed_slots": (2, 3)}
    assert of_slates(slate("a"), slate("a", "b"))["changed_slots"] == (1, 2)


def test_calls_that_the_tape_answered_have_no_tokens() -> None:
    live = call(prompt_tokens=10, completion_tokens=4, latency_ms=5.0)
    parts = of_calls([live, call(reply="{}")], answered=True)
    assert (parts["prompt_tokens"], parts["completion_tokens"], parts["latency_ms"]) == (
        (10, 1),
        (4, 1),
        (5.0, 1),
    )
    assert (parts["no_answer"], parts["rejected"], parts["repaired"]) == ((False, 1), (0, 1), (False, 1))


def test_a_rejected_answer_is_repaired_where_another_is_accepted() -> None:
    wrong = call(accepted=False, error="invalid: no such item")
    assert of_calls([wrong, call()], answered=True)["repaired"] == (True, 1)
    lost = of_calls([wrong, wrong], answered=False)
    assert (lost["rejected"], lost["repaired"], lost["no_answer"]) == ((2, 1), (False, 1), (True, 1))
    busy = of_calls([call(accepted=False, error="rate_limit: later"), call()], answered=True)
    assert busy["rejected"] == (0, 1)
