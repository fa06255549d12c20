"""The frozen values that nodes exchange. Constructing one validates it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Unit = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]

Action = Literal["skip", "open", "watch", "like", "dislike", "save", "share", "comment"]
ACTIONS: tuple[Action, ...] = ("skip", "open", "watch", "like", "dislike", "save", "share", "comment")

Kind = Literal[
    "more", "less", "avoid", "only", "similar", "surprise",
    "newer", "older", "shorter", "longer", "popular", "niche",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "more", "less", "avoid", "only", "similar", "surprise",
    "newer", "older", "shorter", "longer", "popular", "niche",
)  # fmt: skip

Source = Literal[
    "popular", "dense", "lexical", "collaborative", "exploration", "random", "model", "human", "plugin"
]
SOURCES: tuple[Source, ...] = (
    "popular", "dense", "lexical", "collaborative", "exploration", "random", "model", "human", "plugin",
)  # fmt: skip

LeaveReason = Literal["time", "dissatisfied", "bored", "tired", "unheard", "done", "interrupted"]
LEAVE_REASONS: tuple[LeaveReason, ...] = (
    "time", "dissatisfied", "bored", "tired", "unheard", "done", "interrupted",
)  # fmt: skip


class Message(BaseModel):
    """A frozen value; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(Message):
    """One thing that can be shown. `popularity` and `quality` are in [0, 1]; `duration` is in minutes."""

    id: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(min_length=1)]
    creator: str = ""
    year: int | None = None
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    description: str = ""
    duration: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    image: str | None = None
    popularity: Unit = 0.0
    quality: Unit = 0.5
    facets: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Extra facets by kind, for instance `mood`, `country`, `language`, `cast`."""

    @property
    def decade(self) -> str | None:
        return None if self.year is None else f"{self.year // 10 * 10}s"

    def all_facets(self) -> tuple[tuple[str, str], ...]:
        """Every (kind, value) of the item: genre, tag, decade, creator and the extra kinds."""
        pairs = [("genre", g) for g in self.genres] + [("tag", t) for t in self.tags]
        if self.decade:
            pairs.append(("decade", self.decade))
        if self.creator:
            pairs.append(("creator", self.creator))
        pairs += [(kind, value) for kind, values in self.facets.items() for value in values]
        return tuple(dict.fromkeys(pairs))


class Traits(Message):
    """How a user behaves, never what it likes. All in [0, 1]; `minutes` is the time budget of a session."""

    pickiness: Unit = 0.5
    curiosity: Unit = 0.5
    conformity: Unit = 0.5
    patience: Unit = 0.5
    expressiveness: Unit = 0.5
    loyalty: Unit = 0.5
    minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 40.0


class Past(Message):
    """One item of the user's visible past. `rating` is in [0, 1] where the data has one."""

    item: str
    rating: Unit | None = None


class Persona(Message):
    """Who the user is; fixed in a session. Taste and dislike weights are per `kind:value`, in (0, 1]."""

    id: str
    name: str = ""
    bio: str = ""
    age: Annotated[int, Field(ge=0, le=120)] | None = None
    gender: str | None = None
    occupation: str | None = None
    country: str | None = None
    tastes: Mapping[str, Unit] = Field(default_factory=dict)
    dislikes: Mapping[str, Unit] = Field(default_factory=dict)
    latent: tuple[Finite, ...] = ()
    """Taste in the catalog's collaborative factors, where it was estimated from ratings."""
    history: tuple[Past, ...] = ()
    mood: str = ""
    traits: Traits = Traits()

    def public(self) -> PublicPersona:
        """What a recommender may know: the visible past and the sign-up form."""
        return PublicPersona(
            id=self.id,
            age=self.age,
            gender=self.gender,
            occupation=self.occupation,
            country=self.country,
            history=self.history,
        )


class PublicPersona(Message):
    """The part of a persona that a recommender may see."""

    id: str
    age: int | None = None
    gender: str | None = None
    occupation: str | None = None
    country: str | None = None
    history: tuple[Past, ...] = ()


class Directive(Message):
    """One thing asked for. `facet` is a facet kind (or `title`, `year`, `duration`); strength in (0, 1]."""

    kind: Kind
    facet: str | None = None
    value: str | None = None
    strength: Annotated[float, Field(gt=0, le=1)] = 1.0
    scope: Literal["turn", "session"] = "session"

    @model_validator(mode="after")
    def _needs_value(self) -> Directive:
        if self.kind in ("more", "less", "avoid", "only", "similar") and not (self.facet and self.value):
            raise ValueError(f"a directive '{self.kind}' needs a facet and a value")
        return self


class Mindset(Message):
    """How the user feels now; hidden from the recommender. `mood` and `expectation` are in [-1, 1]."""

    satisfaction: Unit = 0.5
    boredom: Unit = 0.0
    fatigue: Unit = 0.0
    trust: Unit = 0.6
    mood: Annotated[float, Field(ge=-1, le=1)] = 0.0
    interests: Mapping[str, Finite] = Field(default_factory=dict)
    wants: tuple[Directive, ...] = ()
    avoids: tuple[Directive, ...] = ()
    memory: Mapping[str, tuple[float, ...]] = Field(default_factory=dict)
    """Arrays of the embedded mind (satiation, drift, …) so that a mind is a pure function; else empty."""


class Reaction(Message):
    """What one examined item caused. `watched` is a fraction (above 1: watched again), `seconds` its cost."""

    item: str
    position: Annotated[int, Field(ge=1)]
    actions: tuple[Action, ...]
    watched: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = 0.0
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    thought: str = ""
    factors: Mapping[str, Finite] = Field(default_factory=dict)
    """Why: the parts of the utility by name (embedded mind); hidden like the thought."""

    def visible(self) -> Reaction:
        """Without the thought and its factors."""
        return self.model_copy(update={"thought": "", "factors": {}})


class Review(Message):
    """The reactions in slate order; items after `seen` were never examined."""

    reactions: tuple[Reaction, ...]
    seen: Annotated[int, Field(ge=0)]
    summary: str = ""

    @model_validator(mode="after")
    def _counts(self) -> Review:
        if self.seen != len(self.reactions):
            raise ValueError(f"seen is {self.seen} but there are {len(self.reactions)} reactions")
        return self

    def visible(self) -> Review:
        return Review(reactions=tuple(r.visible() for r in self.reactions), seen=self.seen)

    @property
    def minutes(self) -> float:
        return sum(r.seconds for r in self.reactions) / 60.0


class Instruction(Message):
    """The words said, the reflection behind them, and (hidden) the directives meant."""

    words: Annotated[str, Field(min_length=1)]
    reflection: str = ""
    directives: tuple[Directive, ...] = ()

    def visible(self) -> Request:
        return Request(words=self.words, reflection=self.reflection)


class Request(Message):
    """The visible part of an instruction."""

    words: str
    reflection: str = ""


class Continue(Message):
    kind: Literal["continue"] = "continue"


class Instruct(Message):
    kind: Literal["instruct"] = "instruct"
    instruction: Instruction


class Leave(Message):
    kind: Literal["leave"] = "leave"
    reason: LeaveReason
    words: str = ""


Decision = Annotated[Continue | Instruct | Leave, Field(discriminator="kind")]


class Plan(Message):
    """The recommender's reading of what is asked: hard `filters`, soft `weights`, text `queries`."""

    directives: tuple[Directive, ...] = ()
    queries: tuple[str, ...] = ()
    filters: tuple[Directive, ...] = ()
    weights: Mapping[str, Finite] = Field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    reasoning: str = ""


class Candidate(Message):
    """An item id with its fused score and the retrievers it came from."""

    item: str
    score: Finite
    sources: tuple[Source, ...] = ()


class Slot(Message):
    """One place of a slate. `propensity` is the probability of the item at the place, where known."""

    item: str
    score: Finite = 0.0
    sources: tuple[Source, ...] = ()
    propensity: Unit | None = None
    reason: str = ""


class Slate(Message):
    """Items in order and the message to the user. No item stands twice."""

    slots: tuple[Slot, ...]
    message: str = ""

    @model_validator(mode="after")
    def _distinct(self) -> Slate:
        ids = [slot.item for slot in self.slots]
        if len(set(ids)) != len(ids):
            twice = next(i for i in ids if ids.count(i) > 1)
            raise ValueError(f"item {twice!r} stands twice in the slate")
        return self

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(slot.item for slot in self.slots)


class Turn(Message):
    """One slate and all it caused, with its reward."""

    number: Annotated[int, Field(ge=1)]
    request: Instruction | None = None
    plan: Plan
    slate: Slate
    review: Review
    before: Mindset
    after: Mindset
    decision: Decision
    reward: Finite = 0.0

    def visible(self) -> VisibleTurn:
        return VisibleTurn(
            number=self.number,
            request=self.request.visible() if self.request else None,
            slate=self.slate,
            review=self.review.visible(),
        )


class VisibleTurn(Message):
    """What a recommender remembers of a turn."""

    number: int
    request: Request | None = None
    slate: Slate
    review: Review


class Failure(Message):
    """An error as data: where it happened and what it said."""

    node: str
    kind: str
    message: str
    turn: int = 0


Status = Literal["running", "left", "truncated", "failed"]


class Session(Message):
    """Turns until the user left, a limit truncated them, or an error ended them."""

    persona: Persona
    turns: tuple[Turn, ...] = ()
    status: Status = "running"
    failure: Failure | None = None

    @property
    def minutes(self) -> float:
        return sum(turn.review.minutes for turn in self.turns)
