"""One session of messages on its way into the store, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson
from pydantic import BaseModel

from app.runner import Step
from app.store.batches import Batch
from app.store.store import Store
from app.transcript import Transcript
from graphs.messages import Mindset, Session, Turn
from graphs.session import VERBS

_HIDDEN_ARRAYS = {"memory"}
_LONG = ("turns", "history")
"""Kept turn by turn in tables of their own."""


@dataclass
class Journal:
    """Writes what happens as it happens: a step when it is over, the rows of a turn with its last step."""

    store: Store
    script: Transcript

    async def begin(self, mindset: Mindset) -> None:
        await self.store.put(self.script.begin(mindset))

    async def watch(self, step: Step) -> None:
        """Returns when the step is committed."""
        batch = dict(step_rows(self.script.id, step))
        if step.node == VERBS[-1]:
            turn: Turn = step.changed["turns"][-1]
            batch |= self.script.turn(turn)
        await self.store.put(batch)

    def ended(self, session: Session, away: float | None = None, day: int = 0) -> Batch:
        """The row of the session at its end, to be put; `away` are the days until the user comes back."""
        return self.script.end(session, away, day)


def step_rows(session_id: int, step: Step) -> Batch:
    """A step with what it changed, as content-addressed JSON."""
    digest, body = outcome_of(step)
    place = VERBS.index(step.node) + 1 if step.node in VERBS else len(VERBS) + 1
    row = (session_id, step.turn, step.node, place, step.started, round(step.ms, 3), None, digest, None)
    return {"blob": [(digest, body)], "step": [row]}


def outcome_of(step: Step) -> tuple[str, bytes]:
    """(content hash, JSON) of what a step changed, without what is kept elsewhere."""
    body = orjson.dumps({name: _plain(value) for name, value in step.changed.items() if name not in _LONG})
    return blake2b(body, digest_size=16).hexdigest(), body


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude=_HIDDEN_ARRAYS, exclude_defaults=True)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
