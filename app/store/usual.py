"""What models have used in earlier runs and how long sessions lasted, for the estimate of the next run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, func, select

from app.store.calls import FROM_CACHE
from app.store.tables import Arm, Call, Run, SessionRecord

_TURN_BITS = 1 << 16


class UsualCalls(NamedTuple):
    """Sums over the calls that were sent in `turns` turns; `seconds` are the latencies of the replies.

    `versions` is how many of the prompts were asked at all.
    """

    versions: int
    turns: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    seconds: float


class UsualTurns(NamedTuple):
    """The sessions of `users` in one arm that came to a good end, those of later days included.

    Only of runs that are done: what is there of others are the short sessions.
    """

    plan: Mapping[str, Any]
    settings: Mapping[str, Any]
    users: int
    turns: int


def usual_calls(
    connection: Connection, model: str, prompts: Sequence[str], representation: str
) -> UsualCalls:
    arms = connection.execute(select(Arm.id, Arm.settings))
    shown = [arm for arm, settings in arms if settings.get("representation", "text") == representation]
    turn = Call.session_id * _TURN_BITS + Call.turn
    row = connection.execute(
        select(
            func.count(Call.prompt_hash.distinct()),
            func.count(turn.distinct()),
            func.count(),
            *(
                func.coalesce(func.sum(column), 0)
                for column in (
                    Call.prompt_tokens,
                    Call.completion_tokens,
                    Call.cached_tokens,
                    Call.latency_ms,
                )
            ),
        )
        .join(SessionRecord, SessionRecord.id == Call.session_id)
        .where(
            Call.model == model,
            Call.prompt_hash.in_(prompts),
            SessionRecord.arm_id.in_(shown),
            func.coalesce(Call.finish_reason, "") != FROM_CACHE,
        )
    ).one()
    *counts, ms = row
    return UsualCalls._make([*map(int, counts), float(ms) / 1000.0])


def usual_turns(connection: Connection, mind: str, recommender: str, most: int) -> list[UsualTurns]:
    turns = case((SessionRecord.turns > most, most), else_=SessionRecord.turns)
    sums = (
        select(
            SessionRecord.arm_id,
            func.count(SessionRecord.scenario_id.distinct()).label("users"),
            func.sum(turns).label("turns"),
        )
        .join(Arm, Arm.id == SessionRecord.arm_id)
        .where(
            Arm.mind == mind,
            Arm.recommender == recommender,
            SessionRecord.parent_id.is_(None),
            SessionRecord.status.in_(("left", "truncated")),
        )
        .group_by(SessionRecord.arm_id)
        .subquery()
    )
    rows = connection.execute(
        select(Run.plan, Arm.settings, sums.c.users, sums.c.turns)
        .join(Arm, Arm.run_id == Run.id)
        .join(sums, sums.c.arm_id == Arm.id)
        .where(Run.status == "done")
    )
    return [UsualTurns(plan, settings, int(users), int(turns)) for plan, settings, users, turns in rows]
