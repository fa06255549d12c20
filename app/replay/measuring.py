"""What is measured of one answer of a node, and of the calls it took.

A measure is a numerator and a denominator: a trial adds up both over its inputs and divides then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.llm.errors import ANSWER_KINDS
from app.llm.tape import Call
from app.session_view import DECISIONS
from graphs.messages import KINDS, Decision, Instruct, Mindset, Plan, Review, Slate
from graphs.ports import Catalog

Parts = dict[str, tuple[float, float]]
"""Measures by name."""

LEADING = {
    "review": "open_rate", "update_mindset": "decision", "reason": "directives", "rerank": "overlap",
}  # fmt: skip
"""By node, what its flips are told of."""
FEELINGS = ("satisfaction", "boredom", "fatigue", "trust")


def measured(node: str, value: Any, view: Any, counts: Mapping[str, int]) -> Parts:
    """The measures of an answer to what `view` shows; `counts` is what a recommender dropped or filled in."""
    if node == "review":
        return of_review(value, len(view.slate.slots))
    if node == "update_mindset":
        return of_decision(*value)
    return of_plan(value) if node == "reason" else of_slate(value, view.catalog, counts)


def of_review(review: Review, shown: int) -> Parts:
    """`shown` is the number of slots; the watched fraction is that of opened items."""
    done = [set(reaction.actions) for reaction in review.reactions]
    opened = sum("open" in actions for actions in done)
    watched = sum(one.watched for one in review.reactions if "open" in one.actions)
    return {
        "seen": (review.seen, 1),
        "open_rate": (opened, review.seen),
        "like_rate": (sum("like" in actions for actions in done), review.seen),
        "dislike_rate": (sum("dislike" in actions for actions in done), review.seen),
        "watch_fraction": (watched, opened),
        "stop_early": (review.seen < shown, 1),
    }


def of_decision(mindset: Mindset, decision: Decision) -> Parts:
    words = len(decision.instruction.words.split()) if isinstance(decision, Instruct) else 0
    return {
        **{kind: (decision.kind == kind, 1) for kind in DECISIONS},
        **{feeling: (getattr(mindset, feeling), 1) for feeling in FEELINGS},
        "mood": (mindset.mood, 1),
        "words": (words, decision.kind == "instruct"),
    }


def of_plan(plan: Plan) -> Parts:
    kinds = [directive.kind for directive in plan.directives]
    return {
        "directives": (len(kinds), 1),
        **{kind: (kinds.count(kind), 1) for kind in KINDS},
        "strength": (sum(directive.strength for directive in plan.directives), len(kinds)),
        "queries": (len(plan.queries), 1),
        "unknown": (len(plan.unknown), 1),
    }


def of_slate(slate: Slate, catalog: Catalog, counts: Mapping[str, int]) -> Parts:
    return {
        "popularity": (sum(catalog[item].popularity for item in slate.items), len(slate.items)),
        "filled_slots": (counts.get("filled_slots", 0), 1),
        "unknown_items": (counts.get("unknown_items", 0), 1),
    }


def of_slates(slate: Slate, other: Slate) -> Parts:
    """How much of `other` is in the slate again: Jaccard of the items, and the share of slots with another item."""
    items, others = slate.items, other.items
    longest = max(len(items), len(others))
    same = sum(one == another for one, another in zip(items, others, strict=False))
    return {
        "overlap": (len({*items} & {*others}), len({*items, *others})),
        "changed_slots": (longest - same, longest),
    }


def of_calls(calls: Sequence[Call], answered: bool) -> Parts:
    """Tokens and time are of the calls for which the server told them, so not of those that the tape answered."""
    rejected = sum((call.error or "").partition(":")[0] in ANSWER_KINDS for call in calls)
    told = [call for call in calls if call.prompt_tokens is not None]
    timed = [call.latency_ms for call in calls if call.latency_ms is not None]
    return {
        "no_answer": (not answered, 1),
        "rejected": (rejected, 1),
        "repaired": (rejected > 0 and answered, 1),
        "prompt_tokens": (sum(call.prompt_tokens or 0 for call in told), len(told)),
        "completion_tokens": (sum(call.completion_tokens or 0 for call in told), len(told)),
        "latency_ms": (sum(timed), len(timed)),
    }
