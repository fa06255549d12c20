"""What a run came to: the numbers of `run --json`, and what the report tells besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from app.llm.usage import Usage
from app.metrics import Coverage, Tally, Visits, measure, measure_days, retention_curve
from app.store.rows import ArmRow, RunRow, SessionRow
from app.store.store import Store

Metric = dict[str, float | int | None]
_ASKED = 20


@dataclass(frozen=True)
class Story:
    """One session worth a look."""

    key: str
    persona: str
    line: str


@dataclass(frozen=True)
class ArmResult:
    """One arm: its metrics, who was still there after each turn, why users left, what they asked for."""

    name: str
    recommender: str
    mind: str
    sessions: int
    metrics: dict[str, Metric]
    retention: list[float]
    leave_reasons: dict[str, float] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    best: Story | None = None
    worst: Story | None = None
    replicate: int = 0
    daily: list[float] = field(default_factory=list)
    """Share of users with a session on day 0, 1, … of a run of several days."""

    @property
    def label(self) -> str:
        """The name, with the number of the replicate from the second on."""
        return f"{self.name} #{self.replicate + 1}" if self.replicate else self.name

    def data(self) -> dict[str, Any]:
        """The arm in `run --json`."""
        names = ("name", "recommender", "mind", "sessions", "metrics", "retention")
        return {name: getattr(self, name) for name in names}


def usage_data(usage: Usage) -> dict[str, Any]:
    """What language models were asked, as `run --json` prints it; `usd` is None where a price is unknown."""
    counts = usage.as_dict()
    return {name: counts[name] for name in ("calls", "cached", "prompt_tokens", "completion_tokens", "usd")}


@dataclass(frozen=True)
class Summary:
    """A run: `data()` is the object that `run --json` prints."""

    run: str
    name: str
    seed: int
    seconds: float
    planned: int
    done: int
    failed: int
    arms: list[ArmResult]
    notes: list[str]
    max_turns: int
    status: str = "done"
    usage: dict[str, Any] = field(default_factory=lambda: usage_data(Usage()))

    def data(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "name": self.name,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "sessions": {"planned": self.planned, "done": self.done, "failed": self.failed},
            "usage": self.usage,
            "arms": [arm.data() for arm in self.arms],
        }

    def stored(self) -> dict[str, Any]:
        """The whole as JSON values, to be kept with the run."""
        return asdict(self)


def restored(stored: Mapping[str, Any]) -> Summary:
    """The summary that `Summary.stored()` gave."""
    arms = [_restored_arm(arm) for arm in stored["arms"]]
    return Summary(**(dict(stored) | {"arms": arms}))


def _restored_arm(stored: Mapping[str, Any]) -> ArmResult:
    stories = {name: Story(**stored[name]) if stored[name] else None for name in ("best", "worst")}
    asked = [(str(words), int(count)) for words, count in stored["asked"]]
    return ArmResult(**(dict(stored) | stories | {"asked": asked}))


@dataclass
class ArmSums:
    """What the sessions of an arm add up to, each list and array in the order of the users."""

    keys: list[str]
    names: list[str]
    tally: Tally
    coverage: Coverage
    asked: Counter[str]
    reasons: Counter[str]
    visits: Visits | None = None
    """Of a run of several days: all sessions, by the place of the user."""


def arm_result(
    name: str,
    recommender: str,
    mind: str,
    sums: ArmSums,
    seed: int,
    max_turns: int,
    replicate: int = 0,
    days: int = 1,
) -> ArmResult:
    """One arm from the sums of its sessions; the same sums give the same result, whatever their order."""
    ended = max(1, sum(sums.reasons.values()))
    best, worst = _stories(sums.tally, sums.keys, sums.names)
    metrics, daily = measure(sums.tally, sums.coverage.measure(seed), seed), list[float]()
    if sums.visits is not None and sums.keys:
        more, daily = measure_days(sums.visits.ordered(), len(sums.keys), days, seed)
        metrics |= more
    return ArmResult(
        name=name,
        recommender=recommender,
        mind=mind,
        sessions=len(sums.keys),
        metrics=metrics,
        retention=retention_curve(sums.tally.turns, sums.tally.left, max_turns),
        leave_reasons={reason: count / ended for reason, count in _most_common(sums.reasons)},
        asked=_most_common(sums.asked)[:_ASKED],
        best=best,
        worst=worst,
        replicate=replicate,
        daily=daily,
    )


def _most_common(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def _stories(tally: Tally, keys: Sequence[str], names: Sequence[str]) -> tuple[Story | None, Story | None]:
    """The session that served its user best and the one that failed it: by satisfaction, then by turns."""
    if not len(keys):
        return None, None
    order = np.lexsort((tally.turns, np.round(tally.satisfaction, 2)))
    return _story(tally, int(order[-1]), keys, names), _story(tally, int(order[0]), keys, names)


def _story(tally: Tally, at: int, keys: Sequence[str], names: Sequence[str]) -> Story:
    turns, opened, seen = int(tally.turns[at]), int(tally.opens[at]), int(tally.items_seen[at])
    line = f"{turns} turn{'s' * (turns != 1)}, opened {opened} of {seen}"
    if asked := int(tally.instructs[at]):
        line += f", asked {asked} time{'s' * (asked != 1)}"
        line += f" ({int(tally.kept[at])} honored)" if tally.judged[at] else ""
    return Story(keys[at], names[at], f"{line}, satisfaction {tally.satisfaction[at]:.2f}")


# ------------------------------------------------------------------------- from the store alone


def summarize(store: Store, run: RunRow, notes: Sequence[str] = (), seconds: float | None = None) -> Summary:
    """What a run has come to so far, from the store alone; of a finished run the same as when it ended."""
    arms = store.arms(run.id)
    numbers = {row.id: (row.number, row.persona_id) for row in store.scenarios(run.id)}
    names = {id_: row.name.partition("#")[0] for id_, row in store.personas(run.id).items()}
    people = {scenario: (number, names[persona]) for scenario, (number, persona) in numbers.items()}
    days = int(run.plan.get("days", 1))
    every = [row for row in store.sessions(run.id, visits=days > 1) if row.status != "running"]
    ended = [row for row in every if "." not in row.key]
    failed = sum(row.status == "failed" for row in ended)
    results = [_stored_result(store, run, arm, every, people) for arm in arms]
    return Summary(
        run=run.key,
        name=run.name,
        seed=run.seed,
        seconds=(run.seconds or 0.0) if seconds is None else seconds,
        planned=run.planned,
        done=len(ended) - failed,
        failed=failed,
        arms=results,
        notes=list(notes),
        max_turns=max((len(arm.retention) for arm in results), default=0)
        or max(map(_turns, arms), default=1),
        status=run.status,
        usage=usage_data(Usage.resumed(store.call_totals(run.id))),
    )


def _turns(arm: ArmRow) -> int:
    return int(arm.settings.get("max_turns", 1))


def _stored_result(
    store: Store, run: RunRow, arm: ArmRow, every: Sequence[SessionRow], people: Mapping[int, tuple[int, str]]
) -> ArmResult:
    mine = [row for row in every if row.arm_id == arm.id]
    rows = sorted((row for row in mine if "." not in row.key), key=lambda row: people[row.scenario_id][0])
    days, users = int(run.plan.get("days", 1)), [people[row.scenario_id][0] for row in rows]
    sums = ArmSums(
        keys=[row.key for row in rows],
        names=[people[row.scenario_id][1] for row in rows],
        tally=Tally.stored([row.sums or {} for row in rows]),
        coverage=_stored_coverage(store, arm, users),
        asked=_stored_wishes(store, arm),
        reasons=Counter(row.leave_reason for row in rows if row.status == "left" and row.leave_reason),
        visits=_stored_visits(mine, {row.scenario_id: at for at, row in enumerate(rows)})
        if days > 1
        else None,
    )
    replicate = int(arm.settings.get("replicate", 0))
    return arm_result(arm.name, arm.recommender, arm.mind, sums, run.seed, _turns(arm), replicate, days)


def _stored_visits(rows: Sequence[SessionRow], place: Mapping[int, int]) -> Visits:
    """All sessions of the users who have a first one, by their places."""
    told = [(place[row.scenario_id], row.sums or {}) for row in rows if row.scenario_id in place]
    return Visits(
        user=np.array([at for at, _ in told], np.int64),
        day=np.array([sums.get("day", 0) for _, sums in told], np.int64),
        minutes=np.array([sums.get("minutes", 0.0) for _, sums in told], np.float64),
    )


def _stored_coverage(store: Store, arm: ArmRow, users: Sequence[int]) -> Coverage:
    coverage = Coverage(len(users), store.catalog_row(arm.catalog_id).items)
    place = {number: at for at, number in enumerate(users)}
    for chunk in store.shown_table(arm.id):
        shown = [
            (place[u], item) for u, item in zip(chunk["scenario"], chunk["item"], strict=True) if u in place
        ]
        if shown:
            at, items = np.array(shown, np.int64).T
            coverage.add(at, items[:, None].astype(np.int32))
    return coverage


def _stored_wishes(store: Store, arm: ArmRow) -> Counter[str]:
    """How often each thing was asked for, as the recorder words it."""
    said = [
        (d["kind"], d.get("value"))
        for chunk in store.instruction_table(arm.id)
        for directives in chunk["directives"]
        for d in directives
    ]
    titles = store.titles(arm.catalog_id) if any(kind == "similar" for kind, _ in said) else {}
    return Counter(" ".join(filter(None, (kind, _named(kind, value, titles)))) for kind, value in said)


def _named(kind: str, value: str | None, titles: Mapping[str, str]) -> str | None:
    return titles.get(value, value) if kind == "similar" and value else value
