"""Worker processes: what they are sent, how they start, and that they end with their parent."""

from __future__ import annotations

import os
import platform
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import forkserver, get_context, parent_process
from multiprocessing.context import ForkServerContext, SpawnContext

from threadpoolctl import threadpool_limits

from app.batch.job import Job
from app.casting import roles_of
from app.plans.plan import Plan
from app.world import Stage
from graphs.messages import Persona

IMPORTED = ("app.batch", "sklearn.feature_extraction.text")
"""What every worker needs, and takes seconds to import."""
FOR_MODELS = ("app.llm.endpoint",)
"""What those need besides that talk with models."""


def worker_context(plan: Plan) -> ForkServerContext | SpawnContext:
    """How workers are begun: on Linux forked off a server that has imported for all of them, elsewhere one by one.

    From the first call on the server imports beside this process. System libraries of other systems do not all
    survive a fork.
    """
    if platform.system() != "Linux":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([*IMPORTED, *(FOR_MODELS if any(map(roles_of, plan.arms)) else ())])
    with deaf():
        forkserver.ensure_running()
    return context


@dataclass(frozen=True)
class Parts:
    """A job as it is sent to another process, with the environment, which the server does not follow."""

    plan: Plan
    stage: Stage
    people: list[tuple[int, Persona]]
    run_key: str
    scenario_ids: list[int]
    run_id: int
    allow_drift: bool
    known: dict[str, int]
    environment: dict[str, str]

    @classmethod
    def of(cls, job: Job) -> Parts:
        return cls(
            job.plan, job.stage, job.people, job.run_key, job.scenario_ids, job.run_id,
            job.allow_drift, job.known, dict(os.environ),
        )  # fmt: skip

    def job(self) -> Job:
        """The job there, with nothing used yet."""
        os.environ.clear()
        os.environ.update(self.environment)
        stage = self.stage.under(self.plan.settings())
        return Job(
            self.plan, stage, self.people, self.run_key, self.scenario_ids, self.run_id, self.allow_drift,
            known=self.known,
        )  # fmt: skip


@contextmanager
def deaf() -> Iterator[None]:
    """Processes begun in here never hear Ctrl-C, which is for the parent; one that starts would die of it loudly."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_worker() -> None:
    """To be done first in a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="recoworld-parent", daemon=True).start()
    threadpool_limits(limits=1)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work, or do what is left, for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
