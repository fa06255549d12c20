"""Runs from names: the arms of a run over its users, in cohorts, in one process or several, into the store."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from multiprocessing import get_context
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from app import __version__, draws, world
from app.catalog.catalog import ItemCatalog
from app.errors import TooManyFailures
from app.metrics import Coverage, Tally, join
from app.recorder import Recorder
from app.runner import run_cohort
from app.settings import Settings
from app.store.rows import RunStatus
from app.store.store import Store
from app.summary import ArmResult, Summary, arm_result
from app.world import Stage
from graphs.messages import Persona

_SMALLEST = 25
_CELLS = 6_000_000
"""Users times items of one cohort's arrays, at most."""


class Progress(Protocol):
    """Where progress is shown: sessions done of all planned, over all arms."""

    def total(self, n: int) -> None: ...

    def advance(self, n: int, text: str) -> None: ...


class Silent:
    """Shows nothing."""

    def total(self, n: int) -> None:
        """Nothing."""

    def advance(self, n: int, text: str) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Chunk:
    """Users first…last - 1 (places in the run's list) of one arm, as one cohort."""

    arm: int
    arm_id: int
    first: int
    last: int
    base: int
    """Session id of the run's first user in this arm."""


@dataclass
class ChunkResult:
    """What one cohort came to."""

    chunk: Chunk
    tally: Tally
    bits: npt.NDArray[np.uint8]
    asked: Counter[str]
    reasons: Counter[str]
    failed: int


@dataclass
class Job:
    """Everything that the chunks of a run share."""

    settings: Settings
    stage: Stage
    people: list[tuple[int, Persona]]
    run_key: str
    scenario_ids: list[int]
    recommenders: dict[int, Any] = field(default_factory=dict)

    def recommender(self, arm: int) -> Any:
        if arm not in self.recommenders:
            self.recommenders[arm] = self.stage.recommender(self.settings.recommender[arm])
        return self.recommenders[arm]


def cohort_size(settings: Settings, n_items: int) -> int:
    """Users in lock-step: bounded by memory, and small enough for progress to be seen and work to be shared."""
    room = max(_SMALLEST, _CELLS // max(n_items, 1))
    shares = max(8, 4 * settings.workers)
    return max(1, min(settings.cohort, room, max(_SMALLEST, -(-settings.sessions // shares))))


def run_chunk(job: Job, chunk: Chunk, store: Store) -> ChunkResult:
    """Play one cohort and store it whole."""
    people = job.people[chunk.first : chunk.last]
    ids = chunk.base + np.arange(chunk.first, chunk.last, dtype=np.int64)
    keys = [f"{job.run_key}-{chunk.arm + 1}-{number}" for number, _ in people]
    users, user = job.stage.users(people), job.stage.user
    scenario_ids = job.scenario_ids[chunk.first : chunk.last]
    recorder = Recorder(user, job.stage.knowledge, ids, keys, chunk.arm_id, scenario_ids)
    recorder.start(user.start(users))
    settings, recommender = job.settings, job.recommender(chunk.arm)
    for turn in run_cohort(
        user, recommender, users, job.stage.visitors(people), settings.slate_size, settings.max_turns
    ):
        recorder.add(turn)
    store.put(recorder.batch())
    return ChunkResult(
        chunk, recorder.tally, recorder.coverage.bits, recorder.asked, recorder.reasons, recorder.failed
    )


def execute(
    settings: Settings,
    store: Store,
    progress: Progress | None = None,
    importing: world.Progress | None = None,
) -> Summary:
    """Run the settings' arms and return what they came to; `importing` shows the import of a catalog.

    Whatever finished is in the store, also when interrupted; TooManyFailures is raised after everything is
    stored.
    """
    began = time.monotonic()
    with threadpool_limits(limits=1):
        catalog = world.open_catalog(
            settings.catalog, store, settings.columns or None, settings.scale, importing
        )
        world.check(settings, catalog)
        stage = Stage(catalog, settings)
        people, notes, recorded = world.population(settings, stage)
        job = Job(settings, stage, people, "", [])
        for arm in range(len(settings.recommender)):
            job.recommender(arm)
        with _settled(), _started(job, store, recorded, began) as (run, chunks):
            results = _play(job, chunks, store, progress or Silent())
        return _finish(job, run, results, store, notes, began)


@contextmanager
def _started(
    job: Job, store: Store, recorded: dict[str, Any], began: float
) -> Iterator[tuple[Any, list[Chunk]]]:
    """The run's rows, written before the first session; an interrupted run is closed as such."""
    settings = job.settings
    planned = len(job.people) * len(settings.recommender)
    plan = settings.model_dump(mode="json") | recorded
    catalog_id = world.save_catalog(store, job.stage.catalog)
    run = store.start_run(settings.name, settings.seed, plan, planned, __version__)
    job.run_key = run.key
    snapshots = [(persona.model_dump_json(), persona.id) for _, persona in job.people]
    hashes = [blake2b(body.encode(), digest_size=16).hexdigest() for body, _ in snapshots]
    store.save_personas([(h, name, body) for h, (body, name) in zip(hashes, snapshots, strict=True)])
    numbers = np.array([number for number, _ in job.people], np.int64)
    signed = draws.keys(settings.seed, numbers).astype(np.int64).tolist()
    by_number = store.add_scenarios(run.id, list(zip(numbers.tolist(), hashes, signed, strict=True)))
    job.scenario_ids = [by_number[number] for number in numbers.tolist()]
    chunks = _chunks(job, store, run.id, catalog_id)
    try:
        yield run, chunks
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        store.finish_run(run.id, "interrupted" if interrupted else "failed", time.monotonic() - began)
        store.flush()
        raise


@contextmanager
def _settled() -> Iterator[None]:
    """What is there by now stays to the end, so the garbage collector need not walk it again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _chunks(job: Job, store: Store, run_id: int, catalog_id: int) -> list[Chunk]:
    settings, n = job.settings, len(job.people)
    size = cohort_size(settings, len(job.stage.catalog))
    chunks = []
    for arm, name in enumerate(settings.recommender):
        row = store.add_arm(
            run_id,
            arm + 1,
            name,
            recommender=name,
            mind=settings.mind,
            catalog_id=catalog_id,
            settings={"slate_size": settings.slate_size, "max_turns": settings.max_turns},
        )
        base = store.new_session_ids(n)[0]
        chunks += [Chunk(arm, row.id, at, min(at + size, n), base) for at in range(0, n, size)]
    return chunks


def _play(job: Job, chunks: Sequence[Chunk], store: Store, progress: Progress) -> list[ChunkResult]:
    progress.total(sum(chunk.last - chunk.first for chunk in chunks))
    played = _played(job, chunks, store) if job.settings.workers == 1 else _shared(job, chunks, store)
    results = []
    for result in played:
        results.append(result)
        chunk = result.chunk
        progress.advance(chunk.last - chunk.first, job.settings.recommender[chunk.arm])
    store.flush()
    return sorted(results, key=lambda r: (r.chunk.arm, r.chunk.first))


def _played(job: Job, chunks: Sequence[Chunk], store: Store) -> Iterator[ChunkResult]:
    for chunk in chunks:
        yield run_chunk(job, chunk, store)


# ------------------------------------------------------------------------------------- workers


def _shared(job: Job, chunks: Sequence[Chunk], store: Store) -> Iterator[ChunkResult]:
    """The chunks over several processes, each with its own connection to the store."""
    context = get_context("spawn")
    shared = (job.settings, job.stage.catalog, job.people, job.run_key, job.scenario_ids, store.url)
    with ProcessPoolExecutor(job.settings.workers, context, _start_worker, shared) as pool:
        waiting: set[Future[ChunkResult]] = {pool.submit(_work, chunk) for chunk in chunks}
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


_worker: dict[str, Any] = {}


def _start_worker(
    settings: Settings,
    catalog: ItemCatalog,
    people: list[tuple[int, Persona]],
    key: str,
    ids: list[int],
    url: str,
) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(limits=1)
    _worker["job"] = Job(settings, Stage(catalog, settings), people, key, ids)
    _worker["store"] = Store.open(url, create=False)
    gc.freeze()


def _work(chunk: Chunk) -> ChunkResult:
    result = run_chunk(_worker["job"], chunk, _worker["store"])
    _worker["store"].flush()
    return result


# -------------------------------------------------------------------------------------- results


def _finish(
    job: Job, run: Any, results: list[ChunkResult], store: Store, notes: list[str], began: float
) -> Summary:
    arms = [_arm(job, run, arm, [r for r in results if r.chunk.arm == arm], store) for arm in _arms(job)]
    seconds = time.monotonic() - began
    failed = sum(r.failed for r in results)
    planned = len(job.people) * len(arms)
    status: RunStatus = "failed" if failed > job.settings.failure_limit * planned else "done"
    summary = Summary(
        run=run.key,
        name=job.settings.name,
        seed=job.settings.seed,
        seconds=seconds,
        planned=planned,
        done=planned - failed,
        failed=failed,
        arms=arms,
        notes=notes,
        max_turns=job.settings.max_turns,
        status=status,
    )
    store.finish_run(run.id, status, seconds, summary.stored())
    if status == "failed":
        raise TooManyFailures(
            f"{failed} of {planned} sessions failed, more than the limit of {job.settings.failure_limit:.0%}; "
            f"see `recoworld ls {run.key}` for the reasons"
        )
    return summary


def _arms(job: Job) -> range:
    return range(len(job.settings.recommender))


def _arm(job: Job, run: Any, arm: int, results: list[ChunkResult], store: Store) -> ArmResult:
    coverage = Coverage(0, len(job.stage.catalog))
    coverage.bits = np.concatenate([r.bits for r in results])
    return arm_result(
        name=job.settings.recommender[arm],
        recommender=job.settings.recommender[arm],
        mind=job.settings.mind,
        tally=join([r.tally for r in results]),
        coverage=coverage.measure(job.settings.seed),
        asked=sum((r.asked for r in results), Counter()),
        reasons=sum((r.reasons for r in results), Counter()),
        keys=[f"{run.key}-{arm + 1}-{number}" for number, _ in job.people],
        names=[persona.id.partition("#")[0] for _, persona in job.people],
        settings=job.settings,
    )
