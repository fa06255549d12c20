"""One thread writes: batches that wait together are committed together."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from app.errors import StoreError
from app.store.failures import failure

T = TypeVar("T")

WAITING_ROWS = 200_000
"""Rows that may wait to be written before `submit` makes the caller wait."""
GROUP_ROWS = 50_000
"""Rows after which a group is committed though more are waiting."""


@dataclass(slots=True)
class Job:
    """One unit of work inside a transaction; it is run again alone when its group fails."""

    work: Callable[[Connection], Any]
    rows: int
    waited: bool
    future: Future[Any] = field(default_factory=Future)


class Ticket:
    """A promise that a batch is on disk. `wait()` or `await` returns after the commit or raises its error."""

    def __init__(self, writer: Writer, future: Future[None]) -> None:
        self._writer = writer
        self._future = future

    @property
    def done(self) -> bool:
        """Whether the batch is committed or has failed."""
        return self._future.done()

    def wait(self, timeout: float | None = None) -> None:
        """Until the commit, for at most `timeout` seconds (TimeoutError); a failed write is a StoreError."""
        try:
            self._future.result(timeout)
        finally:
            self._writer.told(self._future)

    def __await__(self) -> Generator[Any, None, None]:
        try:
            yield from asyncio.wrap_future(self._future).__await__()
        finally:
            self._writer.told(self._future)


class Writer:
    """The writer thread of one open store and the queue before it."""

    def __init__(self, engine: Engine, shown: str) -> None:
        self._engine = engine
        self._shown = shown
        self._jobs: deque[Job] = deque()
        self._rows = 0
        self._closed = False
        self._changed = threading.Condition()
        self._connection: Connection | None = None
        self._untold: dict[Future[Any], BaseException] = {}
        self._thread = threading.Thread(target=self._run, name="recoworld-writer", daemon=True)
        self._thread.start()

    def put(self, work: Callable[[Connection], None], rows: int) -> Ticket:
        """Queue work whose error is told by the ticket or, where nobody asks, by `flush`."""
        return Ticket(self, self._enqueue(work, rows, waited=False))

    def write(self, work: Callable[[Connection], T], rows: int = 1) -> T:
        """Run work in a transaction of the writer and return its result after the commit."""
        return self._enqueue(work, rows, waited=True).result()

    def flush(self) -> None:
        """Wait for all that was put; raises the first error that no ticket has told."""
        self.write(lambda connection: None)
        with self._changed:
            untold = list(self._untold.values())
            self._untold.clear()
        if untold:
            raise untold[0]

    def close(self) -> None:
        """Write what waits, then end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def told(self, future: Future[Any]) -> None:
        """Somebody has learned of this future's end."""
        with self._changed:
            self._untold.pop(future, None)

    def _enqueue(self, work: Callable[[Connection], T], rows: int, *, waited: bool) -> Future[T]:
        job = Job(work, rows, waited)
        job.future.set_running_or_notify_cancel()  # a caller that is canceled must not take its rows with it
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._rows == 0 or self._rows + rows <= WAITING_ROWS
            )
            if self._closed:
                raise StoreError(f"{self._shown}: the store is closed; open it again to write")
            self._jobs.append(job)
            self._rows += rows
            self._changed.notify_all()
        return job.future

    def _take(self) -> list[Job]:
        """The next group, oldest first; empty when the writer is closed and nothing waits."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._closed)
            group: list[Job] = []
            rows = 0
            while self._jobs and (not group or rows + self._jobs[0].rows <= GROUP_ROWS):
                group.append(self._jobs.popleft())
                rows += group[-1].rows
            return group

    def _run(self) -> None:
        while group := self._take():
            self._write(group)
            with self._changed:
                self._rows -= sum(job.rows for job in group)
                self._changed.notify_all()
        if self._connection is not None:
            self._connection.close()

    def _connect(self) -> Connection:
        """The writer keeps one connection, and with it its page cache."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _write(self, group: list[Job]) -> None:
        try:
            connection = self._connect()
            with connection.begin():
                results = [job.work(connection) for job in group]
        except BaseException as error:  # noqa: BLE001  every error belongs to whoever waits for the job
            self._failed(group, error)
        else:
            for job, result in zip(group, results, strict=True):
                job.future.set_result(result)

    def _failed(self, group: list[Job], error: BaseException) -> None:
        """The transaction is rolled back; one bad batch must not take its neighbors with it."""
        if len(group) > 1:
            for job in group:
                self._write([job])
            return
        told = failure(self._shown, error) if isinstance(error, SQLAlchemyError | sqlite3.Error) else error
        if not group[0].waited:
            with self._changed:
                self._untold[group[0].future] = told
        group[0].future.set_exception(told)
