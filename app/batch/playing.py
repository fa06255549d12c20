"""Chunks are played, here or by worker processes. Every player yields what is stored, as it gets stored."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import closing, contextmanager
from itertools import groupby
from multiprocessing import get_context, parent_process
from typing import Any

from threadpoolctl import threadpool_limits

from app.batch.job import Chunk, ChunkResult, Job, run_chunk
from app.batch.progress import Progress
from app.batch.talking import by_talking
from app.casting import in_messages
from app.catalog.catalog import ItemCatalog
from app.plans.plan import Plan
from app.store.store import Store
from app.store.writer import Ticket
from app.world import Stage
from graphs.messages import Persona

Results = Generator[ChunkResult, None, None]
Player = Callable[[Job, Sequence[Chunk], Store], Results]
"""Plays chunks and yields a result only when its sessions are stored, in any order. When it is closed it comes
to rest: nothing is stored by it later."""


def play(job: Job, chunks: Sequence[Chunk], store: Store, progress: Progress) -> list[ChunkResult]:
    """The results of all chunks, told to `progress` one by one."""
    progress.total(sum(map(len, chunks)))
    results = []
    for how, some in groupby(chunks, lambda chunk: player(job.plan, chunk.arm)):
        with closing(how(job, list(some), store)) as played:
            for result in played:
                progress.advance(len(result.chunk), job.plan.arms[result.chunk.arm].label)
                results.append(result)
    store.flush()
    return results


def player(plan: Plan, arm: int) -> Player:
    """What plays the chunks of an arm; sessions of messages are played in this process."""
    if in_messages(plan.arms[arm]):
        return by_talking
    return here if plan.workers == 1 else by_workers


def here(job: Job, chunks: Sequence[Chunk], store: Store) -> Results:
    """One after the other in this process; the next is played while the last is written."""
    waiting: deque[tuple[ChunkResult, Ticket]] = deque()
    with settled():
        for chunk in chunks:
            waiting.append(run_chunk(job, chunk, store))
            while waiting and waiting[0][1].done:
                yield _stored(*waiting.popleft())
        for result, ticket in waiting:
            yield _stored(result, ticket)


def _stored(result: ChunkResult, ticket: Ticket) -> ChunkResult:
    ticket.wait()
    return result


@contextmanager
def settled() -> Iterator[None]:
    """What is there by now stays to the end, so the garbage collector need not walk it again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


# ------------------------------------------------------------------------------------- workers


def by_workers(job: Job, chunks: Sequence[Chunk], store: Store) -> Results:
    """Over several processes, each with its own connection to the store."""
    context = get_context("spawn")
    shared = (job.plan, job.stage.catalog, job.people, job.run_key, job.scenario_ids, store.url)
    with ProcessPoolExecutor(job.plan.workers, context, _start_worker, shared) as pool:
        try:
            with _deaf():
                waiting: set[Future[ChunkResult]] = {pool.submit(_work, chunk) for chunk in chunks}
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes begun in here never hear Ctrl-C, which is for the parent; one that starts would die of it loudly."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_worker: dict[str, Any] = {}


def _start_worker(
    plan: Plan, catalog: ItemCatalog, people: list[tuple[int, Persona]], key: str, ids: list[int], url: str
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="recoworld-parent", daemon=True).start()
    threadpool_limits(limits=1)
    _worker["job"] = Job(plan, Stage(catalog, plan.settings()), people, key, ids)
    _worker["store"] = Store.open(url, create=False)
    gc.freeze()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work, or do what is left, for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(chunk: Chunk) -> ChunkResult:
    result, ticket = run_chunk(_worker["job"], chunk, _worker["store"])
    ticket.wait()
    return result
