"""The rows of a run, written before its first session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np

from app import __version__, draws, world
from app.casting import Seat
from app.catalog.catalog import ItemCatalog
from app.plans.arms import Arm
from app.plans.plan import Plan
from app.store.rows import BegunRun, NewArm
from app.store.runs import session_key
from app.store.store import Store
from graphs.messages import Persona

People = Sequence[tuple[int, Persona]]


def begin(
    store: Store,
    plan: Plan,
    catalog: ItemCatalog,
    people: People,
    more: Mapping[str, Any],
    planned: int | None = None,
) -> BegunRun:
    """The run with its arms and users in one transaction; `more` is kept with the plan.

    `planned` is the number of its sessions, where that is not one a user and arm.
    """
    catalog_id = world.save_catalog(store, catalog)
    snapshots = [(persona.model_dump_json(), persona.id) for _, persona in people]
    hashes = [blake2b(body.encode(), digest_size=16).hexdigest() for body, _ in snapshots]
    numbers = np.array([number for number, _ in people], np.int64)
    signed = draws.keys(plan.seed, numbers).astype(np.int64).tolist()
    return store.begin_run(
        plan.name,
        plan.seed,
        plan.stored() | dict(more),
        __version__,
        personas=[(h, name, body) for h, (body, name) in zip(hashes, snapshots, strict=True)],
        scenarios=list(zip(numbers.tolist(), hashes, signed, strict=True)),
        arms=[_new_arm(arm, catalog_id) for arm in plan.arms],
        planned=planned,
    )


def _new_arm(arm: Arm, catalog_id: int) -> NewArm:
    settings = arm.model_dump(mode="json", exclude={"name", "recommender", "mind"})
    return NewArm(arm.name, arm.recommender, arm.mind, catalog_id, settings)


def seat(begun: BegunRun, arm: int, place: int, user: tuple[int, Persona]) -> Seat:
    """The seat of the user at `place` of the run's people, in an arm by its place."""
    number, persona = user
    key = session_key(begun.run.key, begun.arms[arm].position, number)
    return Seat(number, persona, begun.session_ids[arm][place], key, begun.scenarios[number])
