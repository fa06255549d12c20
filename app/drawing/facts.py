"""The most telling facts of each node in a turn, each in a few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.recommenders.explaining import heard
from graphs.messages import Directive

Data = Mapping[str, Any]
FEELINGS = ("satisfaction", "boredom", "fatigue", "trust", "mood")
TITLES = 3
_FELT = 0.01
"""The least change of a feeling that is told."""


def facts_of(
    turn: Data, understood: Sequence[Data], retrieved: Data | None, noun: str
) -> dict[str, list[str]]:
    """By node; `understood` are directives about items that are called `noun`.

    `retrieved` is what `retrieve` changed, where that was kept.
    """
    return {
        "reason": list(_reason(turn, understood, noun)),
        "retrieve": list(_retrieve(turn, retrieved)),
        "rerank": list(_rerank(turn["slate"])),
        "review": list(_review(turn)),
        "update_mindset": list(_mindset(turn["before"], turn["after"])),
        "decide": list(_decide(turn["decision"])),
        "score": [] if turn["reward"] is None else [f"reward {turn['reward']:g}"],
    }


def _reason(turn: Data, understood: Sequence[Data], noun: str) -> Iterator[str]:
    plan = turn["plan"] or {}
    read = [heard(Directive.model_validate(d), noun) for d in plan.get("directives") or understood]
    if turn["request"]:
        yield f"asked “{turn['request']['words']}”"
        yield f"understood: {', '.join(read)}" if read else "understood nothing"
    elif read:
        yield f"holds: {', '.join(read)}"
    else:
        yield "nothing asked"
    if plan.get("unknown"):
        yield f"unknown: {', '.join(plan['unknown'])}"
    if plan.get("queries"):
        yield f"queries: {', '.join(plan['queries'])}"


def _retrieve(turn: Data, retrieved: Data | None) -> Iterator[str]:
    if retrieved is not None:
        found = len(retrieved["candidates"])
        yield f"{found:,} candidate{'s' * (found != 1)}"
    sources = dict.fromkeys(name for slot in turn["slate"] for name in slot["sources"] if name != "model")
    if sources:
        yield f"from {', '.join(sources)}"


def _rerank(slate: Sequence[Data]) -> Iterator[str]:
    for position, slot in enumerate(slate[:TITLES], 1):
        yield f"{position} {slot['title']}"
    if len(slate) > TITLES:
        yield f"and {len(slate) - TITLES} more"
    if not slate:
        yield "an empty slate"


def _review(turn: Data) -> Iterator[str]:
    if turn["review"] is None:
        return
    reactions = turn["review"]["reactions"]
    yield f"seen {len(reactions)} of {len(turn['slate'])}"
    counts = {
        word: sum(action in reaction.get("actions", ()) for reaction in reactions)
        for action, word in (
            ("open", "opened"), ("like", "liked"), ("save", "saved"), ("dislike", "disliked"), ("share", "shared")
        )
    }  # fmt: skip
    yield ", ".join(f"{word} {n}" for word, n in counts.items() if n) or "opened none"


def _mindset(before: Data | None, after: Data | None) -> Iterator[str]:
    """Satisfaction, then what else has changed, most first."""
    if after is None:
        return
    was = before or after
    change = {name: abs(after[name] - was[name]) for name in FEELINGS}
    others = [name for name in FEELINGS[1:] if change[name] >= _FELT]
    for name in (FEELINGS[0], *sorted(others, key=lambda name: -change[name])):
        yield f"{name} {_short(was[name])} → {_short(after[name])}"


def _short(value: float) -> str:
    """`.62`, `-.20`, `1.00`."""
    return f"{value:.2f}".replace("0.", ".", 1)


def _decide(decision: Data | None) -> Iterator[str]:
    if decision is None:
        return
    if decision["kind"] == "instruct":
        yield f"instruct “{decision['instruction']['words']}”"
    elif decision["kind"] == "leave":
        yield f"leave: {decision['reason']}"
        if decision.get("words"):
            yield f"“{decision['words']}”"
    else:
        yield "continue"
