"""Arms of messages over several processes, each with its own event loop, endpoint and tape; they share one
database and one ledger."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from app.batch.job import Chunk, ChunkResult, Job
from app.batch.processes import Parts, begin_worker, worker_context
from app.batch.talking import Talk, spoken_in
from app.errors import RecoWorldError
from app.llm.ledger import Ledger
from app.llm.usage import Usage
from app.store.store import Store


class WorkerError(RecoWorldError):
    """A worker process ended before its work did."""


@dataclass(frozen=True)
class Report:
    """The last that a worker tells: what its models used, and the error that stopped it."""

    usage: Usage
    error: RecoWorldError | None


def by_talkers(job: Job, chunks: Sequence[Chunk], store: Store) -> Generator[ChunkResult, None, None]:
    """One result a session, as each ends. An error that stops one worker stops all, and is raised at the end.

    The models are tried once, here, before any worker starts.
    """
    asyncio.run(_try(job, chunks, store))
    shares = shares_of(chunks, min(job.plan.workers, job.plan.concurrency))
    team = Team(job, shares, store.url)
    try:
        yield from team.results()
    except BaseException:
        team.stop()
        raise
    finally:
        team.join()


async def _try(job: Job, chunks: Sequence[Chunk], store: Store) -> None:
    async with AsyncExitStack() as stack:
        await spoken_in(job, chunks, store, stack)


def shares_of(chunks: Sequence[Chunk], workers: int) -> list[list[Chunk]]:
    """The users dealt out one by one, at most one share a worker and none empty."""
    dealt = [
        [replace(c, places=c.places[at::workers], ids=c.ids[at::workers]) for c in chunks if len(c) > at]
        for at in range(workers)
    ]
    return [share for share in dealt if share]


class Team:
    """Worker processes under way. `concurrency` is divided among them."""

    def __init__(self, job: Job, shares: Sequence[Sequence[Chunk]], url: str) -> None:
        self._usage = job.usage
        self._open: dict[Connection, BaseProcess] = {}
        self._begun: list[BaseProcess] = []
        at_once, more = divmod(job.plan.concurrency, len(shares))
        for number, share in enumerate(shares):
            own = job.plan.model_copy(update={"concurrency": at_once + (number < more)})
            self._begin(replace(Parts.of(job), plan=own), share, url, job.ledger)

    def _begin(self, parts: Parts, share: Sequence[Chunk], url: str, ledger: Ledger) -> None:
        context = worker_context(parts.plan)
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(parts, share, url, ledger, there))
        process.start()
        there.close()
        self._open[here] = process
        self._begun.append(process)

    def results(self) -> Generator[ChunkResult, None, None]:
        """One a session, until all workers have reported."""
        while self._open:
            for pipe in connection.wait(list(self._open)):
                assert isinstance(pipe, Connection)
                told = self._told(pipe)
                if isinstance(told, ChunkResult):
                    yield told
                elif told.error is not None:
                    raise told.error

    def _told(self, pipe: Connection) -> ChunkResult | Report:
        try:
            told: ChunkResult | Report = pipe.recv()
        except (EOFError, OSError) as error:
            process = self._open.pop(pipe)
            process.join()
            raise WorkerError(
                f"a worker process ended with code {process.exitcode} before its work did; what it had stored is "
                "kept: `recoworld resume` goes on"
            ) from error
        if isinstance(told, Report):
            self._open.pop(pipe)
            self._usage.join(told.usage)
        return told

    def stop(self) -> None:
        """Bring all workers to rest; calls in flight are still recorded."""
        for pipe in self._open:
            with suppress(OSError):
                pipe.send(None)
        while self._open:
            with suppress(WorkerError):
                self._told(next(iter(self._open)))

    def join(self) -> None:
        for process in self._begun:
            process.join()


def _work(parts: Parts, chunks: Sequence[Chunk], url: str, ledger: Ledger, pipe: Connection) -> None:
    begin_worker()
    job = parts.job()
    job.ledger, job.tried = ledger, True
    error: RecoWorldError | None = None
    with Store.open(url, create=False) as store:
        talk = Talk(job, chunks, store)
        threading.Thread(target=_listen, args=(pipe, talk), name="recoworld-stop", daemon=True).start()
        try:
            for result in talk.results():
                pipe.send(result)
        except RecoWorldError as stopping:
            error = stopping
        talk.join()
    pipe.send(Report(job.usage, error))


def _listen(pipe: Connection, talk: Talk) -> None:
    """The parent says one thing only: stop."""
    with suppress(EOFError, OSError):
        pipe.recv()
        talk.cancel()
