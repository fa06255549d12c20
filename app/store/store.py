"""The store: opens the database, writes through one thread, reads beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Engine

from app.store import calls, catalogs, runs
from app.store.batches import Batch, check, insert
from app.store.calls import CallToWrite
from app.store.database import for_writing
from app.store.opening import open_engine, target
from app.store.reads import Reads
from app.store.rows import (
    ArmRow,
    BegunRun,
    NewArm,
    RunRow,
    RunStatus,
)
from app.store.writer import Ticket, Writer

T = TypeVar("T")


class Store(Reads):
    """One open database. Usable from many threads; a child process opens its own.

    Readers see what is committed: wait for a ticket, or `flush()`, before reading what was just put.
    """

    def __init__(self, engine: Engine, shown: str) -> None:
        super().__init__(engine, shown)
        self.url = engine.url.render_as_string(hide_password=False)
        self._writer = Writer(for_writing(engine), shown)

    @classmethod
    def open(cls, url_or_path: str | os.PathLike[str], *, create: bool = True) -> Self:
        """A path of a SQLite file or an SQLAlchemy URL; made or migrated. What fails is a StoreError."""
        where = target(url_or_path)
        return cls(open_engine(where, create=create), where.shown)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.flush()
        finally:
            self.close()

    def close(self) -> None:
        """Writes what waits and closes; `flush()` first to learn of failed writes."""
        if self._process == os.getpid():
            self._writer.close()
        self._engine.dispose(close=self._process == os.getpid())

    # ------------------------------------------------------------------------------ writing

    def put(self, batch: Batch) -> Ticket:
        """Queue rows to be written; blocks while too many wait. The ticket tells when they are committed.

        A wrong table, a row of wrong length or a numpy value in a first row is a ValueError at once.
        """
        self._own()
        return self._writer.put(partial(insert, batch=batch), check(batch))

    def put_call(self, call: CallToWrite) -> Ticket:
        """Queue one model call with the text of its reply; await the ticket before the answer is used."""
        return self.put(calls.call_batch(call))

    def put_prompts(self, prompts: Sequence[tuple[str, str, str]]) -> Ticket:
        """Queue prompts as (hash, name, text); those already there are left as they are."""
        return self.put({"prompt": list(prompts)})

    def flush(self) -> None:
        """Wait until all that was put is committed; raises the first error that no ticket has told."""
        self._own()
        self._writer.flush()

    def start_run(self, name: str, seed: int, plan: Mapping[str, Any], planned: int, version: str) -> RunRow:
        """A new run with status `running` and a key of its own; `planned` counts sessions of all arms."""
        return self._write(runs.start_run, name, seed, plan, planned, version)

    def begin_run(
        self,
        name: str,
        seed: int,
        plan: Mapping[str, Any],
        version: str,
        *,
        personas: Sequence[tuple[str, str, str]],
        scenarios: Sequence[tuple[int, str, int]],
        arms: Sequence[NewArm],
        planned: int | None = None,
    ) -> BegunRun:
        """A new run with its personas, scenarios and arms in one transaction, so that none is ever half there.

        Personas are (hash, name, JSON text), scenarios (number, persona hash, signed 64-bit draw key).
        `planned` is the number of sessions, where that is not one of every scenario in every arm.
        """
        given, rows = (personas, scenarios, arms, planned), len(personas) + len(scenarios)
        return self._write(runs.begin_run, name, seed, plan, version, *given, rows=rows)

    def reopen_run(self, run_id: int, sessions: Sequence[int] = ()) -> None:
        """A run goes on: it is `running` again, and these sessions are emptied, to be put again under their ids."""
        self._write(runs.reopen_run, run_id, sessions)

    def take_back(
        self, session_id: int, turn: int, kept: Sequence[str] = (), again: Sequence[str] = ()
    ) -> None:
        """A session loses what it has from `turn` on, but of that turn the steps of the nodes `kept`.

        No call is lost: those of the nodes `again` in that turn answer again, the others are set aside.
        """
        self._write(runs.take_back, session_id, turn, kept, again)

    def finish_run(
        self, run_id: int, status: RunStatus, seconds: float, usage: Mapping[str, Any] | None = None
    ) -> None:
        """Closes a run; a run that is never finished stays `running`."""
        self._write(runs.finish_run, run_id, status, seconds, usage)

    def add_arm(
        self,
        run_id: int,
        position: int,
        name: str,
        *,
        recommender: str,
        mind: str,
        catalog_id: int,
        settings: Mapping[str, Any] | None = None,
    ) -> ArmRow:
        """One arm of a run; `position` is its number in session keys, unique in the run."""
        return self._write(
            runs.add_arm, run_id, position, name, recommender, mind, catalog_id, settings or {}
        )

    def save_personas(self, personas: Sequence[tuple[str, str, str]]) -> dict[str, int]:
        """(hash, name, JSON text) each; those already there are left as they are. Ids by hash."""
        return self._write(runs.save_personas, personas, rows=len(personas))

    def add_scenarios(self, run_id: int, scenarios: Sequence[tuple[int, str, int]]) -> dict[int, int]:
        """(number, persona hash, signed 64-bit draw key) each. Scenario ids of the run by number."""
        return self._write(runs.add_scenarios, run_id, scenarios, rows=len(scenarios))

    def new_session_ids(self, n: int) -> range:
        """`n` ids that no other process gets."""
        return self._write(runs.new_session_ids, n)

    def save_catalog(
        self,
        name: str,
        fingerprint: str,
        source: str,
        items: Iterable[tuple[str, str, str]],
        parts: Mapping[str, bytes],
        *,
        interactions: int = 0,
        facets: Mapping[str, Any] | None = None,
    ) -> int:
        """The catalog's id; the whole catalog in one transaction, as the current one of its name.

        Items are (id, title, JSON text). The same fingerprint under the same name is stored once.
        """
        rows = list(items)
        save = catalogs.save_catalog
        return self._write(
            save, name, fingerprint, source, rows, dict(parts), interactions, facets, rows=len(rows)
        )

    def delete_catalog(self, name: str) -> None:
        """Every version of a catalog; a UsageError while runs use it, or when there is none of the name."""
        self._write(catalogs.delete_catalog, name)

    # ------------------------------------------------------------------------------ inside

    def _write(self, work: Callable[..., T], *arguments: Any, rows: int = 1) -> T:
        self._own()
        return self._writer.write(lambda connection: work(connection, *arguments), rows)
