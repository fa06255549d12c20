"""The prompts that runs have used: their texts, and where each version was used."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from app.store.tables import Arm, Call, Prompt, Run, SessionRecord


class StoredPrompt(NamedTuple):
    """One version; `text` is the file and its fragments, see `app.prompts.texts`."""

    hash: str
    name: str
    text: str


class PromptUse(NamedTuple):
    """What one run did with one version. `last` is when the last session that used it began, UTC.

    `prompt_tokens` is the mean of the calls whose tokens are known; None where there are none.
    """

    hash: str
    run: str
    sessions: int
    calls: int
    accepted: int
    prompt_tokens: float | None
    last: str


def stored_prompts(connection: Connection) -> list[StoredPrompt]:
    rows = connection.execute(
        select(Prompt.hash, Prompt.name, Prompt.text).order_by(Prompt.name, Prompt.hash)
    )
    return [StoredPrompt(*row) for row in rows]


def prompt_uses(connection: Connection) -> list[PromptUse]:
    """In one pass over the tape; the run that used a version last comes first."""
    last = func.max(func.coalesce(SessionRecord.started, Run.started))
    statement = (
        select(
            Call.prompt_hash,
            Run.key,
            func.count(SessionRecord.id.distinct()),
            func.count(),
            func.sum(case((Call.accepted, 1), else_=0)),
            func.avg(Call.prompt_tokens),
            last,
        )
        .join(SessionRecord, SessionRecord.id == Call.session_id)
        .join(Arm, Arm.id == SessionRecord.arm_id)
        .join(Run, Run.id == Arm.run_id)
        .where(Call.prompt_hash.is_not(None))
        .group_by(Call.prompt_hash, Run.id, Run.key)
        .order_by(last.desc(), Run.id.desc())
    )
    return [
        PromptUse(str(one), run, sessions, calls, accepted, None if mean is None else float(mean), latest)
        for one, run, sessions, calls, accepted, mean, latest in connection.execute(statement)
    ]
