"""One node of a stored session in full: what it was given, what it made, and what a model was asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from app.errors import RecoWorldError, UsageError
from app.llm.errors import DriftError, MissingCallError
from app.prompts.nodes import node_of
from app.prompts.rendered import Marked
from app.replay.hearing import Ear
from app.replay.looking import NODES, Given, Watching, checked_node
from app.replay.replaying import Reached, played, replaying
from app.replay.restoring import Restored
from app.runner import Step
from app.store.rows import CallRow
from app.store.store import Store
from graphs.messages import Candidate, Decision, Mindset, Plan, Review, Slate

_CHANNELS: Mapping[str, TypeAdapter[Any]] = {
    "plan": TypeAdapter(Plan),
    "candidates": TypeAdapter(tuple[Candidate, ...]),
    "slate": TypeAdapter(Slate),
    "reviewed": TypeAdapter(Review),
    "updated": TypeAdapter(Mindset),
    "decision": TypeAdapter(Decision),
}


@dataclass(frozen=True)
class Attempt:
    """One call at a node, in its order; `reply` is as it came, None where none came."""

    call: CallRow
    reply: str | None


@dataclass(frozen=True)
class Asked:
    """One question at a node: its prompt in pieces, and every attempt to have it answered.

    `verified` is True where the prompt was rendered anew and its request has the hash of the recorded call.
    """

    name: str
    marked: Marked | None
    attempts: tuple[Attempt, ...]
    verified: bool


@dataclass(frozen=True)
class NodeView:
    """`given` and `made` are None where the session could not be played again; `note` says why."""

    session: str
    turn: int
    node: str
    ms: float | None
    given: Given | None
    made: Mapping[str, Any]
    asked: tuple[Asked, ...]
    note: str = ""
    candidates: tuple[Any, ...] = ()
    """What the turn's retrieval found, best first."""


@dataclass
class _Watched:
    turn: int
    node: str
    given: Given | None = None
    made: dict[str, Any] = field(default_factory=dict)
    candidates: tuple[Any, ...] = ()

    def seen(self, given: Given) -> None:
        if given.turn > self.turn:
            raise Reached("the turn is over")
        if (given.turn, given.node) == (self.turn, self.node):
            self.given = given

    async def watch(self, step: Step) -> None:
        if step.turn != self.turn:
            return
        if step.node == "retrieve":
            self.candidates = step.changed["candidates"]
        if step.node == self.node:
            self.made = dict(step.changed)


async def node_view(store: Store, found: Restored, turn: int, name: str) -> NodeView:
    """The node `name` (`review`, or `review:3` for one item) of a turn; a UsageError where there is none."""
    node = checked_node(node_of(name))
    turns = max((t.number for t in found.rows.turns), default=0)
    reached = {
        *range(1, turns + 1),
        *(step.turn for step in found.rows.steps),
        *(c.turn for c in found.rows.calls),
    }
    if turn not in reached:
        raise UsageError(
            f"session {found.key} has no turn {turn}; it has turns 1 to {max(reached, default=0)}"
        )
    watched, ear, note = _Watched(turn, node), Ear(), ""
    try:
        await _again(store, found, watched, ear)
    except (MissingCallError, DriftError) as error:
        note = f"it does not come out as it is stored: {error}"
    except RecoWorldError as error:
        note = f"it cannot be played again: {error}"
    outputs = store.step_outputs(found.seat.id)
    made = watched.made or _stored(outputs.get((turn, node), {}))
    candidates = watched.candidates or _stored(outputs.get((turn, "retrieve"), {})).get("candidates", ())
    ms = next((s.ms for s in found.rows.steps if (s.turn, s.node) == (turn, node)), None)
    asked = tuple(_asked(store, found, turn, name, ear, verified=not note))
    return NodeView(found.key, turn, name, ms, watched.given, made, asked, note, candidates)


def _stored(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of a step, as messages."""
    told = {name: value for name, value in outcome.items() if value is not None}
    if "decision" in told:
        told["decision"] = {"kind": _kind(told["decision"]), **told["decision"]}
    return {name: _CHANNELS[name].validate_python(value) for name, value in told.items() if name in _CHANNELS}


def _kind(decision: Mapping[str, Any]) -> str:
    """The kind of a decision, which is not stored with it, by what it holds."""
    return "instruct" if "instruction" in decision else "leave" if "reason" in decision else "continue"


async def _again(store: Store, found: Restored, watched: _Watched, ear: Ear) -> None:
    async with replaying(store, ear) as again:
        parts = await again.parts(found)
        watching = Watching(parts.mind, parts.recommender, watched.seen)
        try:
            await played(parts, watching, watching, watched.watch)
        except Reached:
            return


def _asked(store: Store, found: Restored, turn: int, name: str, ear: Ear, verified: bool) -> list[Asked]:
    """The questions of a node; each item has its own where the model was asked item by item."""
    whole = name in NODES
    rows: dict[str, list[CallRow]] = {}
    for call in found.rows.calls:
        if call.turn == turn and (call.node == name or (whole and node_of(call.node) == name)):
            rows.setdefault(call.node, []).append(call)
    replies = {(r.turn, r.node, r.attempt): r.reply for r in store.recorded_calls(found.seat.id)}
    heard = {
        at.node: marked for at, marked in ear.asked.items() if (at.session, at.turn) == (found.seat.id, turn)
    }
    return [
        Asked(
            node,
            heard.get(node),
            tuple(Attempt(call, replies.get((call.turn, call.node, call.attempt))) for call in calls),
            verified and node in heard,
        )
        for node, calls in rows.items()
    ]
