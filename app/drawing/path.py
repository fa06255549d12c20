"""The path of one session through the graph: turn by turn what each node made, took and asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from app.drawing.asking import Asked, Asking, without_prompt
from app.drawing.facts import facts_of
from app.drawing.measures import Calls, calls_in, counted, rounded
from app.errors import UsageError
from app.prompts.nodes import node_of, prompt_of
from graphs.messages import Mindset
from graphs.session import VERBS

if TYPE_CHECKING:
    from app.store.rows import CallRow, SessionRows

Data = Mapping[str, Any]
Outputs = Mapping[tuple[int, str], Data]


@dataclass(frozen=True)
class Stop:
    """A node in a turn. `ms` is None where steps were not kept; `failed` is the error that ended the session."""

    node: str
    facts: tuple[str, ...]
    ms: float | None
    calls: Calls | None
    prompts: tuple[Asked, ...]
    failed: str | None = None

    def measures(self) -> list[str]:
        """What it took, each in a few words."""
        said = [] if self.ms is None else [f"{rounded(self.ms)} ms"]
        if self.calls is None:
            return said
        return said + self.calls.words() + ([self.calls.cost()] if self.calls.calls else [])


@dataclass(frozen=True)
class PathTurn:
    """The nodes that a turn went through; `satisfaction` is that after it, None where it did not come so far."""

    number: int
    stops: tuple[Stop, ...]
    satisfaction: float | None


@dataclass(frozen=True)
class Path:
    """A session as the stops of its turns. `began` is the satisfaction before the first of them."""

    data: Data
    turns: tuple[PathTurn, ...]
    began: float | None
    asking: Asking

    def title(self) -> str:
        return f"session {self.data['session']}"

    def about(self) -> str:
        """Who met whom."""
        d = self.data
        return f"{d['persona']['name']} · {d['recommender']} · {d['mind']} mind · {d['catalog']}"

    def total(self) -> list[str]:
        """What all stops together took, each in a few words; nothing where nothing was kept."""
        stops = [stop for turn in self.turns for stop in turn.stops]
        calls = [stop.calls for stop in stops if stop.calls]
        ms = [stop.ms for stop in stops if stop.ms is not None]
        said = [f"{sum(ms) / 1000:,.1f} s"] if ms else []
        if not calls:
            return said
        whole = reduce(Calls.__add__, calls)
        return [*said, *whole.words(), whole.tokens(), whole.cost()]

    def end(self) -> str:
        """How the session ended, in a few words."""
        d, failure = self.data, self.data["failure"] or {}
        if d["status"] == "failed":
            return f"failed in turn {failure.get('turn', '?')} at {failure.get('node') or '?'}"
        how = {"left": f"left: {d['leave_reason']}", "truncated": "still there at the limit"}
        return f"{how.get(d['status'], d['status'])} after {counted(len(d['turns']), 'turn')}"


def path_of(
    data: Data,
    rows: SessionRows,
    outputs: Outputs,
    title: Callable[[str], str],
    noun: str,
    only: int | None = None,
) -> Path:
    """The path of a session, or the turn `only` of it.

    `data` is the session whole, `outputs` what its steps changed, and `title` the title of an item by its id; items
    are called `noun`. A turn that an error ended is told as far as it came.
    """
    turns = [*data["turns"], *_broken(data, rows, outputs, title)]
    chosen = [turn for turn in turns if only in (None, turn["number"])]
    if not chosen:
        had = f"it has turns 1 to {len(turns)}" if turns else f"it is {data['status']} before its first turn"
        raise UsageError(f"session {data['session']} has no turn {only or 'yet'}; {had}")
    first = chosen[0].get("before")
    found = tuple(_turn(turn, data, rows, outputs, noun) for turn in chosen)
    asking = Asking(_versions(found), without_prompt([rows.arm]))
    return Path(data, found, first["satisfaction"] if first else None, asking)


def _versions(turns: Sequence[PathTurn]) -> dict[str, tuple[Asked, ...]]:
    """Every prompt in every version that was asked, by node."""
    found: dict[str, dict[Asked, None]] = defaultdict(dict)
    for stop in (stop for turn in turns for stop in turn.stops if stop.prompts):
        found[stop.node] |= dict.fromkeys(stop.prompts)
    return {node: tuple(asked) for node, asked in found.items()}


def _turn(turn: Data, data: Data, rows: SessionRows, outputs: Outputs, noun: str) -> PathTurn:
    number = turn["number"]
    took = {step.node: step.ms for step in rows.steps if step.turn == number}
    calls: dict[str, list[CallRow]] = defaultdict(list)
    for call in (call for call in rows.calls if call.turn == number):
        calls[node_of(call.node)].append(call)
    failure = data["failure"] or {}
    failed_at = failure.get("node") if failure.get("turn") == number else None
    facts = facts_of(turn, _understood(rows, number), outputs.get((number, "retrieve")), noun)
    stops = [
        Stop(
            node,
            () if node == failed_at else tuple(facts.get(node, ())),
            took.get(node),
            calls_in(calls[node]),
            tuple(_asked(calls[node])),
            f"{failure.get('kind', 'error')}: {failure.get('message', '')}" if node == failed_at else None,
        )
        for node in _reached(failed_at)
    ]
    return PathTurn(number, tuple(stops), (turn.get("after") or {}).get("satisfaction"))


def _reached(failed_at: str | None) -> Sequence[str]:
    return VERBS[: VERBS.index(failed_at) + 1] if failed_at in VERBS else VERBS


def _asked(calls: Sequence[CallRow]) -> Iterator[Asked]:
    """Each prompt in each version once, in the order in which they were asked."""
    asked = [(prompt_of(call.node), call.prompt_hash, call.node) for call in calls if call.prompt_hash]
    for name, version, per_item in dict.fromkeys((n, v, node_of(at) != at) for n, v, at in asked):
        yield Asked(name, version, per_item=per_item)


def _understood(rows: SessionRows, number: int) -> Sequence[Any]:
    """The directives that were read of what was said before a turn."""
    return next((row.understood or () for row in rows.instructions if row.turn == number - 1), ())


def _broken(data: Data, rows: SessionRows, outputs: Outputs, title: Callable[[str], str]) -> Iterator[Data]:
    """The turn that an error ended, as far as its steps tell; as turns of `data` are, without what never was."""
    number = (data["failure"] or {}).get("turn")
    if number is None or any(turn["number"] == number for turn in data["turns"]):
        return
    made: dict[str, Any] = {}
    for (turn, _), changed in outputs.items():
        made |= changed if turn == number else {}
    last = data["turns"][-1] if data["turns"] else None
    before = last["after"] if last else _start(rows)
    slots = (made.get("slate") or {}).get("slots", ())
    yield {
        "number": number,
        "request": last["decision"].get("instruction") if last else None,
        "plan": made.get("plan"),
        "slate": [{"title": title(slot["item"]), "sources": slot.get("sources", ())} for slot in slots],
        "review": made.get("reviewed"),
        "before": before,
        "after": Mindset.model_validate(made["updated"]).model_dump() if made.get("updated") else None,
        "decision": {"kind": "continue", **made["decision"]} if made.get("decision") is not None else None,
        "reward": None,
    }


def _start(rows: SessionRows) -> Data | None:
    return next((row._asdict() for row in rows.mindsets if row.turn == 0), None)
