"""A plan is run: its rows are written before the first session, and it is closed whatever happens."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from app import casting, personas, world
from app.batch.drift import made
from app.batch.job import Chunk, ChunkResult, Job, arm_sums, chunks_of
from app.batch.playing import play
from app.batch.processes import worker_context
from app.batch.progress import Progress, Silent
from app.errors import StoreError, TooManyFailures
from app.llm.errors import BudgetError
from app.plans.plan import Plan
from app.plans.resolving import plan_of
from app.sessions.beginning import begin
from app.settings import Settings
from app.store.failures import AlreadyStored
from app.store.rows import RunRow, RunStatus
from app.store.store import Store
from app.summary import Summary, arm_result, usage_data
from app.world import Stage


class PlayedElsewhere(StoreError):
    """Another process plays the same run, and was first with some sessions."""


def execute(
    settings: Settings,
    store: Store,
    progress: Progress | None = None,
    importing: world.Progress | None = None,
) -> Summary:
    """`execute_plan` of the plan that settings alone make: one arm for each recommender."""
    return execute_plan(plan_of(settings), store, progress, importing)


def execute_plan(
    plan: Plan,
    store: Store,
    progress: Progress | None = None,
    importing: world.Progress | None = None,
) -> Summary:
    """Run a plan and return what it came to; `importing` shows the import of a catalog.

    Whatever was reported to `progress` is in the store, also when interrupted or killed; TooManyFailures is
    raised after everything is stored.
    """
    began = time.monotonic()
    if plan.workers > 1:
        worker_context(plan)
    with threadpool_limits(limits=1):
        job, notes, recorded = prepared(plan, store, importing)
        run, chunks = _begun(job, store, notes, recorded)
        with closing(store, run.id, run.key, began):
            results = play(job, chunks, store, progress or Silent())
            summary = _summary(job, run, results, notes)
        return finish(plan, store, run, replace(summary, seconds=time.monotonic() - began))


def prepared(
    plan: Plan, store: Store | None, importing: world.Progress | None = None
) -> tuple[Job, list[str], dict[str, Any]]:
    """The job of a plan, notes for the reader, and what is recorded of the users; nothing is stored.

    Everything that is wrong with a plan on this machine is an error here.
    """
    catalog = world.open_catalog(plan.catalog, store, plan.columns or None, plan.scale, importing)
    casting.check(plan, catalog, personas.facet_names(catalog))
    stage = Stage(catalog, plan.settings())
    people, notes, recorded = world.population(plan.settings(), stage)
    job = Job(plan, stage, people)
    for arm in range(len(plan.arms)):
        job.cast(arm)
    return job, notes, recorded


def _begun(
    job: Job, store: Store, notes: Sequence[str], recorded: dict[str, Any]
) -> tuple[RunRow, list[Chunk]]:
    """The run's rows, and its chunks."""
    n = len(job.people)
    more = recorded | {"notes": list(notes), "made": made(job.plan)}
    begun = begin(store, job.plan, job.stage.catalog, job.people, more)
    job.run_key, job.run_id = begun.run.key, begun.run.id
    job.scenario_ids = [begun.scenarios[number] for number, _ in job.people]
    ids = [np.array(ids, np.int64) for ids in begun.session_ids]
    chunks = [
        chunk
        for arm, row in enumerate(begun.arms)
        for chunk in chunks_of(job, arm, row.id, np.arange(n, dtype=np.int64), ids[arm])
    ]
    return begun.run, chunks


@contextmanager
def closing(store: Store, run_id: int, key: str, began: float) -> Iterator[None]:
    """A run that does not come to its end is closed as interrupted or failed."""
    try:
        yield
    except AlreadyStored as error:
        raise PlayedElsewhere(
            f"run {key} is played by another process too, which has stored these sessions already;\n"
            f"this one stops, and nothing is stored twice; see how far it is: recoworld show {key}"
        ) from error
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt | BudgetError)
        store.finish_run(run_id, "interrupted" if interrupted else "failed", time.monotonic() - began)
        store.flush()
        raise


def _summary(job: Job, run: RunRow, results: Sequence[ChunkResult], notes: Sequence[str]) -> Summary:
    plan = job.plan
    arms = []
    for number, arm in enumerate(plan.arms):
        sums = arm_sums(job, number, [r for r in results if r.chunk.arm == number])
        named = (arm.name, arm.recommender, arm.mind)
        arms.append(arm_result(*named, sums, plan.seed, arm.max_turns, arm.replicate, plan.days))
    failed = sum(result.failed for result in results)
    return Summary(
        run=run.key,
        name=plan.name,
        seed=plan.seed,
        seconds=0.0,
        planned=run.planned,
        done=run.planned - failed,
        failed=failed,
        arms=arms,
        notes=list(notes),
        max_turns=max(arm.max_turns for arm in plan.arms),
        usage=usage_data(job.usage),
    )


def finish(plan: Plan, store: Store, run: RunRow, summary: Summary) -> Summary:
    """Close a run whose sessions are all stored; TooManyFailures where more failed than the plan allows."""
    planned, failed = summary.planned, summary.failed
    status: RunStatus = "failed" if failed > plan.failure_limit * planned else "done"
    summary = replace(summary, status=status)
    store.finish_run(run.id, status, summary.seconds, summary.stored())
    if status == "failed":
        raise TooManyFailures(
            f"{failed} of {planned} sessions failed, more than the limit of {plan.failure_limit:.0%}; "
            f"see `recoworld ls {run.key}` for the reasons"
        )
    return summary
