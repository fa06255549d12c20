"""What a model answers for the recommender: classes that make strict schemas, and their reading on a catalog."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.prompts.items import known_ids
from app.prompts.vocabulary import Vocabulary
from app.recommenders.planning import plan
from app.recommenders.reader import Reading
from graphs.messages import Candidate, Directive, Kind, Plan, Slate, Slot

Strength = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
BOUNDS = {"newer": "year", "older": "year", "shorter": "duration", "longer": "duration"}
VALUED = ("more", "less", "avoid", "only")
MOST_QUERIES = 3
_FAINT = 0.05
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_YEARS, _MINUTES = (1000, 3000), (1, 100_000)


class Answer(BaseModel):
    """Every field must be given, and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DirectiveAnswer(Answer):
    kind: Kind
    facet: str | None
    value: str | None
    strength: Strength
    scope: Literal["turn", "session"]


class PlanAnswer(Answer):
    reasoning: str
    directives: list[DirectiveAnswer]
    queries: list[str]
    unknown: list[str]


class SlotAnswer(Answer):
    item: str
    reason: str


class RankAnswer(Answer):
    slots: list[SlotAnswer]
    message: str


# -------------------------------------------------------------------------------------- plan


@dataclass
class Understood:
    """A plan in the making: what the catalog can carry out, and what it cannot."""

    vocabulary: Vocabulary
    directives: dict[tuple[str | None, ...], Directive] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, answer: DirectiveAnswer) -> None:
        """Keep the directive as the catalog has it; a value it does not have is kept as words."""
        value = (answer.value or "").strip()
        if answer.strength < _FAINT:
            self.counts["empty_directives"] += 1
        elif answer.kind in BOUNDS:
            self._keep(answer, BOUNDS[answer.kind], self._bound(answer.kind, value))
        elif answer.kind == "similar":
            self._named(answer, value, "title", self.vocabulary.title(value))
        elif answer.kind in VALUED:
            facet, named = self.vocabulary.find(value, answer.facet) or (None, None)
            self._named(answer, value, facet, named)
        else:
            self._keep(answer, None, None)

    def _named(self, answer: DirectiveAnswer, value: str, facet: str | None, named: str | None) -> None:
        if not value:
            self.counts["empty_directives"] += 1
        elif named is None:
            self.counts["unknown_facets"] += 1
            self.unknown.append(value)
        else:
            self._keep(answer, facet, named)

    def _bound(self, kind: str, value: str) -> str | None:
        """A year or minutes; none where the value is no such number."""
        number = _NUMBER.search(value)
        low, high = _YEARS if BOUNDS[kind] == "year" else _MINUTES
        if number is None or not low < float(number[0]) < high:
            if value:
                self.counts["empty_bounds"] += 1
            return None
        return number[0]

    def _keep(self, answer: DirectiveAnswer, facet: str | None, value: str | None) -> None:
        """Of two directives on one thing the later stands."""
        key = (facet, value) if answer.kind in VALUED else (answer.kind, value)
        self.directives.pop(key, None)
        facet = facet if value is not None or answer.kind in BOUNDS else None
        self.directives[key] = Directive(
            kind=answer.kind, facet=facet, value=value, strength=answer.strength, scope=answer.scope
        )


def to_plan(answer: PlanAnswer, vocabulary: Vocabulary, counts: Counter[str]) -> Plan:
    """The plan as the catalog can carry it out.

    A wanted value that is no facet of the catalog is searched as text; such values and `counts` say so.
    """
    understood = Understood(vocabulary, counts=counts)
    for directive in answer.directives:
        understood.take(directive)
    wanted = [d.value for d in answer.directives if d.kind in ("more", "only", "similar") and d.value]
    searched = [value.strip() for value in wanted if value.strip() in understood.unknown]
    queries = [query.strip() for query in answer.queries[:MOST_QUERIES] if query.strip()]
    told = [word.strip() for word in answer.unknown if word.strip()]
    unknown = tuple(dict.fromkeys((*understood.unknown, *told)))
    made = plan(Reading(tuple(understood.directives.values()), "", unknown))
    said = answer.reasoning.strip()
    if understood.unknown:
        said += f" (Not in the catalog: {', '.join(understood.unknown)}.)"
    return made.model_copy(
        update={"queries": tuple(dict.fromkeys((*queries, *searched))), "reasoning": said.strip()}
    )


# -------------------------------------------------------------------------------------- rank


def check_rank(answer: RankAnswer, candidates: Sequence[str]) -> None:
    """ValueError where no id is a candidate's; single wrong ones are dropped later."""
    known = known_ids(candidates)
    if not any(slot.item in known for slot in answer.slots):
        raise ValueError(
            "slots has no id of a candidate; use the ids of the items as written, such as "
            + ", ".join(map(repr, candidates[:3]))
        )


def to_slate(
    answer: RankAnswer,
    candidates: Sequence[Candidate],
    named: Mapping[str, str],
    size: int,
    counts: Counter[str],
) -> Slate:
    """`size` slots: the answer's, then the candidates of the best fused rank where it has too few.

    `named` are the candidates that the prompt showed, by the ids it named them by.

    Ids that are no candidates or stand twice are dropped; `counts` has how many, and how many were filled in.
    """
    by_id = {candidate.item: candidate for candidate in candidates}
    known = known_ids(named)
    chosen: dict[str, Slot] = {}
    for slot in answer.slots:
        item = named.get(known.get(slot.item, ""))
        if item is None or item in chosen:
            counts["unknown_items" if item is None else "repeated_items"] += 1
        elif len(chosen) < size:
            chosen[item] = _slot(by_id[item], slot.reason.strip(), chosen=True)
    rest = [candidate for candidate in candidates if candidate.item not in chosen][: size - len(chosen)]
    if rest:
        counts["filled_slots"] += len(rest)
    filled = [_slot(candidate, FILLED, chosen=False) for candidate in rest]
    return Slate(slots=(*chosen.values(), *filled), message=answer.message.strip())


FILLED = "Next by search rank: the model named too few items."


def _slot(candidate: Candidate, reason: str, chosen: bool) -> Slot:
    sources = (*candidate.sources, "model") if chosen else candidate.sources
    return Slot(item=candidate.item, score=candidate.score, sources=sources, reason=reason)
