"""Whether a stored session comes out the same when it is played again: event by event, without a live call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from app.batch.visiting import Party, first_visit, later_visits
from app.casting import in_messages
from app.llm.errors import DriftError, MissingCallError
from app.replay.events import Difference, Event, events_of, first_difference, step_event
from app.replay.replaying import HUMAN, Replay, played
from app.replay.restoring import Restored
from app.runner import Step
from app.sessions.journal import outcome_of
from app.store.batches import Batch, merged
from app.transcript import Transcript
from graphs.session import VERBS


@dataclass(frozen=True)
class Verdict:
    """What a replay of one session came to. `calls` were answered from the tape; `how` says what was played."""

    session: str
    how: str
    turns: int
    events: int
    calls: int
    difference: Difference | None

    @property
    def equal(self) -> bool:
        return self.difference is None

    def data(self) -> dict[str, Any]:
        one = self.difference
        told = (
            None
            if one is None
            else {"turn": one.turn, "where": one.where, "stored": one.stored, "now": one.now}
        )
        names = ("session", "how", "turns", "events", "calls", "equal")
        return {name: getattr(self, name) for name in names} | {"live_calls": 0, "difference": told}


async def verified(replay: Replay, found: Restored) -> Verdict:
    """The session played again and compared. What cannot be played again is an error that says why."""
    before = replay.caller.usage.recalled
    stored: dict[Event, dict[str, Any]] = events_of(replay.store.session_batch(found.seat.id))
    if _single(found):
        now, failed = await _as_messages(replay, found, stored)
        how = "models from the tape, the rest again" if found.rows.calls else "played again"
    else:
        now, failed = events_of(_as_cohort(found)), None
        how = "played again as a cohort of one"
    difference = first_difference(stored, now) or _ended(found, failed)
    calls = replay.caller.usage.recalled - before
    return Verdict(found.key, how, len(found.rows.turns), len(stored), calls, difference)


def _single(found: Restored) -> bool:
    """Whether the session was played as messages rather than in a cohort."""
    arm = found.cast.arm
    return bool(in_messages(arm) or found.rows.steps or found.origin or HUMAN in (arm.mind, arm.recommender))


async def _as_messages(
    replay: Replay, found: Restored, stored: dict[Event, dict[str, Any]]
) -> tuple[dict[Event, dict[str, Any]], str | None]:
    """The events of the session played again, and how it failed; the outcomes of stored steps join `stored`."""
    catalog, seat = found.cast.stage.catalog, found.seat
    script = Transcript(
        seat.id, seat.key, found.rows.arm.id, seat.scenario_id, catalog.items, catalog.position
    )
    steps: dict[Event, dict[str, Any]] = {}
    parts = await replay.parts(found)
    batches: list[Batch] = [{"mindset": script.begin(parts.arrival)["mindset"]}]

    async def watch(step: Step) -> None:
        steps[step_event(step.turn, step.node)] = orjson.loads(outcome_of(step)[1])
        if step.node == VERBS[-1]:
            batches.append(script.turn(step.changed["turns"][-1]))

    try:
        session = await played(parts, parts.mind, parts.recommender, watch)
        failed = None if session.failure is None else session.failure.message
    except (MissingCallError, DriftError) as error:
        failed = str(error)
    kept = replay.store.step_outputs(seat.id)
    if kept:
        stored |= {step_event(*at): made for at, made in kept.items() if at[1] in VERBS}
    now = events_of(merged(batches)) | (steps if kept else {})
    return now, failed


def _as_cohort(found: Restored) -> Batch:
    """The rows of the session, played in a cohort of its one user; its earlier sessions are played before it."""
    before = [*(one.seat for one in found.earlier), found.seat]
    seat = before[0]
    party = Party(
        found.cast, found.rows.arm.id, [(seat.number, seat.persona)], [seat.key], [seat.scenario_id]
    )
    days = found.plan.days
    recorder, trail = first_visit(party, np.array([seat.id], np.int64), days)
    if len(before) == 1:
        return recorder.batch()
    assert trail is not None
    ids = iter([one.id for one in before[1:]])
    later = later_visits(party, trail, days, lambda n: [next(ids)])
    return [next(later)[0] for _ in before[1:]][-1]


def _ended(found: Restored, failed: str | None) -> Difference | None:
    """Whether the session failed where it had not, or the other way round."""
    failure = found.rows.session.failure or {}
    was = failure.get("message") if found.rows.session.status == "failed" else None
    if (was is None) == (failed is None):
        return None
    turns = len(found.rows.turns)
    return Difference(turns, "the end", was or "no failure", failed or "no failure")
