"""An interrupted or killed run goes on: what is stored is kept, what is missing or failed is played."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from app.batch import drift
from app.batch.job import Chunk, Job, chunks_of
from app.batch.playing import play
from app.batch.processes import worker_context
from app.batch.progress import Progress, Silent
from app.batch.running import closing, finish
from app.catalog.parts import from_parts
from app.plans.plan import Plan
from app.store.rows import ArmRow, RunRow, ScenarioRow, SessionRow
from app.store.store import Store
from app.summary import Summary, summarize
from app.world import Stage
from graphs.messages import Persona

_AGAIN = ("running", "failed")


@dataclass(frozen=True)
class Rest:
    """What is left of a run: `kept` sessions stay, those that `failed` are played again, the rest is missing."""

    run: RunRow
    plan: Plan
    stage: Stage
    arms: list[ArmRow]
    users: list[ScenarioRow]
    stored: dict[tuple[int, int], SessionRow]
    """First sessions with any row, by arm id and scenario id."""
    later: dict[str, SessionRow]
    """Sessions of users who came back, by key."""
    allow_drift: bool

    @property
    def again(self) -> list[int]:
        """Ids of sessions that are there, but did not come to a good end."""
        return [row.id for row in (*self.stored.values(), *self.begun_later) if row.status in _AGAIN]

    @property
    def begun_later(self) -> list[SessionRow]:
        """Later sessions of users who are not through."""
        return [row for row in self.later.values() if row.status == "running"]

    @property
    def kept(self) -> int:
        return sum(row.status not in _AGAIN for row in self.stored.values())

    @property
    def failed(self) -> int:
        return sum(row.status == "failed" for row in self.stored.values())

    @property
    def missing(self) -> int:
        return self.run.planned - self.kept - self.failed

    @property
    def done(self) -> bool:
        """Whether there is nothing to go on with."""
        return self.run.status == "done"


def rest_of(store: Store, run: RunRow, allow_drift: bool = False) -> Rest:
    """What is left of a run. A UsageError names what has changed since it began, unless that is allowed."""
    plan = Plan.restored(run.plan, run.key)
    arms = store.arms(run.id)
    kept = store.catalog(arms[0].catalog_id)
    catalog = from_parts(kept.row.name, kept.row.source, kept.items, kept.parts)
    catalog.stored = kept.row.id
    if not allow_drift and run.status != "done":
        drift.refuse(run, drift.drift(run, plan, catalog, kept.row.fingerprint))
    sessions = store.sessions(run.id, visits=True)
    return Rest(
        run=run,
        plan=plan,
        stage=Stage(catalog, plan.settings()),
        arms=arms,
        users=store.scenarios(run.id),
        stored={(row.arm_id, row.scenario_id): row for row in sessions if "." not in row.key},
        later={row.key: row for row in sessions if "." in row.key},
        allow_drift=allow_drift,
    )


def resume(
    store: Store,
    rest: Rest,
    progress: Progress | None = None,
    workers: int | None = None,
    limits: Mapping[str, float | None] | None = None,
) -> Summary:
    """Play what is left and return what the whole run came to: the same as if it had never stopped.

    `limits` replaces budgets by name (`max_calls`, `max_tokens`, `max_usd`); None keeps the run's own.
    """
    began, run = time.monotonic(), rest.run
    with threadpool_limits(limits=1):
        given = {name: value for name, value in (limits or {}).items() if value is not None}
        job = _job(store, rest, {"workers": workers or rest.plan.workers} | given)
        if job.plan.workers > 1:
            worker_context(job.plan)
        chunks = _chunks(job, rest, store)
        with closing(store, run.id, run.key, began):
            store.reopen_run(run.id, rest.again)
            play(job, chunks, store, progress or Silent())
            spent = (run.seconds or 0.0) + time.monotonic() - began
            summary = summarize(store, run, run.plan.get("notes", ()), spent)
        return finish(rest.plan, store, run, summary)


def _job(store: Store, rest: Rest, changed: Mapping[str, float]) -> Job:
    """The job as it was, its users from their stored snapshots."""
    bodies = store.personas(rest.run.id)
    people = [(row.number, Persona.model_validate(bodies[row.persona_id].body)) for row in rest.users]
    plan = rest.plan.model_copy(update=dict(changed))
    scenarios = [row.id for row in rest.users]
    known = {row.key: row.id for row in rest.begun_later}
    return Job(plan, rest.stage, people, rest.run.key, scenarios, rest.run.id, rest.allow_drift, known=known)


def _chunks(job: Job, rest: Rest, store: Store) -> list[Chunk]:
    """The users who have no session that ended, arm by arm, cut anew."""
    chunks = []
    for number, arm in enumerate(rest.arms):
        rows = [rest.stored.get((arm.id, user.id)) for user in rest.users]
        open_ = [at for at, row in enumerate(rows) if row is None or row.status in _AGAIN]
        if not open_:
            continue
        places = np.array(open_, np.int64)
        fresh = iter(store.new_session_ids(sum(rows[at] is None for at in open_)))
        ids = np.array([row.id if (row := rows[at]) else next(fresh) for at in open_], np.int64)
        chunks += chunks_of(job, number, arm.id, places, ids)
    return chunks
