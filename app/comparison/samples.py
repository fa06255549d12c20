"""The sessions of a side as arrays, and which of them are pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from app.comparison.arms import Side, luck
from app.metrics import Tally
from app.store.rows import ArmRow, PersonaRow, RunRow, SessionRow
from app.store.store import Store

I64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """n sessions of a side, by user, then by replicate; `users` and `replicate` are int64 (n,)."""

    rows: list[SessionRow]
    users: I64
    replicate: I64
    tally: Tally
    persona: dict[int, PersonaRow]
    """By user number."""

    def __len__(self) -> int:
        return len(self.rows)

    def at(self, places: I64) -> Sample:
        tally = Tally(**{name: values[places] for name, values in self.tally.columns().items()})
        rows = [self.rows[place] for place in places.tolist()]
        return Sample(rows, self.users[places], self.replicate[places], tally, self.persona)


@dataclass(frozen=True)
class Pairing:
    """Both samples as they are compared; when paired, row i of both is the same user and replicate."""

    a: Sample
    b: Sample
    paired: bool
    says: str
    notes: list[str]


def load(store: Store, run: RunRow, arms: Sequence[ArmRow]) -> Sample:
    """All ended sessions of some arms of a run."""
    scenarios = {row.id: row for row in store.scenarios(run.id)}
    bodies = store.personas(run.id)
    order = {arm.id: at for at, arm in enumerate(arms)}
    rows = [row for row in store.sessions(run.id) if row.arm_id in order]
    rows.sort(key=lambda row: (scenarios[row.scenario_id].number, order[row.arm_id]))
    users = np.array([scenarios[row.scenario_id].number for row in rows], np.int64)
    replicate = np.array([order[row.arm_id] for row in rows], np.int64)
    persona = {row.number: bodies[row.persona_id] for row in scenarios.values()}
    return Sample(rows, users, replicate, _tally(rows), persona)


def _tally(rows: Sequence[SessionRow]) -> Tally:
    """The sums that were stored with the sessions; what is not finite was left out there."""
    tally = Tally(
        **{
            field.name: np.array([float((row.sums or {}).get(field.name, np.nan)) for row in rows])
            for field in fields(Tally)
        }
    )
    never = np.isnan(tally.return_days) & (tally.left > 0)
    tally.return_days = np.where(never, np.inf, tally.return_days)
    return tally


def pair(store: Store, a: Side, b: Side) -> Pairing:
    """Sessions paired by user where both sides had the same users; failed ones left out with their partners."""
    first, second = (load(store, side.run, side.arms) for side in (a, b))
    reason = _why_not(store, a, b)
    failed = [np.array([row.status == "failed" for row in s.rows], bool) for s in (first, second)]
    notes = _failures(failed, (first, second), reason is None)
    if reason is not None:
        kept = [s.at(np.flatnonzero(~wrong)) for s, wrong in zip((first, second), failed, strict=True)]
        return Pairing(kept[0], kept[1], False, reason, notes)
    here, there = _matched(first, second)
    if missing := len(np.union1d(first.users, second.users)) - len(np.unique(first.users[here])):
        notes.append(f"{missing:,} users are in one of the runs only and were left out")
    if len(a.arms) != len(b.arms):
        least = min(len(a.arms), len(b.arms))
        notes.append(
            f"{len(a.arms)} replicates of A and {len(b.arms)} of B: the first {least} of each are paired"
        )
    whole = ~failed[0][here] & ~failed[1][there]
    says = "the same users with the same luck" if _same_luck(a, b) else "the same users, other luck"
    return Pairing(first.at(here[whole]), second.at(there[whole]), True, says, notes)


def _matched(a: Sample, b: Sample) -> tuple[I64, I64]:
    """Places in both samples of the same user and replicate."""
    keys = [list(zip(s.users.tolist(), s.replicate.tolist(), strict=True)) for s in (a, b)]
    at = {key: place for place, key in enumerate(keys[1])}
    both = [(place, at[key]) for place, key in enumerate(keys[0]) if key in at]
    here, there = np.array(both, np.int64).reshape(-1, 2).T
    return here, there


def _same_luck(a: Side, b: Side) -> bool:
    return all(luck(x) == luck(y) for x, y in zip(a.arms, b.arms, strict=False))


def _why_not(store: Store, a: Side, b: Side) -> str | None:
    """Why the sessions cannot be paired; None where they can."""
    if a.run.id == b.run.id:
        return None
    if a.run.seed != b.run.seed:
        return f"the seeds differ ({a.run.seed} and {b.run.seed}), so each run has users of its own"
    users = [
        {row.number: (row.persona_id, row.draw_key) for row in store.scenarios(s.run.id)} for s in (a, b)
    ]
    common = users[0].keys() & users[1].keys()
    if not common:
        return "no user number is in both runs"
    if any(users[0][number] != users[1][number] for number in common):
        asked = [side.run.plan.get("personas") for side in (a, b)]
        what = f"({asked[0]} and {asked[1]}) " if asked[0] != asked[1] else ""
        return f"the personas {what}are not the same users under the same numbers"
    return None


def _failures(failed: Sequence[npt.NDArray[np.bool_]], samples: Sequence[Sample], paired: bool) -> list[str]:
    counts = [int(wrong.sum()) for wrong in failed]
    if not any(counts):
        return []
    along = " with their partners" if paired else ""
    return [
        f"failed sessions are left out{along}: {counts[0]} of {len(samples[0])} in A, "
        f"{counts[1]} of {len(samples[1])} in B"
    ]
