"""Messages validate when they are made, and their visible forms hide what is to be hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from graphs.messages import (
    KINDS,
    Continue,
    Decision,
    Directive,
    Instruct,
    Instruction,
    Item,
    Kind,
    Leave,
    Mindset,
    Past,
    Persona,
    Plan,
    Reaction,
    Review,
    Session,
    Slate,
    Slot,
    Turn,
)


def reaction(position: int = 1) -> Reaction:
    return Reaction(
        item="a", position=position, actions=("open",), seconds=30.0, thought="t", factors={"taste": 1}
    )


def turn() -> Turn:
    return Turn(
        number=1,
        request=Instruction(words="w", directives=(Directive(kind="surprise"),)),
        plan=Plan(),
        slate=Slate(slots=(Slot(item="a"),)),
        review=Review(reactions=(reaction(),), seen=1, summary="s"),
        before=Mindset(),
        after=Mindset(),
        decision=Continue(),
    )


def test_messages_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Continue().kind = "x"  # type: ignore[misc, assignment]


def test_unknown_fields_are_errors() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Item(id="a", title="A", colour="red")  # type: ignore[call-arg]


def test_an_items_facets_are_all_its_kinds_once() -> None:
    item = Item(
        id="a",
        title="A",
        year=1994,
        creator="C",
        genres=("Drama", "Drama"),
        tags=("sea",),
        facets={"mood": ("slow",)},
    )
    assert item.all_facets() == (
        ("genre", "Drama"), ("tag", "sea"), ("decade", "1990s"), ("creator", "C"), ("mood", "slow"),
    )  # fmt: skip


def test_an_item_without_a_year_has_no_decade() -> None:
    assert Item(id="a", title="A").decade is None
    assert Item(id="a", title="A").all_facets() == ()


def test_a_review_counts_its_reactions() -> None:
    with pytest.raises(ValidationError, match="seen is 2 but there are 1"):
        Review(reactions=(reaction(),), seen=2)


def test_a_slate_holds_an_item_once() -> None:
    with pytest.raises(ValidationError, match="'a' stands twice"):
        Slate(slots=(Slot(item="a"), Slot(item="b"), Slot(item="a")))


def test_a_directive_about_a_facet_names_it() -> None:
    with pytest.raises(ValidationError, match="needs a facet and a value"):
        Directive(kind="more", facet="genre")


def test_visible_forms_have_no_thought_factor_or_directive() -> None:
    visible = turn().visible()
    assert visible.review.reactions[0].thought == ""
    assert visible.review.reactions[0].factors == {}
    assert visible.review.summary == ""
    assert "directives" not in type(visible.request).model_fields  # type: ignore[attr-defined]


def test_a_first_turn_has_no_request() -> None:
    assert turn().model_copy(update={"request": None}).visible().request is None


def test_the_public_persona_has_history_but_no_taste() -> None:
    persona = Persona(
        id="p", bio="b", tastes={"genre:Drama": 1.0}, history=(Past(item="a", rating=0.5),), latent=(1.0,)
    )
    public = persona.public()
    assert public.history == persona.history
    assert not {"tastes", "dislikes", "traits", "bio", "latent", "mood"} & set(type(public).model_fields)


def test_minutes_are_summed_over_turns() -> None:
    session = Session(persona=Persona(id="p"), turns=(turn(), turn()))
    assert session.minutes == pytest.approx(1.0)


def test_a_decision_is_told_by_its_kind_not_by_words() -> None:
    decision: Decision = TypeAdapter(Decision).validate_python({"kind": "leave", "reason": "bored"})
    assert decision == Leave(reason="bored")


@given(
    st.builds(
        Directive,
        kind=st.sampled_from(KINDS),
        facet=st.just("genre"),
        value=st.text(min_size=1),
        strength=st.floats(0.01, 1.0),
        scope=st.sampled_from(["turn", "session"]),
    ),
    st.text(min_size=1),
)
def test_instructions_survive_json(directive: Directive, words: str) -> None:
    decision = Instruct(instruction=Instruction(words=words, directives=(directive,)))
    assert Instruct.model_validate_json(decision.model_dump_json()) == decision


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1, 1.1])
def test_satisfaction_is_a_share(value: float) -> None:
    with pytest.raises(ValidationError):
        Mindset(satisfaction=value)


def test_kinds_are_those_of_the_type() -> None:
    assert set(KINDS) == set(Kind.__args__)  # type: ignore[attr-defined]
