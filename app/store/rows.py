"""What the store returns: plain rows in the field's words. Times are UTC in ISO 8601 text, JSON decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

RunStatus = Literal["running", "done", "interrupted", "failed"]
Json = Mapping[str, Any]


class RunRow(NamedTuple):
    id: int
    key: str
    name: str
    seed: int
    status: RunStatus
    started: str
    finished: str | None
    seconds: float | None
    planned: int
    plan: Json
    version: str
    usage: Json | None


class ArmRow(NamedTuple):
    id: int
    run_id: int
    position: int
    name: str
    recommender: str
    mind: str
    catalog_id: int
    settings: Json


class NewArm(NamedTuple):
    """An arm to be stored; its place in the list is its position, from 1."""

    name: str
    recommender: str
    mind: str
    catalog_id: int
    settings: Json


class ScenarioRow(NamedTuple):
    id: int
    run_id: int
    number: int
    persona_id: int
    draw_key: int


class PersonaRow(NamedTuple):
    id: int
    hash: str
    name: str
    body: Json


class SessionRow(NamedTuple):
    """A session without its turns. `return_days` is None where the user never returns."""

    id: int
    key: str
    arm_id: int
    scenario_id: int
    status: str
    leave_reason: str | None
    leave_words: str | None
    turns: int
    items_seen: int
    minutes: float
    reward: float
    return_days: float | None
    sums: Json | None
    failure: Json | None
    started: str | None
    seconds: float | None
    parent_id: int | None
    parent_turn: int | None
    parent_node: str | None


class TurnRow(NamedTuple):
    session_id: int
    number: int
    decision: int
    seen: int
    seconds: float
    reward: float
    match_before: float | None
    match_after: float | None
    message: str | None
    plan: Json | None


class MindsetRow(NamedTuple):
    session_id: int
    turn: int
    satisfaction: float
    boredom: float
    fatigue: float
    trust: float
    mood: float
    detail: Json | None


class ExposureRow(NamedTuple):
    """One item of one slate; `item` is its position in the catalog, `item_id` and `title` its names there."""

    session_id: int
    turn: int
    position: int
    item: int
    score: float
    source: int
    propensity: float | None
    reason: int
    seen: bool
    actions: int
    watched: float
    seconds: float
    utility: float | None
    factor: int | None
    facet: int | None
    text: Json | None
    item_id: str | None
    title: str | None


class InstructionRow(NamedTuple):
    session_id: int
    turn: int
    words: str
    reflection: str
    directives: Sequence[Any]
    understood: Sequence[Any] | None


class StepRow(NamedTuple):
    id: int
    session_id: int
    turn: int
    node: str
    position: int
    started: str
    ms: float
    input_blob: str | None
    output_blob: str | None
    failure: Json | None


class CallRow(NamedTuple):
    id: int
    session_id: int | None
    turn: int
    node: str
    attempt: int
    position: int
    request_hash: str
    prompt_hash: str | None
    model: str
    seed: int | None
    reply_blob: str | None
    finish_reason: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int | None
    latency_ms: float | None
    usd: float | None
    accepted: bool
    error: str | None


class CatalogRow(NamedTuple):
    """A stored catalog without its items; `items` and `interactions` are counts."""

    id: int
    name: str
    fingerprint: str
    source: str
    items: int
    interactions: int
    created: str
    facets: Json | None


@dataclass(frozen=True, slots=True)
class StoredCatalog:
    """A catalog with its items (id, title, JSON text) in order and its binary parts by name."""

    row: CatalogRow
    items: list[tuple[str, str, str]]
    parts: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class SessionRows:
    """Everything stored of one session, each list in the order it happened."""

    run: RunRow
    arm: ArmRow
    catalog: CatalogRow
    scenario: ScenarioRow
    persona: PersonaRow
    session: SessionRow
    turns: list[TurnRow]
    mindsets: list[MindsetRow]
    exposures: list[ExposureRow]
    instructions: list[InstructionRow]
    steps: list[StepRow]
    calls: list[CallRow]


@dataclass(frozen=True, slots=True)
class BegunRun:
    """A run that has begun: its scenario ids by number, and for each arm the ids of its sessions."""

    run: RunRow
    scenarios: Mapping[int, int]
    arms: list[ArmRow]
    session_ids: list[range]


@dataclass(frozen=True, slots=True)
class FoundRun:
    run: RunRow


@dataclass(frozen=True, slots=True)
class FoundSession:
    run: RunRow
    session: SessionRow
