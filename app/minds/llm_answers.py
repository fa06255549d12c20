"""What a model answers for the user: classes that make strict schemas, and their conversion to messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.minds.parameters import BehaviorParameters
from app.prompts.items import known_ids
from app.prompts.vocabulary import Vocabulary
from graphs.messages import (
    ACTIONS,
    Action,
    Continue,
    Decision,
    Directive,
    Instruct,
    Instruction,
    Item,
    Kind,
    Leave,
    Mindset,
    Reaction,
    Review,
)

MOST_WATCHED = 1.2
Level = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Watched = Annotated[float, Field(ge=0, le=MOST_WATCHED, allow_inf_nan=False)]
Mood = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
Reason = Literal["time", "dissatisfied", "bored", "tired", "unheard", "done"]
VALUED = ("more", "less", "avoid", "only", "similar")
_OPENING = ("watch", "like", "share", "comment")
_TIMES = BehaviorParameters()
_LONG_MINUTES = 10.0


class Answer(BaseModel):
    """Every field must be given, and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReactionAnswer(Answer):
    item: str
    thought: str
    actions: list[Action]
    watched: Watched


class ReviewAnswer(Answer):
    """A whole slate."""

    reactions: list[ReactionAnswer]
    stopped: bool
    summary: str


class ItemAnswer(Answer):
    """One item of a slate."""

    thought: str
    actions: list[Action]
    watched: Watched
    stopped: bool


class WishAnswer(Answer):
    kind: Kind
    value: str


class ContinueAnswer(Answer):
    kind: Literal["continue"]


class InstructAnswer(Answer):
    kind: Literal["instruct"]
    words: str
    meant: list[WishAnswer]


class LeaveAnswer(Answer):
    kind: Literal["leave"]
    reason: Reason
    words: str


class DecideAnswer(Answer):
    """How the user is after a slate, and what it does next."""

    reflection: str
    satisfaction: Level
    boredom: Level
    fatigue: Level
    trust: Level
    mood: Mood
    decision: ContinueAnswer | InstructAnswer | LeaveAnswer


class MemoryAnswer(Answer):
    memory: str


# ------------------------------------------------------------------------------------ review


def check_review(answer: ReviewAnswer, slate: Sequence[str]) -> None:
    """ValueError says in a sentence which reaction is unknown, repeated, missing or contradicts itself."""
    looked = _looked_at(answer.reactions, slate)
    missing = [item for item in slate if item not in looked]
    if not looked:
        raise ValueError(f"there is no reaction; react at least to the first item, {slate[0]!r}")
    if missing and not answer.stopped:
        raise ValueError(
            f"there is no reaction to {', '.join(map(repr, missing))}; react to every item, or set stopped "
            "to true and leave out only the last ones"
        )
    if missing and slate.index(missing[0]) < len(looked):
        raise ValueError(f"there is no reaction to {missing[0]!r}, which stands before others that have one")


def check_item(answer: ItemAnswer) -> None:
    """ValueError says what in the answer contradicts itself."""
    acts("the item", answer)


def _looked_at(reactions: Sequence[ReactionAnswer], slate: Sequence[str]) -> dict[str, ReactionAnswer]:
    """Reactions by item, in the order given."""
    known = known_ids(slate)
    found: dict[str, ReactionAnswer] = {}
    for reaction in reactions:
        item = known.get(reaction.item)
        if item is None:
            raise ValueError(
                f"{reaction.item!r} is not in the list; its ids are {', '.join(map(repr, slate))}"
            )
        if item in found:
            raise ValueError(f"there are two reactions to {item!r}; give one")
        acts(repr(item), reaction)
        found[item] = reaction
    return found


def acts(about: str, answer: ReactionAnswer | ItemAnswer) -> tuple[Action, ...]:
    """The actions as messages have them; to watch, like, share or comment is to have opened.

    ValueError where nothing was done, or a skip stands with what is none.
    """
    done = set(answer.actions)
    if not done:
        raise ValueError(f'{about}: actions is empty; give ["skip"] where nothing was done')
    if "skip" in done and done & {"open", *_OPENING}:
        raise ValueError(f"{about}: 'skip' cannot stand beside {', '.join(sorted(done - {'skip'}))}")
    if done & set(_OPENING):
        done.add("open")
    if "open" not in done:
        done.add("skip")
    if "skip" in done and answer.watched > 0:
        raise ValueError(f"{about}: it was skipped, so watched must be 0 and not {answer.watched:g}")
    return tuple(action for action in ACTIONS if action in done)


def to_review(answer: ReviewAnswer, slate: Sequence[Item], written: Sequence[str]) -> Review:
    """The reactions in slate order; `written` are the ids by which the prompt named the items of the slate."""
    looked = _looked_at(answer.reactions, written)
    seen = [(item, looked[name]) for item, name in zip(slate, written, strict=True) if name in looked]
    reactions = [to_reaction(reaction, item, i) for i, (item, reaction) in enumerate(seen, 1)]
    return Review(reactions=tuple(reactions), seen=len(reactions), summary=answer.summary.strip())


def to_reaction(answer: ReactionAnswer | ItemAnswer, item: Item, position: int) -> Reaction:
    actions = acts(item.id, answer)
    return Reaction(
        item=item.id,
        position=position,
        actions=actions,
        watched=answer.watched,
        seconds=_seconds(item, answer.watched, "open" in actions),
        thought=answer.thought.strip(),
    )


def _seconds(item: Item, watched: float, opened: bool) -> float:
    """What a reaction costs, as for the embedded user: of a long item at most a preview while browsing."""
    short = item.duration is not None and item.duration <= _LONG_MINUTES
    whole = item.duration * 60.0 if short and item.duration else _TIMES.preview_seconds
    return _TIMES.skip_seconds + (_TIMES.open_seconds + watched * whole if opened else 0.0)


# ------------------------------------------------------------------------------------ decide


def check_decide(answer: DecideAnswer) -> None:
    """ValueError where something is said without words, or a wish names nothing."""
    decision = answer.decision
    if not isinstance(decision, InstructAnswer):
        return
    if not decision.words.strip():
        raise ValueError("decision: 'instruct' needs words; write what is said, or decide to continue")
    for wish in decision.meant:
        if wish.kind in VALUED and not wish.value.strip():
            raise ValueError(f"decision.meant: {wish.kind!r} needs a value: more, less, … of what?")


def to_mindset(answer: DecideAnswer, before: Mindset, meant: Sequence[Directive]) -> Mindset:
    """How the user is now; what it wanted stands until it says something else."""
    against = ("avoid", "less")
    wants = tuple(d for d in meant if d.kind not in against) if meant else before.wants
    avoids = tuple(d for d in meant if d.kind in against) if meant else before.avoids
    return Mindset(
        satisfaction=answer.satisfaction,
        boredom=answer.boredom,
        fatigue=answer.fatigue,
        trust=answer.trust,
        mood=answer.mood,
        wants=wants,
        avoids=avoids,
    )


def to_decision(answer: DecideAnswer, meant: Sequence[Directive]) -> Decision:
    decision = answer.decision
    if isinstance(decision, InstructAnswer):
        said = decision.words.strip()
        reflection = answer.reflection.strip()
        return Instruct(instruction=Instruction(words=said, reflection=reflection, directives=tuple(meant)))
    if isinstance(decision, LeaveAnswer):
        return Leave(reason=decision.reason, words=decision.words.strip())
    return Continue()


def to_directives(answer: DecideAnswer, vocabulary: Vocabulary) -> tuple[Directive, ...]:
    """The wishes behind the words in the catalog's facets; what it has no facet for is of the facet `text`."""
    if not isinstance(answer.decision, InstructAnswer):
        return ()
    return tuple(dict.fromkeys(_directive(wish, vocabulary) for wish in answer.decision.meant))


def _directive(wish: WishAnswer, vocabulary: Vocabulary) -> Directive:
    value = wish.value.strip()
    if wish.kind == "similar":
        return Directive(kind="similar", facet="title", value=vocabulary.title(value) or value)
    if wish.kind in VALUED:
        facet, named = vocabulary.find(value) or ("text", value)
        return Directive(kind=wish.kind, facet=facet, value=named)
    return Directive(kind=wish.kind)


def to_memory(answer: MemoryAnswer, most: int) -> str:
    """At most `most` words: whole sentences where that leaves any, else the words themselves."""
    words = answer.memory.split()
    if len(words) <= most:
        return " ".join(words)
    kept = words[:most]
    ends = [i for i, word in enumerate(kept) if word.endswith((".", "!", "?"))]
    return " ".join(kept[: ends[-1] + 1]) if ends else " ".join(kept) + "…"
