"""A stored session made ready to be played again: its arm, its user, its prompts, and where its calls come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.casting import Cast, Company, Seat
from app.catalog.parts import from_parts
from app.errors import UsageError
from app.plans.plan import Plan
from app.prompts import Prompts
from app.session_view import SessionView
from app.store.rows import FoundSession, RunRow, SessionRows
from app.store.store import Store
from app.world import Stage
from graphs.messages import Persona


@dataclass(frozen=True)
class Origin:
    """Where a fork left its parent: before `node` of `turn`, with values set there by name."""

    parent: str
    turn: int
    node: str
    set: Mapping[str, float | str]


@dataclass(frozen=True)
class Restored:
    """One stored session with its arm. `seat` is the user's place in it; `earlier` are its sessions before."""

    store: Store
    rows: SessionRows
    plan: Plan
    cast: Cast
    seat: Seat
    earlier: tuple[Restored, ...] = ()
    origin: Origin | None = None

    @property
    def view(self) -> SessionView:
        return SessionView(self.rows, self.cast.stage.catalog)

    @property
    def key(self) -> str:
        return self.rows.session.key

    def prompts(self) -> Prompts:
        """The prompts as they were: in the versions that the session's calls name, else as they are now."""
        used = {call.prompt_hash for call in self.rows.calls}
        return Prompts.stored({p.name: p.text for p in self.store.prompts() if p.hash in used})


def restored(store: Store, key: str, near: Stage | None = None) -> Restored:
    """The session that `key` names; a run's key, or a run that cannot be read any more, is a UsageError.

    `near` may be a stage of the same catalog: what was made for it is not made again.
    """
    found = store.find(key)
    if not isinstance(found, FoundSession):
        raise UsageError(f"{key!r} is a run, not a session; see its sessions with `recoworld ls {key}`")
    rows = store.session_rows(found.session.id)
    company = _company(store, rows, Plan.restored(rows.run.plan, rows.run.key), near)
    return _restored(store, found.session.id, company)


def restored_run(store: Store, run: RunRow) -> Iterator[Restored]:
    """All sessions of a run that ended, but not those of ghosts, who only decided beside others."""
    rows = store.sessions(run.id, visits=True)
    return restored_among(
        store, [row.id for row in rows if row.status != "running" and row.parent_node != "ghost"]
    )


def restored_among(store: Store, session_ids: Iterable[int]) -> Iterator[Restored]:
    """Sessions of one run by row id, each with what they share made once."""
    company: Company | None = None
    for number in session_ids:
        if company is None:
            rows = store.session_rows(number)
            company = _company(store, rows, Plan.restored(rows.run.plan, rows.run.key))
        yield _restored(store, number, company)


def _restored(store: Store, session_id: int, company: Company) -> Restored:
    rows = store.session_rows(session_id)
    session, number = rows.session, rows.scenario.number
    persona = Persona.model_validate(rows.persona.body)
    seat = Seat(number, persona, session.id, session.key, session.scenario_id)
    cast = company.cast(rows.arm.position - 1)
    earlier = _earlier(store, session.key, company)
    return Restored(store, rows, company.plan, cast, seat, earlier, _origin(rows.run.plan))


def _company(store: Store, rows: SessionRows, plan: Plan, near: Stage | None = None) -> Company:
    if near is not None and near.catalog.stored == rows.arm.catalog_id:
        return Company(plan, near.under(plan.settings()))
    kept = store.catalog(rows.arm.catalog_id)
    catalog = from_parts(kept.row.name, kept.row.source, kept.items, kept.parts)
    catalog.stored = kept.row.id
    return Company(plan, Stage(catalog, plan.settings()))


def _earlier(store: Store, key: str, company: Company) -> tuple[Restored, ...]:
    """The sessions of the same user before this one, from the first on."""
    first, dot, visit = key.partition(".")
    if not dot:
        return ()
    keys = [first, *(f"{first}.{number}" for number in range(2, int(visit)))]
    found = [store.find(one) for one in keys]
    ids = [one.session.id for one in found if isinstance(one, FoundSession)]
    return tuple(replace(_restored(store, id_, company), earlier=()) for id_ in ids)


def _origin(plan: Mapping[str, Any]) -> Origin | None:
    fork = plan.get("fork")
    return Origin(fork["parent"], fork["turn"], fork["node"], fork["set"]) if fork else None
