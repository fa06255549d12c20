"""A session as a conversation: what a recommender could see and say, never what is hidden from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.catalog.catalog import ItemCatalog
from app.catalog.features import Facets
from app.recommenders.messages import actions_of
from app.recommenders.reasons import reason_text
from app.store.rows import ExposureRow, SessionRows
from graphs.messages import Persona

Message = dict[str, str]
_TASK = "You recommend items, turn by turn, to one user. Answer with a slate of items, a reason for each."
_FIRST = "Show me something."
_NOTHING = "saw nothing"


@dataclass(frozen=True)
class Step:
    """One turn: the slate as the assistant says it, what the user answers, and what came of it."""

    slate: str
    answer: str
    reward: float
    before: float | None
    after: float | None

    @property
    def gain(self) -> float | None:
        """The change of satisfaction in this turn."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Chat:
    """One session with its steps; `items` are the ids of each slate."""

    rows: SessionRows
    system: str
    steps: Sequence[Step]
    items: Sequence[tuple[str | None, ...]]

    def trajectory(self) -> dict[str, Any]:
        """A row of the export `trajectories`: one reward and one satisfaction for each assistant message."""
        session = self.rows.session
        return self._whose() | {
            "recommender": self.rows.arm.recommender,
            "status": session.status,
            "leave_reason": session.leave_reason,
            "turns": len(self.steps),
            "messages": [*self.prompt(len(self.steps))],
            "rewards": [step.reward for step in self.steps],
            "reward": session.reward,
            "satisfaction": [step.after for step in self.steps],
        }

    def _whose(self) -> dict[str, Any]:
        arm = self.rows.arm
        names = {"session": self.rows.session.key, "run": self.rows.run.key}
        return names | {"arm": arm.position, "arm_name": arm.name, "scenario": self.rows.scenario.number}

    def prompt(self, turns: int) -> list[Message]:
        """The conversation after so many turns, the user's answer last."""
        said = [_message("system", self.system), _message("user", _FIRST)]
        for step in self.steps[:turns]:
            said += [_message("assistant", step.slate), _message("user", step.answer)]
        return said

    def preferred(self, other: Chat, margin: float) -> dict[str, Any] | None:
        """A row of `preferences`: the first slates in which two sessions of one user differ.

        None unless all before was the same, the user felt the same, and the outcomes differ by `margin` or more.
        """
        at = self._parting(other)
        if at is None:
            return None
        mine, theirs = self.steps[at], other.steps[at]
        if mine.gain is None or theirs.gain is None or mine.before != theirs.before:
            return None
        if abs(mine.gain - theirs.gain) < margin:
            return None
        better, worse = (self, other) if mine.gain > theirs.gain else (other, self)
        return _preference(better, worse, at)

    def _parting(self, other: Chat) -> int | None:
        """The place of the first differing slates, where everything before was the same."""
        if self.system != other.system:
            return None
        for at, (mine, theirs) in enumerate(zip(self.steps, other.steps, strict=False)):
            if self.items[at] != other.items[at]:
                return at
            if mine.answer != theirs.answer:
                return None
        return None


def _preference(better: Chat, worse: Chat, at: int) -> dict[str, Any]:
    return {
        "run": better.rows.run.key,
        "scenario": better.rows.scenario.number,
        "turn": at + 1,
        "prompt": better.prompt(at),
        "chosen": [_message("assistant", better.steps[at].slate)],
        "rejected": [_message("assistant", worse.steps[at].slate)],
        "chosen_session": better.rows.session.key,
        "rejected_session": worse.rows.session.key,
        "chosen_arm": better.rows.arm.name,
        "rejected_arm": worse.rows.arm.name,
        "chosen_outcome": round(better.steps[at].gain or 0.0, 6),
        "rejected_outcome": round(worse.steps[at].gain or 0.0, 6),
    }


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


# ------------------------------------------------------------------------------------- in words


def chat(rows: SessionRows, catalog: ItemCatalog, facets: Facets) -> Chat:
    """The conversation of a stored session."""
    shown: Mapping[int, list[ExposureRow]] = _by_turn(rows.exposures)
    asked = {row.turn: row for row in rows.instructions}
    felt = {row.turn: row.satisfaction for row in rows.mindsets}
    steps = [
        Step(
            slate=_slate(turn.message, shown.get(turn.number, ()), catalog, facets),
            answer=_answer(shown.get(turn.number, ()), asked.get(turn.number), turn.decision == 2),
            reward=turn.reward,
            before=felt.get(turn.number - 1),
            after=felt.get(turn.number),
        )
        for turn in rows.turns
    ]
    items = [tuple(row.item_id for row in shown.get(turn.number, ())) for turn in rows.turns]
    return Chat(rows, _system(Persona.model_validate(rows.persona.body), catalog), steps, items)


def _by_turn(exposures: Sequence[ExposureRow]) -> Mapping[int, list[ExposureRow]]:
    found: dict[int, list[ExposureRow]] = defaultdict(list)
    for row in exposures:
        found[row.turn].append(row)
    return found


def _system(persona: Persona, catalog: ItemCatalog) -> str:
    """The task, the sign-up form and the visible past; never the name, the tastes or the temper."""
    form = {"age": persona.age, "gender": persona.gender, "occupation": persona.occupation}
    known = [f"{name}: {value}" for name, value in (form | {"country": persona.country}).items() if value]
    past = [_past(entry.item, entry.rating, catalog) for entry in persona.public().history]
    lines = [_TASK, "The user" + (f" ({'; '.join(known)})" if known else "") + "."]
    return "\n".join([*lines, "Watched before:", *past] if past else lines)


def _past(item: str, rating: float | None, catalog: ItemCatalog) -> str:
    title = f"{catalog[item].title} [{item}]" if item in catalog else f"[{item}]"
    return f"- {title}" + ("" if rating is None else f", rated {rating:.2f} of 1")


def _slate(message: str | None, shown: Sequence[ExposureRow], catalog: ItemCatalog, facets: Facets) -> str:
    lines = [message] if message else []
    for row in shown:
        reason = (row.text or {}).get("reason") or reason_text(row.reason, catalog, facets)
        lines.append(
            f"{row.position}. {row.title or '?'} [{row.item_id}]" + (f": {reason}" if reason else "")
        )
    return "\n".join(lines)


def _answer(shown: Sequence[ExposureRow], asked: Any, leaves: bool) -> str:
    """What the user visibly did and said."""
    lines = [_reaction(row) for row in shown if row.seen] or [_NOTHING]
    if asked is not None:
        lines.append(f"says: {asked.words}")
        lines += [f"reflects: {asked.reflection}"] if asked.reflection else []
    return "\n".join([*lines, "leaves"] if leaves else lines)


def _reaction(row: ExposureRow) -> str:
    did = ", ".join(actions_of(row.actions)) or "looked"
    return f"{row.position}. {did}" + (f", watched {row.watched:.0%}" if row.watched else "")
