"""Stored sessions played again by the sides of their arms; what a model said comes from the tape."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from app.casting import Carried, Cast, Retold, Seat, Sides, roles_of
from app.errors import RecoWorldError, UsageError
from app.language import Language, models_of
from app.llm.caller import Caller
from app.llm.endpoint import Endpoint
from app.llm.tape import Tape
from app.minds.single import EmbeddedMind
from app.plans.plan import Plan
from app.prompts import Prompts
from app.replay.changing import changed
from app.replay.hearing import Ear
from app.replay.looking import Given, Watching
from app.replay.restoring import Origin, Restored, restored
from app.replay.told import told_turns
from app.runner import Step, Watch, run_session
from app.store.store import Store
from graphs.messages import Mindset, Session, Turn
from graphs.session import VERBS

HUMAN, GHOST = "human", "ghost"
_NOWHERE = "http://127.0.0.1:9/v1"
"""An address that nobody asks: a replay makes no calls."""


class Reached(RecoWorldError):
    """The node that was asked for is about to run; ends the session there."""

    stops_run: ClassVar[bool] = True


@dataclass
class Prefix:
    """A session up to a node: the mindset on arrival, the turns before, and the channels written in the turn."""

    arrival: Mindset
    turns: tuple[Turn, ...] = ()
    present: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """Who plays a session: the seat, and both sides with the mindset on arrival."""

    seat: Seat
    sides: Sides
    mind: Any
    recommender: Any
    arrival: Mindset


@dataclass(frozen=True)
class Replay:
    """Plays stored sessions again; `caller` answers from the tape alone, and `ear` hears what it is asked."""

    store: Store
    caller: Caller
    ear: Ear | None = None

    async def parts(self, found: Restored) -> Parts:
        """Who plays the session. A fork says again what its parent's sides said before it."""
        if found.rows.session.parent_node == GHOST:
            raise UsageError(
                f"session {found.key} is a ghost's, which decided beside a person and cannot be played by itself"
            )
        models = spoken(self.caller, found.plan, found.cast, found.prompts())
        sides = Sides(found.cast, self.ear.over(models) if self.ear else models)
        if found.origin is None:
            return parts_of(found, sides, await self._seated(found, sides))
        parent = restored(self.store, found.origin.parent, found.cast.stage)
        carried = (await self.parts(parent)).seat.carried
        prefix = await self.prefix(parent, found.origin.turn, found.origin.node)
        return forked(parts_of(found, sides, carrying(found.seat, carried)), prefix, found.origin)

    async def play(self, found: Restored, watch: Watch | None = None) -> Session:
        """The session again, step by step to `watch`."""
        parts = await self.parts(found)
        return await played(parts, parts.mind, parts.recommender, watch)

    async def prefix(self, found: Restored, turn: int, node: str) -> Prefix:
        """The session up to the node; a UsageError where it does not come so far."""
        parts = await self.parts(found)
        prefix = Prefix(parts.arrival)

        def seen(given: Given) -> None:
            if (given.turn, given.node) == (turn, node):
                raise Reached(f"{found.key} is at {turn}:{node}")

        async def watch(step: Step) -> None:
            if step.node == VERBS[-1]:
                prefix.turns, prefix.present = step.changed["turns"], {}
            else:
                prefix.present = {**prefix.present, **step.changed}

        watching = Watching(parts.mind, parts.recommender, seen)
        try:
            session = await played(parts, watching, watching, watch)
        except Reached:
            return prefix
        raise UsageError(_too_short(found, session, turn, node))

    async def inputs(self, found: Restored, node: str, turns: Collection[int]) -> list[Given]:
        """What the node was given in these turns of the session."""
        kept: list[Given] = []

        def seen(given: Given) -> None:
            if given.node == node and given.turn in turns:
                kept.append(given)

        parts = await self.parts(found)
        watching = Watching(parts.mind, parts.recommender, seen)
        await played(parts, watching, watching, None)
        return kept

    async def _seated(self, found: Restored, sides: Sides) -> Seat:
        """The seat with what the earlier sessions of the user left behind."""
        seat = found.seat
        for before in found.earlier:
            at = replace(before.seat, carried=seat.carried)
            mind = sides.mind(at)
            parts = Parts(at, sides, mind, sides.recommender(at), mind.start())
            session = await played(parts, parts.mind, parts.recommender, None)
            seat = replace(seat, carried=self._left_behind(parts, session))
        return seat

    def _left_behind(self, parts: Parts, session: Session) -> Carried:
        away = parts.sides.days_away(parts.seat, session)
        outputs = self.store.step_outputs(parts.seat.id)
        memory = outputs.get((session.turns[-1].number, "remember"), {}).get("memory", "")
        return parts.sides.carried(parts.seat, session, away, memory)


def carrying(seat: Seat, carried: Carried) -> Seat:
    """The seat of a fork: with what its parent's user brought along, asking with the parent's seeds."""
    key = f"{seat.key}.{carried.visit}" if carried.visit > 1 else seat.key
    return replace(seat, key=key, carried=carried)


def parts_of(found: Restored, sides: Sides, seat: Seat) -> Parts:
    """The sides of an arm at a seat; what a person did is told again."""
    arm, told = sides.cast.arm, None
    if HUMAN in (arm.mind, arm.recommender):
        told = Retold(None, None, told_turns(found.view), at_once=False)
    mind = told if arm.mind == HUMAN else sides.mind(seat)
    recommender = told if arm.recommender == HUMAN else sides.recommender(seat)
    arrival = Mindset() if arm.mind == HUMAN else mind.start()  # type: ignore[union-attr]
    return Parts(seat, sides, mind, recommender, arrival)


def forked(parts: Parts, prefix: Prefix, origin: Origin) -> Parts:
    """The sides of a fork: they repeat the prefix, with what the fork sets, and then go on by themselves."""
    before = _adopted(changed(prefix, origin, parts.sides.read), parts)
    again = Retold(parts.mind, parts.recommender, before.turns, before.present)
    return replace(parts, mind=again, recommender=again, arrival=before.arrival)


def _adopted(prefix: Prefix, parts: Parts) -> Prefix:
    """The prefix for an embedded user who takes over from another mind: it goes on from how that one felt."""
    if not isinstance(parts.mind, EmbeddedMind):
        return prefix
    adopt, last = parts.mind.adopt, prefix.turns[-1:]
    updated = prefix.present.get("updated")
    present = prefix.present if updated is None else {**prefix.present, "updated": adopt(updated)}
    turns = [*prefix.turns[:-1], *(turn.model_copy(update={"after": adopt(turn.after)}) for turn in last)]
    return Prefix(adopt(prefix.arrival), tuple(turns), present)


@asynccontextmanager
async def replaying(store: Store, ear: Ear | None = None) -> AsyncIterator[Replay]:
    """A replay over a store; a call that is not on the tape is a MissingCallError."""
    async with (
        Endpoint(_NOWHERE, "none") as endpoint,
        Caller(endpoint, tape=Tape(store, live=False)) as caller,
    ):
        yield Replay(store, caller, ear)


def spoken(caller: Caller, plan: Plan, cast: Cast, prompts: Prompts) -> Language | None:
    """The models of an arm with these prompts; None where no model plays in it."""
    roles = roles_of(cast.arm)
    if not roles:
        return None
    settings = plan.settings(cast.arm).model_copy(update={"seed": cast.arm.seed, "prompts": ""})
    return Language(models_of(caller, settings, roles), prompts)


async def played(parts: Parts, mind: Any, recommender: Any, watch: Watch | None) -> Session:
    """`run_session` under the conditions of the arm, by a mind and a recommender for those of `parts`."""
    cast, seat = parts.sides.cast, parts.seat
    return await run_session(
        mind, recommender, seat.persona, parts.arrival, cast.stage.catalog, cast.arm.slate_size,
        cast.arm.max_turns, watch, parts.sides.public(seat),
    )  # fmt: skip


def _too_short(found: Restored, session: Session, turn: int, node: str) -> str:
    turns = len(session.turns)
    if session.failure is not None:
        ended = f"it failed at {session.failure.turn}:{session.failure.node}"
    else:
        ended = f"it has {turns} turn{'s' * (turns != 1)}"
    return f"session {found.key} does not come to {turn}:{node}; {ended}"
