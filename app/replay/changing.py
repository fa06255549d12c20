"""What a fork sets at the place where it leaves its parent: a feeling of the user, or the words of its request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from app.errors import UsageError, unknown
from graphs.messages import Directive, Instruct, Instruction, Mindset, Turn

if TYPE_CHECKING:
    from app.replay.replaying import Prefix
    from app.replay.restoring import Origin

FEELINGS = ("satisfaction", "boredom", "fatigue", "trust", "mood")
WORDS = "request.words"
FIELDS = (*(f"mindset.{name}" for name in FEELINGS), WORDS)
"""What can be set."""

Read = Callable[[str], tuple[Directive, ...]]


def settings_of(given: Sequence[str]) -> dict[str, float | str]:
    """`mindset.fatigue=0.2` and the like by name; a UsageError for an unknown field or a wrong value."""
    found: dict[str, float | str] = {}
    for entry in given:
        name, sign, text = entry.partition("=")
        if not sign:
            raise UsageError(f"--set {entry!r}: write FIELD=VALUE; the fields are {', '.join(FIELDS)}")
        if name not in FIELDS:
            raise unknown("field of --set", name, FIELDS, f"(the fields are {', '.join(FIELDS)})")
        found[name] = _value(name, text)
    return found


def _value(name: str, text: str) -> float | str:
    if name == WORDS:
        if not text.strip():
            raise UsageError(f"--set {WORDS}=: what should the user have said?")
        return text.strip()
    try:
        value = float(text)
        Mindset.model_validate({name.partition(".")[2]: value})
    except (ValueError, ValidationError) as error:
        span = "-1 to 1" if name == "mindset.mood" else "0 to 1"
        raise UsageError(f"--set {name}={text}: give a number from {span}") from error
    return value


def changed(prefix: Prefix, origin: Origin, read: Read) -> Prefix:
    """The prefix with what the fork sets. `read` understands words as directives.

    A feeling is set where the node would find it: in the mindset just updated for `decide`, else in that of the
    turn before, or of the arrival. The words are those said after the turn before; in the first turn there are
    none, which is a UsageError.
    """
    feelings = {n.partition(".")[2]: v for n, v in origin.set.items() if n != WORDS}
    if feelings:
        prefix = _feeling(prefix, origin.node, feelings)
    if WORDS in origin.set:
        prefix = _saying(prefix, str(origin.set[WORDS]), read)
    if origin.node == "decide":
        prefix = replace(prefix, present={**prefix.present, "decision": None})
    return prefix


def _feeling(prefix: Prefix, node: str, feelings: Mapping[str, Any]) -> Prefix:
    if node == "decide":
        updated: Mindset = prefix.present["updated"]
        return replace(prefix, present={**prefix.present, "updated": updated.model_copy(update=feelings)})
    if not prefix.turns:
        return replace(prefix, arrival=prefix.arrival.model_copy(update=feelings))
    last = prefix.turns[-1]
    return _last(prefix, last.model_copy(update={"after": last.after.model_copy(update=feelings)}))


def _saying(prefix: Prefix, words: str, read: Read) -> Prefix:
    if not prefix.turns:
        raise UsageError(f"--set {WORDS}: before the first turn nothing is said; fork at a later turn")
    said = Instruct(instruction=Instruction(words=words, directives=read(words)))
    return _last(prefix, prefix.turns[-1].model_copy(update={"decision": said}))


def _last(prefix: Prefix, turn: Turn) -> Prefix:
    return replace(prefix, turns=(*prefix.turns[:-1], turn))
