"""Which arms are meant: `latest:agent`, `q7m2kd-2`, a run of one arm, or one run with two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import UsageError, unknown
from app.store.rows import ArmRow, FoundRun, RunRow
from app.store.store import Store

_NUMBERED = re.compile(r"(.+)-(\d+)")
_SESSION = re.compile(r".+-\d+-\d+")
SETTINGS = ("mind", "coupling", "instruct", "slate_size", "max_turns")
"""What may differ between arms besides the recommender, and is said when it does."""


@dataclass(frozen=True)
class Side:
    """One side of a comparison: an arm, or all replicates of it in one run."""

    run: RunRow
    arms: tuple[ArmRow, ...]
    numbered: bool = False
    """Whether it was asked for by number, so that its name alone would not say which arm it is."""

    @property
    def name(self) -> str:
        return f"{self.arms[0].name} ({self.arms[0].position})" if self.numbered else self.arms[0].name

    @property
    def label(self) -> str:
        """What names this side on the command line."""
        return f"{self.run.key}-{self.arms[0].position}" if self.numbered else f"{self.run.key}:{self.name}"

    def setting(self, name: str) -> Any:
        """A setting of the arm: its own, else the run's."""
        own = {"mind": self.arms[0].mind, **self.arms[0].settings}
        return own.get(name, self.run.plan.get(name))

    @property
    def horizon(self) -> int:
        """The turn limit."""
        return int(self.setting("max_turns"))

    def data(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "name": self.name,
            "run": self.run.key,
            "arms": [arm.position for arm in self.arms],
            "recommender": self.arms[0].recommender,
            "seed": self.run.seed,
        } | {name: self.setting(name) for name in SETTINGS}


def luck(arm: ArmRow) -> tuple[Any, ...]:
    """What besides the user decides the draws of an arm: replicates of one arm have luck of their own."""
    return arm.settings.get("seed"), arm.settings.get("replicate", 0)


def two_sides(store: Store, first: str, second: str | None) -> tuple[Side, Side]:
    """The sides that are meant; a UsageError for what is unknown, unclear, unfinished, or the same twice."""
    a, b = _of_one(store, first) if second is None else (_side(store, first), _side(store, second))
    if {arm.id for arm in a.arms} & {arm.id for arm in b.arms}:
        raise UsageError(f"{first} and {second} are the same arm ({a.label}); compare it with another one")
    _check_catalogs(store, a, b)
    for side in (a, b):
        _check_finished(store, side)
    return a, b


def _of_one(store: Store, text: str) -> tuple[Side, Side]:
    """Both arms of one run."""
    if ":" in text or (_NUMBERED.fullmatch(text) and not _SESSION.fullmatch(text)):
        side = _side(store, text)
        others = (name for name in _groups(store.arms(side.run.id)) if name != side.arms[0].name)
        raise UsageError(f"{text} is one arm; give another, such as {side.run.key}:{next(others, 'NAME')}")
    run, arms = _run(store, text)
    groups = list(_groups(arms).values())
    if len(groups) == 2:
        return Side(run, groups[0]), Side(run, groups[1])
    if len(groups) == 1 and len(arms) == 2:
        return Side(run, (arms[0],), True), Side(run, (arms[1],), True)
    if len(groups) == 1:
        raise UsageError(
            f"run {run.key} has one arm, {arms[0].name}; give two: recoworld compare {run.key} OTHER_RUN"
        )
    raise _which(run, arms)


def _run(store: Store, text: str) -> tuple[RunRow, list[ArmRow]]:
    if _SESSION.fullmatch(text) or not isinstance(found := store.find(text), FoundRun):
        raise UsageError(f"{text} is a session; compare takes runs and arms, as in latest:agent")
    arms = store.arms(found.run.id)
    if not arms:
        raise UsageError(f"run {found.run.key} was stopped before its arms were there; run it again")
    return found.run, arms


def _side(store: Store, text: str) -> Side:
    key, colon, wanted = text.partition(":")
    if colon:
        run, arms = _run(store, key)
        return _named(run, arms, wanted)
    numbered = None if _SESSION.fullmatch(text) else _NUMBERED.fullmatch(text)
    if numbered:
        run, arms = _run(store, numbered[1])
        return _named(run, [arm for arm in arms if str(arm.position) == numbered[2]] or arms, numbered[2])
    run, arms = _run(store, text)
    if len(_groups(arms)) > 1:
        raise _which(run, arms)
    return Side(run, tuple(arms))


def _named(run: RunRow, arms: Sequence[ArmRow], wanted: str) -> Side:
    """All replicates of the arm of a name, or the one arm of a number."""
    groups = _groups(arms)
    if wanted in groups:
        return Side(run, groups[wanted])
    for arm in arms:
        if str(arm.position) == wanted:
            return Side(run, (arm,), numbered=True)
    listed = ", ".join(f"{arm.name} ({run.key}-{arm.position})" for arm in arms)
    raise UsageError(f"{unknown(f'arm of run {run.key}', wanted, groups)}\nits arms: {listed}")


def _groups(arms: Sequence[ArmRow]) -> dict[str, tuple[ArmRow, ...]]:
    """The arms of each name: replicates have the same one."""
    names = dict.fromkeys(arm.name for arm in arms)
    return {name: tuple(arm for arm in arms if arm.name == name) for name in names}


def _which(run: RunRow, arms: Sequence[ArmRow]) -> UsageError:
    names = list(_groups(arms))
    choices = ", ".join(f"{run.key}:{name}" for name in names)
    return UsageError(
        f"run {run.key} has {len(names)} arms; say which: {choices}\n"
        f"as in: recoworld compare {run.key}:{names[0]} {run.key}:{names[-1]}"
    )


def _check_catalogs(store: Store, a: Side, b: Side) -> None:
    first, second = a.arms[0].catalog_id, b.arms[0].catalog_id
    if first != second:
        names = [f"{row.name} ({row.items:,} items)" for row in map(store.catalog_row, (first, second))]
        raise UsageError(
            f"{a.label} and {b.label} have different catalogs, {names[0]} and {names[1]}, "
            "or versions of one;\nrecommenders compare only on the same items: run both on one catalog"
        )


def _check_finished(store: Store, side: Side) -> None:
    run, counts = side.run, store.session_counts(side.run.id)
    ended = {arm.id: sum(n for s, n in counts[arm.id].items() if s != "running") for arm in side.arms}
    users = len(store.scenarios(run.id))
    if run.status in ("done", "failed") and users and min(ended.values()) >= users:
        return
    done = sum(sum(of_arm.values()) for of_arm in counts.values())
    raise UsageError(
        f"run {run.key} is unfinished ({run.status}): {done:,} of {run.planned:,} sessions are stored;\n"
        "what is missing would bias the comparison: let it end, or run it again"
    )


def replicates(store: Store, side: Side) -> Iterator[tuple[ArmRow, ArmRow]]:
    """Pairs of arms in the side's run that are the same arm with luck of their own."""
    same = _groups(store.arms(side.run.id))[side.arms[0].name]
    for i, first in enumerate(same):
        yield from ((first, other) for other in same[i + 1 :] if luck(first) != luck(other))
