"""A session that leaves a stored one at a node: the turns before come from the tape, what follows is live."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import language
from app.casting import Cast, Company, Sides, check, roles_of
from app.errors import UsageError, unknown
from app.language import LLM, Language
from app.llm.preflight import preflight
from app.llm.prices import load_prices
from app.llm.tape import Tape
from app.plans.plan import Plan
from app.plans.script import SCRIPTED
from app.prompts import Prompts
from app.replay.replaying import HUMAN, Parts, Prefix, carrying, forked, parts_of, played, replaying, spoken
from app.replay.restoring import Origin, Restored
from app.sessions.beginning import begin, seat
from app.sessions.journal import Journal
from app.store.rows import RunStatus
from app.store.store import Store
from app.transcript import Transcript
from app.world import MINDS
from graphs.messages import Session

LIMITS = ("max_calls", "max_tokens", "max_usd", "concurrency", "timeout", "cache")


@dataclass(frozen=True)
class Fork:
    """What is changed: `prompts` by file, and where given the models, the mind, the recommender, and fields set.

    `limits` are settings of `LIMITS` by name.
    """

    turn: int
    node: str
    prompts: Sequence[Path] = ()
    model: tuple[str, ...] = ()
    mind: str = ""
    recommender: str = ""
    set: Mapping[str, float | str] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)


async def fork(store: Store, found: Restored, change: Fork) -> str:
    """Plays the fork and returns the key of its session; wrong changes are UsageErrors before anything is stored."""
    node = _asked_at(found, change.node)
    prompts = _prompts(found, change)
    plan = _plan(found, change, node)
    cast = Company(plan, found.cast.stage).cast(0)
    _check(plan, cast, change)
    async with _speaking(store, plan, cast, prompts) as models:
        async with replaying(store) as again:
            carried = (await again.parts(found)).seat.carried
            prefix = await again.prefix(found, change.turn, node)
        if node == "rerank" and change.recommender and not prefix.present["candidates"]:
            raise UsageError(
                f"the recommender of {found.key} retrieves no candidates that {change.recommender} could rerank; "
                f"fork at {change.turn}:reason"
            )
        return await _play(store, found, plan, Sides(cast, models), prefix, carried, node, change)


async def _play(
    store: Store,
    found: Restored,
    plan: Plan,
    sides: Sides,
    prefix: Prefix,
    carried: Any,
    node: str,
    change: Fork,
) -> str:
    began = time.monotonic()
    origin = Origin(found.key, change.turn, node, change.set)
    # What is set is checked on the words of the prefix before the run is begun.
    forked(parts_of(found, sides, carrying(found.seat, carried)), prefix, origin)
    told = {"parent": found.key, "turn": change.turn, "node": node, "set": dict(change.set)}
    catalog = sides.cast.stage.catalog
    user = found.seat.number, found.seat.persona
    begun = begin(store, plan, catalog, [user], {"notes": [], "fork": told})
    own = seat(begun, 0, 0, user)
    parts = forked(parts_of(found, sides, carrying(own, carried)), prefix, origin)
    parent = found.seat.id, change.turn, node
    script = Transcript(
        own.id, own.key, begun.arms[0].id, own.scenario_id, catalog.items, catalog.position, parent
    )
    try:
        session = await _journaled(store, parts, script)
    except BaseException:
        store.finish_run(begun.run.id, "interrupted", time.monotonic() - began)
        raise
    store.flush()
    status: RunStatus = "failed" if session.status == "failed" else "done"
    store.finish_run(begun.run.id, status, time.monotonic() - began)
    return own.key


async def _journaled(store: Store, parts: Parts, script: Transcript) -> Session:
    journal = Journal(store, script)
    await journal.begin(parts.arrival)
    session = await played(parts, parts.mind, parts.recommender, journal.watch)
    await store.put(journal.ended(session, parts.sides.days_away(parts.seat, session)))
    return session


@asynccontextmanager
async def _speaking(store: Store, plan: Plan, cast: Cast, prompts: Prompts) -> AsyncIterator[Language | None]:
    """The models of the fork, ready; None, and no endpoint, where none plays."""
    if not roles_of(cast.arm):
        yield None
        return
    tape = Tape(store, cache=plan.cache)
    async with language.calling(plan.settings(cast.arm), tape, load_prices()) as caller:
        models = spoken(caller, plan, cast, prompts)
        assert models is not None
        await preflight(models.models.values())
        await tape.add_prompts(prompts.rows())
        yield models


def _asked_at(found: Restored, node: str) -> str:
    """A model decides in the call of `update_mindset`, so that is where a fork at `decide` begins."""
    return "update_mindset" if node == "decide" and found.cast.arm.mind == LLM else node


def _prompts(found: Restored, change: Fork) -> Prompts:
    """The prompts as the session had them, with the files in place of single ones."""
    prompts = found.prompts()
    for path in change.prompts:
        prompts = prompts.with_file(prompts.name_of(path), path)
    return prompts


def _plan(found: Restored, change: Fork, node: str) -> Plan:
    """The plan of the run that the fork is: one user, one arm."""
    given = {"model": change.model, "mind": change.mind, "recommender": change.recommender}
    arm = found.cast.arm.model_copy(update={name: value for name, value in given.items() if value})
    if arm.mind != SCRIPTED:
        arm = arm.model_copy(update={"script": ()})
    if arm.recommender != SCRIPTED:
        arm = arm.model_copy(update={"slates": ()})
    if not roles_of(arm):
        arm = arm.model_copy(update={"representation": "text"})
    same = {"sessions": 1, "days": 1, "expect": (), "gates": (), "file": None, "workers": 1}
    limits = dict.fromkeys(LIMITS[:3]) | {
        name: value for name, value in change.limits.items() if value is not None
    }
    name = f"fork of {found.key} at {change.turn}:{node}"
    return found.plan.model_copy(update={"name": name, "arms": (arm,), **same, **limits})


def _check(plan: Plan, cast: Cast, change: Fork) -> None:
    arm = cast.arm
    if HUMAN in (arm.mind, arm.recommender):
        side = "user" if arm.mind == HUMAN else "recommender"
        option = "--mind embedded" if side == "user" else "--recommender agent"
        raise UsageError(f"the {side} of this session is a person; say who goes on instead: {option}")
    if arm.mind not in MINDS:
        raise unknown("mind", arm.mind, MINDS)
    check(plan, cast.stage.catalog, cast.stage.facets.names)
    if change.prompts and not roles_of(arm):
        raise UsageError(
            "--prompt changes what a model is asked, and no model plays here; add --mind llm or --recommender llm"
        )
    if change.model and not roles_of(arm):
        raise UsageError("--model names a model, and none plays here; add --mind llm or --recommender llm")
