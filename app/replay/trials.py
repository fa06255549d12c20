"""A node tried with another version of its prompt, on what it was given in stored sessions."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.errors import UsageError, unknown
from app.language import LLM, calling, names_of
from app.llm.errors import BudgetError
from app.llm.prices import load_prices
from app.llm.tape import Tape
from app.plans.arms import Arm
from app.plans.plan import Plan
from app.prompts import Prompts
from app.prompts.nodes import ITEM_PROMPT_OF, PROMPT_OF
from app.replay.asking import Answer, Asker, Input, Noting
from app.replay.choosing import Condition, Spot, matching, sampled
from app.replay.measuring import LEADING, Parts, measured, of_calls, of_slates
from app.replay.replaying import replaying
from app.replay.restoring import restored_among
from app.replay.shifting import Flip, Shift, flip_of, shifts
from app.settings import Settings
from app.store.rows import ArmRow, RunRow
from app.store.store import Store

FLIPS = 3
MOST_FAILED = 0.5
ROLE_OF = {"reason": "recommender", "rerank": "recommender", "review": "user", "update_mindset": "user"}


@dataclass(frozen=True)
class Target:
    """The node that is tried, the arms whose turns are looked at, and the prompt and the model it asks."""

    node: str
    arms: Sequence[ArmRow]
    prompt: str
    model: str
    temperature: float | None
    per_item: bool


def asking_node(node: str) -> str:
    """The node that asks for what `node` does; a UsageError lists those that ask."""
    if node == "decide":
        return "update_mindset"
    if node not in PROMPT_OF:
        raise unknown("node with a prompt", node, PROMPT_OF, f"(these have one: {', '.join(PROMPT_OF)})")
    return node


def target(store: Store, run: RunRow, node: str, arm: str | None, model: str | None) -> Target:
    """What a trial of a node on a run is about.

    Unless an arm is named, these are the arms in which a model plays the role, or all where it does in none.
    Without a `model` it is that of the arms; a UsageError where they have none or more than one.
    """
    plan, role = Plan.restored(run.plan, run.key), ROLE_OF[node]
    rows = store.arms(run.id)
    kept = [row for row in rows if arm in (None, row.name, str(row.position))]
    if not kept:
        raise unknown("arm", str(arm), [row.name for row in rows])
    own = {row.id: plan.arms[row.position - 1] for row in kept}
    speaking = [row for row in kept if _speaks(own[row.id], role)]
    kept = speaking or kept
    first = own[kept[0].id]
    per_item = node in ITEM_PROMPT_OF and all(own[row.id].per_item for row in kept)
    prompt = (ITEM_PROMPT_OF if per_item else PROMPT_OF)[node]
    chosen = model or _model([own[row.id] for row in speaking], role, run)
    return Target(node, kept, prompt, chosen, first.temperature, per_item)


def _speaks(arm: Arm, role: str) -> bool:
    return (arm.mind if role == "user" else arm.recommender) == LLM


def _model(arms: Sequence[Arm], role: str, run: RunRow) -> str:
    found = sorted({names_of(arm.model, [role])[role] for arm in arms})
    if not found:
        raise UsageError(f"no model played the {role} in run {run.key}; name one to ask: --model NAME")
    if len(found) > 1:
        raise UsageError(f"the arms of run {run.key} had the models {', '.join(found)}; choose with --model")
    return found[0]


@dataclass(frozen=True)
class Version:
    """One version of the prompt, among all the others as they are; `label` is how it is called."""

    label: str
    hash: str
    prompts: Prompts


@dataclass(frozen=True)
class Asked:
    """How a trial is made: `n` inputs at most, each asked `repeats` times under both versions."""

    where: Sequence[Condition]
    n: int
    repeats: int
    seed: int


@dataclass(frozen=True)
class Trial:
    """What came of it. `matching` turns fulfilled the conditions; `differ` inputs were answered differently."""

    run: str
    target: Target
    versions: tuple[Version, Version]
    asked: Asked
    matching: int
    inputs: int
    silent: int
    shifts: Sequence[Shift]
    flips: Sequence[Flip]
    differ: int
    errors: tuple[Counter[str], Counter[str]]
    usage: dict[str, Any]

    @property
    def questions(self) -> int:
        """How many were asked under each version."""
        return self.inputs * self.asked.repeats

    @property
    def failing(self) -> list[str]:
        """What is to be said of a version that mostly got no answer."""
        said = []
        for name, errors in zip("AB", self.errors, strict=True):
            if errors.total() > MOST_FAILED * self.questions:
                kinds = ", ".join(f"{kind} {count}" for kind, count in errors.most_common(3))
                share = f"{errors.total()} of {self.questions} questions"
                said.append(f"{name} got no answer to {share} ({kinds}); its measures say little")
        return said

    def data(self) -> dict[str, Any]:
        """JSON values, see docs/prompt-trials.md."""
        return {
            "run": self.run,
            "node": self.target.node,
            "prompt": self.target.prompt,
            "model": self.target.model,
            "arms": [arm.name for arm in self.target.arms],
            "versions": [{"label": v.label, "version": v.hash} for v in self.versions],
            "where": [str(condition) for condition in self.asked.where],
            "seed": self.asked.seed,
            "matching": self.matching,
            "inputs": self.inputs,
            "repeats": self.asked.repeats,
            "asked_nothing": self.silent,
            "leading": LEADING[self.target.node],
            "measures": [shift.data() for shift in self.shifts],
            "differ": self.differ,
            "flips": [flip.data() for flip in self.flips],
            "errors": [dict(errors) for errors in self.errors],
            "usage": self.usage,
        }


async def tried(
    store: Store, run: RunRow, goal: Target, versions: tuple[Version, Version], asked: Asked,
    settings: Settings,
) -> Trial:  # fmt: skip
    """The trial; limits, cache and concurrency are those of `settings`. A budget used up is a BudgetError."""
    found = matching(store, run, goal.arms, asked.where)
    inputs = await _inputs(store, goal.node, sampled(found.spots, asked.n, asked.seed))
    tape = Tape(Noting(store), cache=settings.cache)
    temperature = goal.temperature if settings.temperature is None else settings.temperature
    async with calling(settings, tape, load_prices()) as caller:
        for version in versions:
            await tape.add_prompts(version.prompts.rows())
        asker = Asker(goal.node, caller, goal.model, temperature, goal.per_item)
        answers = await _all(asker, inputs, versions, asked.repeats)
        usage = caller.usage.as_dict()
    kept = [at for at in range(len(inputs)) if any(a.calls for a in answers[at][0])]
    if not kept:
        raise UsageError(f"{goal.node} asks nothing in these {len(inputs)} turns; choose others with --where")
    parts = _parts(goal.node, [inputs[at] for at in kept], [answers[at] for at in kept])
    flips = _flips(goal.node, [inputs[at] for at in kept], parts)
    errors = [Counter(a.error for at in kept for a in answers[at][v] if a.error) for v in (0, 1)]
    return Trial(
        run.key, goal, versions, asked, len(found.spots), len(kept), len(inputs) - len(kept),
        shifts(parts, asked.seed), flips[:FLIPS], len(flips), (errors[0], errors[1]), usage,
    )  # fmt: skip


async def _inputs(store: Store, node: str, spots: Sequence[Spot]) -> list[Input]:
    """What the node was given in these turns, from the tape."""
    inputs: list[Input] = []
    by_session = {key: {s.turn for s in of} for key, of in groupby(spots, lambda spot: spot.session)}
    async with replaying(store) as replay:
        for found in restored_among(store, by_session):
            seat = (await replay.parts(found)).seat
            turns = by_session[found.rows.session.id]
            inputs += [Input(found, seat, given) for given in await replay.inputs(found, node, turns)]
    return inputs


_Answers = Sequence[Sequence[Sequence[Answer]]]
"""By input, version and repeat."""


async def _all(
    asker: Asker, inputs: Sequence[Input], versions: Sequence[Version], repeats: int
) -> list[list[list[Answer]]]:
    """All questions at once, as many as the gate of the endpoint lets through."""
    tasks = [
        asyncio.create_task(asker.ask(one, version.prompts, version.hash, repeat))
        for one in inputs
        for version in versions
        for repeat in range(repeats)
    ]
    try:
        done = await asyncio.gather(*tasks)
    except BudgetError as error:
        said = str(error).partition(";")[0]
        raise BudgetError(
            f"{said}; the answers that came are kept: the same trial with a higher limit goes on from them"
        ) from error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    sides = [done[at : at + repeats] for at in range(0, len(done), repeats)]
    return [sides[at : at + 2] for at in range(0, len(sides), 2)]


def _parts(node: str, inputs: Sequence[Input], answers: _Answers) -> list[list[list[Parts]]]:
    """The measures by version, repeat and input."""
    repeats = range(len(answers[0][0]))
    return [
        [[_measured(node, one, of, v, r) for one, of in zip(inputs, answers, strict=True)] for r in repeats]
        for v in (0, 1)
    ]


def _measured(node: str, one: Input, answers: Sequence[Sequence[Answer]], v: int, r: int) -> Parts:
    """A slate is compared with the one A makes with the next seed: with itself where there is but one."""
    answer, of_a = answers[v][r], answers[0]
    parts: Parts = {}
    if answer.error is None:
        other = of_a[(r + 1) % len(of_a)]
        if node == "rerank" and other.error is None:
            parts |= of_slates(answer.value, other.value)
        parts |= measured(node, answer.value, one.given.view, answer.counts)
    return parts | of_calls(answer.calls, answer.error is None)


def _flips(node: str, inputs: Sequence[Input], parts: Sequence[Sequence[Sequence[Parts]]]) -> list[Flip]:
    """Inputs that are answered differently, the most telling first."""
    found = []
    for at, one in enumerate(inputs):
        a, b = ([of_repeat[at] for of_repeat in parts[v]] for v in (0, 1))
        found.append(flip_of(LEADING[node], one.found.key, one.given.turn, a, b))
    return sorted(filter(None, found), key=lambda flip: -flip.size)
