"""The rows of an export as chunks of dictionaries, a few sessions at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from app.catalog.catalog import ItemCatalog
from app.catalog.features import Facets
from app.catalog.parts import from_parts
from app.export.chat import Chat, chat
from app.export.schemas import JSON_COLUMNS
from app.store.rows import RunRow, SessionRow
from app.store.store import Store

Rows = list[dict[str, Any]]
MARGIN = 0.05
_SESSIONS = 200
"""Sessions in memory at a time."""


def chunks(store: Store, run: RunRow, what: str, margin: float = MARGIN) -> Iterator[Rows]:
    """Rows of the ended sessions of a run, by arm and user; preferences by user."""
    if what == "preferences":
        return _preferences(store, run, margin)
    if what == "trajectories":
        return _trajectories(store, run)
    return _view_rows(store, run, what)


def _ended(store: Store, run: RunRow) -> list[SessionRow]:
    """The sessions that have ended, by arm, then by user."""
    places = {arm.id: arm.position for arm in store.arms(run.id)}
    users = {row.id: row.number for row in store.scenarios(run.id)}
    ended = [row for row in store.sessions(run.id) if row.status != "running"]
    return sorted(ended, key=lambda row: (places[row.arm_id], users[row.scenario_id], row.id))


def _view_rows(store: Store, run: RunRow, what: str) -> Iterator[Rows]:
    keys = [row.key for row in _ended(store, run)]
    for at in range(0, len(keys), _SESSIONS):
        names, found = store.view_rows(f"v_{what}", keys[at : at + _SESSIONS])
        yield [_decoded(what, dict(zip(names, row, strict=True))) for row in found]


def _decoded(what: str, row: dict[str, Any]) -> dict[str, Any]:
    for name in JSON_COLUMNS.get(what, ()):
        if isinstance(row[name], str):
            row[name] = json.loads(row[name])
    return row


# ------------------------------------------------------------------------------ conversations


class Chats:
    """Sessions as conversations, each catalog read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._catalogs: dict[int, tuple[ItemCatalog, Facets]] = {}

    def of(self, session: SessionRow) -> Chat:
        rows = self._store.session_rows(session.id)
        return chat(rows, *self._catalog(rows.arm.catalog_id))

    def _catalog(self, number: int) -> tuple[ItemCatalog, Facets]:
        if number not in self._catalogs:
            stored = self._store.catalog(number)
            catalog = from_parts(stored.row.name, stored.row.source, stored.items, stored.parts)
            self._catalogs[number] = catalog, Facets.of(catalog)
        return self._catalogs[number]


def _trajectories(store: Store, run: RunRow) -> Iterator[Rows]:
    chats, ended = Chats(store), [row for row in _ended(store, run) if row.turns]
    for at in range(0, len(ended), _SESSIONS):
        yield [chats.of(row).trajectory() for row in ended[at : at + _SESSIONS]]


def _preferences(store: Store, run: RunRow, margin: float) -> Iterator[Rows]:
    """Of each user, its sessions in every two arms, up to the first slates that differ."""
    chats = Chats(store)
    of_user: dict[int, list[SessionRow]] = {}
    for row in _ended(store, run):
        if row.turns and row.status != "failed":
            of_user.setdefault(row.scenario_id, []).append(row)
    rows: Rows = []
    for sessions in of_user.values():
        rows += _pairs([chats.of(row) for row in sessions], margin)
        if len(rows) >= _SESSIONS:
            yield rows
            rows = []
    yield rows


def _pairs(found: Sequence[Chat], margin: float) -> Rows:
    pairs = (a.preferred(b, margin) for a, b in combinations(found, 2))
    return [row for row in pairs if row is not None]
