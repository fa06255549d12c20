"""Chunks are played, here or by worker processes. Every player yields what is stored, as it gets stored."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import closing, contextmanager
from itertools import groupby
from typing import Any

from app.batch.job import Chunk, ChunkResult, Job, run_chunk
from app.batch.processes import Parts, begin_worker, worker_context
from app.batch.progress import Progress
from app.batch.talkers import by_talkers
from app.batch.talking import by_talking
from app.casting import in_messages, roles_of
from app.llm.ledger import Ledger, Spent
from app.llm.usage import Usage
from app.plans.plan import Plan
from app.store.store import Store
from app.store.writer import Ticket

Results = Generator[ChunkResult, None, None]
Player = Callable[[Job, Sequence[Chunk], Store], Results]
"""Plays chunks and yields a result only when its sessions are stored, in any order. When it is closed it comes
to rest: nothing is stored by it later."""


def play(job: Job, chunks: Sequence[Chunk], store: Store, progress: Progress) -> list[ChunkResult]:
    """The results of all chunks, told to `progress` one by one."""
    progress.total(sum(map(len, chunks)))
    if any(roles_of(job.plan.arms[chunk.arm]) for chunk in chunks):
        job.usage = Usage.resumed(store.call_totals(job.run_id))
        job.ledger = Ledger(job.usage.spent(), shared=job.plan.workers > 1)
        progress.watch(job.ledger.spent)
    results = []
    for how, some in groupby(chunks, lambda chunk: player(job.plan, chunk.arm)):
        with closing(how(job, list(some), store)) as played:
            for result in played:
                job.ledger.add(Spent(failed=result.failed))
                progress.advance(len(result.chunk), job.plan.arms[result.chunk.arm].label)
                results.append(result)
    store.flush()
    return results


def player(plan: Plan, arm: int) -> Player:
    """What plays the chunks of an arm."""
    if in_messages(plan.arms[arm]):
        return by_talking if plan.workers == 1 else by_talkers
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
    shared = (Parts.of(job), store.url)
    with ProcessPoolExecutor(job.plan.workers, worker_context(job.plan), _start_worker, shared) as pool:
        try:
            waiting: set[Future[ChunkResult]] = {pool.submit(_work, chunk) for chunk in chunks}
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


_worker: dict[str, Any] = {}


def _start_worker(parts: Parts, url: str) -> None:
    begin_worker()
    _worker["job"] = parts.job()
    _worker["store"] = Store.open(url, create=False)
    gc.freeze()


def _work(chunk: Chunk) -> ChunkResult:
    result, ticket = run_chunk(_worker["job"], chunk, _worker["store"])
    ticket.wait()
    return result
