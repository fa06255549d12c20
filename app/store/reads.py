"""Everything that is read of a store, by method; the statements are in the modules beside this one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Select

from app.errors import StoreError
from app.store import calls, catalogs, lookup, reading, usual
from app.store.batches import Batch
from app.store.calls import CallTotals, NodeCalls, RecordedCall
from app.store.failures import translated
from app.store.prompts import PromptUse, StoredPrompt, prompt_uses, stored_prompts
from app.store.reading import Columns
from app.store.rows import (
    ArmRow,
    CatalogRow,
    FoundRun,
    FoundSession,
    PersonaRow,
    RunRow,
    ScenarioRow,
    SessionRow,
    SessionRows,
    StoredCatalog,
)
from app.store.tables import TABLES
from app.store.usual import UsualCalls, UsualTurns


class Reads:
    """What can be read of an open database; `shown` is its address for people."""

    def __init__(self, engine: Engine, shown: str) -> None:
        self.shown = shown
        self._engine = engine
        self._process = os.getpid()

    def runs(self, limit: int | None = None) -> list[RunRow]:
        """The newest runs first."""
        with self._read() as connection:
            return reading.run_rows(connection, limit)

    def arms(self, run_id: int) -> list[ArmRow]:
        """The arms of a run by position."""
        with self._read() as connection:
            return reading.arm_rows(connection, run_id)

    def find(self, text: str) -> FoundRun | FoundSession:
        """By key, unique prefix, `latest`, `latest~1`, and `-ARM-USER` after any of them; else UsageError."""
        with self._read() as connection:
            return lookup.find(connection, text)

    def sessions(self, run_id: int, visits: bool = False) -> list[SessionRow]:
        """The sessions of a run, by arm and id, without their turns; with `visits` also those of users who came back.

        Every other reading of a whole run or arm is of first sessions alone.
        """
        with self._read() as connection:
            return reading.session_list(connection, run_id, visits)

    def sessions_from(self, node: str) -> list[SessionRow]:
        """All sessions that began out of others at this node (`parent_node`), the oldest first."""
        with self._read() as connection:
            return reading.sessions_from(connection, node)

    def scenarios(self, run_id: int) -> list[ScenarioRow]:
        """The simulated users of a run, by number."""
        with self._read() as connection:
            return reading.scenario_rows(connection, run_id)

    def personas(self, run_id: int) -> dict[int, PersonaRow]:
        """The personas of a run's users, by id."""
        with self._read() as connection:
            return reading.persona_rows(connection, run_id)

    def session_counts(self, run_id: int) -> dict[int, dict[str, int]]:
        """Sessions by arm id and status."""
        with self._read() as connection:
            return reading.session_counts(connection, run_id)

    def session_rows(self, session_id: int) -> SessionRows:
        """Everything of one session; StoreError when there is none of the id."""
        with self._read() as connection:
            return reading.session_rows(connection, session_id)

    def recorded_calls(self, session_id: int) -> list[RecordedCall]:
        """The tape of one session in order; StoreError when there is no session of the id."""
        with self._read() as connection:
            return calls.recorded_calls(connection, session_id)

    def accepted_reply(self, request_hash: str, newest: int | None = None) -> str | None:
        """The newest accepted reply to a request, among calls up to id `newest` where that is given."""
        with self._read() as connection:
            return calls.accepted_reply(connection, request_hash, newest)

    def last_call(self) -> int:
        """The id of the newest call; 0 where there is none."""
        with self._read() as connection:
            return calls.last_call(connection)

    def call_totals(self, run_id: int) -> CallTotals:
        """What the calls of a run have used so far."""
        with self._read() as connection:
            return calls.call_totals(connection, run_id)

    def prompts(self) -> list[StoredPrompt]:
        """Every version of every prompt that a run has had, by name."""
        with self._read() as connection:
            return stored_prompts(connection)

    def prompt_uses(self) -> list[PromptUse]:
        """What each run did with each version, the latest use first."""
        with self._read() as connection:
            return prompt_uses(connection)

    def node_calls(self, run_id: int) -> list[NodeCalls]:
        """What the calls of a run have used, by node and prompt."""
        with self._read() as connection:
            return calls.node_calls(connection, run_id)

    def usual_calls(self, model: str, prompts: Sequence[str], representation: str = "text") -> UsualCalls:
        """What the calls of a model with these versions of prompts have used in all runs, by its turns.

        Of arms alone that showed the items in the same form.
        """
        with self._read() as connection:
            return usual.usual_calls(connection, model, prompts, representation)

    def usual_turns(self, mind: str, recommender: str, most: int) -> list[UsualTurns]:
        """How long sessions of such a pair lasted, by arm; none counts for more than `most` turns."""
        with self._read() as connection:
            return usual.usual_turns(connection, mind, recommender, most)

    def call_errors(self, run_id: int) -> list[tuple[str, str]]:
        """Node and kind of each call of a run that was not accepted."""
        with self._read() as connection:
            return calls.call_errors(connection, run_id)

    def session_batch(self, session_id: int) -> Batch:
        """What happened in a session, as its rows were put."""
        with self._read() as connection:
            return reading.session_batch(connection, session_id)

    def step_outputs(self, session_id: int) -> dict[tuple[int, str], Any]:
        """What each step of a session changed, decoded, by turn and node."""
        with self._read() as connection:
            return reading.step_outputs(connection, session_id)

    def step_table(self, run_id: int, chunk: int = 50_000) -> Iterator[Columns]:
        """What each step of a run took, as columns: arm, scenario, session, turn, node, ms."""
        return self._stream(reading.step_statement(run_id), chunk)

    def turn_table(
        self, *, run_id: int | None = None, arm_id: int | None = None, chunk: int = 50_000
    ) -> Iterator[Columns]:
        """Turns with the mindset after them, as columns: arm, scenario, session, turn, decision, seen, …"""
        return self._stream(reading.turn_statement(run_id, arm_id), chunk)

    def exposure_table(
        self, *, run_id: int | None = None, arm_id: int | None = None, chunk: int = 50_000
    ) -> Iterator[Columns]:
        """Exposures as columns: arm, scenario, session, turn, position, item, score, source, …"""
        chunks = self._stream(reading.exposure_statement(run_id, arm_id), chunk)
        return map(reading.exposure_columns, chunks)

    def instruction_table(self, arm_id: int, chunk: int = 50_000) -> Iterator[Columns]:
        """What the users of an arm asked for, in order, as columns: scenario, turn, directives."""
        return self._stream(reading.instruction_statement(arm_id), chunk)

    def titles(self, catalog_id: int) -> dict[str, str]:
        """The titles of a catalog's items by id."""
        with self._read() as connection:
            return reading.titles(connection, catalog_id)

    def titles_at(self, catalog_id: int, positions: Sequence[int]) -> dict[int, str]:
        """The titles of some of a catalog's items by position."""
        with self._read() as connection:
            return reading.titles_at(connection, catalog_id, positions)

    def view_rows(self, view: str, keys: Sequence[str]) -> tuple[list[str], list[Sequence[Any]]]:
        """Columns and rows of a public view (`v_turns`, …) of the sessions with these keys, in order."""
        with self._read() as connection:
            return reading.view_rows(connection, view, keys)

    def shown_table(self, arm_id: int, chunk: int = 50_000) -> Iterator[Columns]:
        """What each user of an arm was shown, each item once, as columns: scenario, item."""
        return self._stream(reading.shown_statement(arm_id), chunk)

    def catalogs(self) -> list[CatalogRow]:
        """The current catalog of every name, by name."""
        with self._read() as connection:
            return catalogs.catalog_rows(connection)

    def load_catalog(self, name: str) -> StoredCatalog | None:
        """The current catalog of the name with its items and parts."""
        with self._read() as connection:
            return catalogs.load_catalog(connection, name)

    def catalog_row(self, catalog_id: int) -> CatalogRow:
        """The catalog an arm used, without its items."""
        with self._read() as connection:
            return reading.one(connection, CatalogRow, TABLES["catalog"], catalog_id)

    def catalog(self, catalog_id: int) -> StoredCatalog:
        """The catalog an arm used, current or not."""
        with self._read() as connection:
            return catalogs.catalog_of(connection, catalog_id)

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        self._own()
        with translated(self.shown), self._engine.connect() as connection:
            yield connection

    def _stream(self, statement: Select[Any], chunk: int) -> Iterator[Columns]:
        with self._read() as connection:
            yield from reading.stream(connection, statement, chunk)

    def _own(self) -> None:
        if self._process != os.getpid():
            raise StoreError(f"{self.shown}: this store was opened by another process; open it again here")
