"""One cohort of one arm: what it is, how it is played and stored, and what it came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.batch.visiting import Party, first_visit, later_visits
from app.casting import Cast, Company
from app.llm.ledger import Ledger
from app.llm.usage import Usage
from app.metrics import Coverage, Tally, Visits, join
from app.plans.plan import Plan
from app.store.batches import merged
from app.store.runs import session_key
from app.store.store import Store
from app.store.writer import Ticket
from app.summary import ArmSums
from app.world import Stage
from graphs.messages import Persona

I64 = npt.NDArray[np.int64]

_SMALLEST = 25
_DAYS_APART = 8
_CELLS = 6_000_000
"""Users times items of one cohort's arrays, at most."""


@dataclass(frozen=True)
class Chunk:
    """Some users of one arm, as one cohort: places in the run's list, and ids of sessions, int64 (n,) each."""

    arm: int
    arm_id: int
    places: I64
    ids: I64

    def __len__(self) -> int:
        return len(self.places)


@dataclass
class ChunkResult:
    """What one cohort came to, one row of `tally` and `bits` for each place."""

    chunk: Chunk
    tally: Tally
    bits: npt.NDArray[np.uint8]
    asked: Counter[str]
    reasons: Counter[str]
    failed: int
    visits: list[Visits] = field(default_factory=list)
    """Of several days: all sessions, by the user's row here."""


@dataclass
class Job:
    """Everything that the chunks of a run share."""

    plan: Plan
    stage: Stage
    people: list[tuple[int, Persona]]
    run_key: str = ""
    scenario_ids: list[int] = field(default_factory=list)
    run_id: int = 0
    allow_drift: bool = False
    usage: Usage = field(default_factory=Usage)
    """What the models of the run have used in this process."""
    ledger: Ledger = field(default_factory=Ledger)
    """What they have used in all processes, and what is under way."""
    tried: bool = False
    """Whether the models were found to answer already."""
    known: dict[str, int] = field(default_factory=dict)
    """Ids of later sessions that were begun before, by key."""

    def __post_init__(self) -> None:
        self.company = Company(self.plan, self.stage)

    def cast(self, arm: int) -> Cast:
        return self.company.cast(arm)

    def key(self, arm: int, place: int) -> str:
        return session_key(self.run_key, arm + 1, self.people[place][0])


def cohort_size(plan: Plan, n_items: int) -> int:
    """Users in lock-step: bounded by memory, and small enough for progress to be seen and work to be shared."""
    room = max(_SMALLEST, _CELLS // max(n_items, 1))
    shares = max(8, 4 * plan.workers)
    least = _SMALLEST * min(plan.days, _DAYS_APART)  # few of them come back on any one day
    return max(1, min(plan.cohort, room, max(least, -(-plan.sessions // shares))))


def chunks_of(job: Job, arm: int, arm_id: int, places: I64, ids: I64) -> list[Chunk]:
    """Some users of an arm, cut into cohorts."""
    size = cohort_size(job.plan, len(job.stage.catalog))
    cuts = [slice(at, at + size) for at in range(0, len(places), size)]
    return [Chunk(arm, arm_id, places[cut], ids[cut]) for cut in cuts]


def run_chunk(job: Job, chunk: Chunk, store: Store) -> tuple[ChunkResult, Ticket]:
    """Play one cohort, through all its days, and put it whole; it is stored when the ticket says so."""
    places, days = chunk.places.tolist(), job.plan.days
    party = Party(
        job.cast(chunk.arm),
        chunk.arm_id,
        [job.people[place] for place in places],
        [job.key(chunk.arm, place) for place in places],
        [job.scenario_ids[place] for place in places],
    )
    recorder, trail = first_visit(party, chunk.ids, days)
    tally, bits = recorder.tally.rounded(), recorder.coverage.bits
    later = list(later_visits(party, trail, days, store.new_session_ids)) if trail else []
    ticket = store.put(merged([recorder.batch(), *(batch for batch, _ in later)]))
    result = ChunkResult(chunk, tally, bits, recorder.asked, recorder.reasons, recorder.failed)
    if trail:
        first = Visits(np.arange(len(places)), np.zeros(len(places), np.int64), tally.minutes)
        result.visits = [first, *(visits for _, visits in later)]
    return result, ticket


def arm_sums(job: Job, arm: int, results: Sequence[ChunkResult]) -> ArmSums:
    """The sums of a whole arm, in the order of its users."""
    places = np.concatenate([result.chunk.places for result in results])
    order = np.argsort(places)
    coverage = Coverage(0, len(job.stage.catalog))
    coverage.bits = np.concatenate([result.bits for result in results])[order]
    users = places[order].tolist()
    return ArmSums(
        keys=[job.key(arm, place) for place in users],
        names=[job.people[place][1].id.partition("#")[0] for place in users],
        tally=join([result.tally for result in results]).take(order),
        coverage=coverage,
        asked=sum((result.asked for result in results), Counter()),
        reasons=sum((result.reasons for result in results), Counter()),
        visits=_visits(results, order) if job.plan.days > 1 else None,
    )


def _visits(results: Sequence[ChunkResult], order: I64) -> Visits:
    """All sessions of an arm by the user's place in `order`."""
    rank = np.argsort(order)
    starts = np.cumsum([0, *(len(result.chunk) for result in results)])
    users, days, minutes = [], [], []
    for start, result in zip(starts, results, strict=False):
        for visits in result.visits:
            users.append(rank[start + visits.user])
            days.append(visits.day)
            minutes.append(visits.minutes)
    return Visits(np.concatenate(users), np.concatenate(days), np.concatenate(minutes))
