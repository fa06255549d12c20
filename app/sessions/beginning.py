"""The rows of a run with one user, written before its first session."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np

from app import __version__, draws, world
from app.casting import Seat
from app.catalog.catalog import ItemCatalog
from app.plans.plan import Plan
from app.store.rows import BegunRun, NewArm
from app.store.runs import session_key
from app.store.store import Store
from graphs.messages import Persona


def begin_single(
    store: Store, plan: Plan, catalog: ItemCatalog, number: int, persona: Persona, more: Mapping[str, Any]
) -> tuple[BegunRun, list[Seat]]:
    """The run, and the user's seat in each arm; `more` is kept with the plan."""
    body = persona.model_dump_json()
    digest = blake2b(body.encode(), digest_size=16).hexdigest()
    signed = int(draws.keys(plan.seed, np.array([number])).astype(np.int64)[0])
    catalog_id = world.save_catalog(store, catalog)
    conditions = {"name", "recommender", "mind"}
    begun = store.begin_run(
        plan.name,
        plan.seed,
        plan.stored() | {"notes": []} | dict(more),
        __version__,
        personas=[(digest, persona.id, body)],
        scenarios=[(number, digest, signed)],
        arms=[
            NewArm(a.name, a.recommender, a.mind, catalog_id, a.model_dump(mode="json", exclude=conditions))
            for a in plan.arms
        ],
    )
    seats = [
        Seat(
            number, persona, ids[0], session_key(begun.run.key, arm.position, number), begun.scenarios[number]
        )
        for arm, ids in zip(begun.arms, begun.session_ids, strict=True)
    ]
    return begun, seats
