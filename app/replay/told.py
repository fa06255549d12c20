"""Turns of messages out of a stored session, for sides that cannot be played again: what a person did."""

from __future__ import annotations

from typing import Any

from app.session_view import SessionView
from graphs.messages import Continue, Instruct, Instruction, Leave, Mindset, Plan, Review, Slate, Turn


def told_turns(view: SessionView) -> tuple[Turn, ...]:
    """All turns of the session as they are stored."""
    turns: list[Turn] = []
    for data in view.data()["turns"]:
        last = turns[-1].decision if turns else None
        turns.append(_turn(data, last.instruction if isinstance(last, Instruct) else None))
    return tuple(turns)


def _turn(data: dict[str, Any], request: Instruction | None) -> Turn:
    slots = [{k: v for k, v in slot.items() if k not in ("position", "title")} for slot in data["slate"]]
    kept = ("position", "item", "actions", "watched", "seconds", "thought")
    reactions = [{name: one[name] for name in kept} for one in data["review"]["reactions"]]
    return Turn(
        number=data["number"],
        request=request,
        plan=Plan.model_validate(data["plan"] or {}),
        slate=Slate.model_validate({"slots": slots, "message": data["message"] or ""}),
        review=Review.model_validate(data["review"] | {"reactions": reactions}),
        before=Mindset.model_validate(data["before"] or {}),
        after=Mindset.model_validate(data["after"] or {}),
        decision=_decision(data["decision"]),
        reward=data["reward"],
    )


def _decision(data: dict[str, Any]) -> Continue | Instruct | Leave:
    if data["kind"] == "instruct":
        return Instruct(instruction=Instruction.model_validate(data["instruction"]))
    if data["kind"] == "leave":
        return Leave(reason=data["reason"] or "done", words=data["words"])
    return Continue()
