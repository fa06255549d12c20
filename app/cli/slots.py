"""A slate in the terminal: what was shown, why, and what the user did and thought of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from app.cli.tables import shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

Data = Mapping[str, Any]
_DONE = {
    "open": "opened",
    "watch": "watched",
    "like": "liked",
    "dislike": "disliked",
    "save": "saved",
    "share": "shared",
    "comment": "commented",
}
_GOOD, _BAD = {"like", "save", "share"}, {"dislike"}
_DID = 22
_INDENT = 5
_LEAST = 6


def slate_lines(turn: Data, width: int, full: bool) -> Iterator[RenderableType]:
    """Two lines an item that was looked at, one line for all that were not."""
    reactions = {reaction["position"]: reaction for reaction in turn["review"]["reactions"]}
    for slot in turn["slate"]:
        reaction = reactions.get(slot["position"])
        if reaction is not None:
            yield from _slot(slot, reaction, width, full)
        elif full:
            yield _head(slot, None, width)
            yield from _why(slot, width, full)
    unseen = [slot["title"] or slot["item"] for slot in turn["slate"] if slot["position"] not in reactions]
    if unseen and not full:
        said = f"  not looked at: {', '.join(unseen)}"
        yield Text(shortened(said, width), "dim", no_wrap=True)


def _slot(slot: Data, reaction: Data, width: int, full: bool) -> Iterator[Text]:
    yield _head(slot, reaction, width)
    if full:
        yield from _why(slot, width, full)
    yield _thought(slot, reaction, width, full)
    if full:
        yield from _because(reaction, width)


def _head(slot: Data, reaction: Data | None, width: int) -> Text:
    """Position, title, year and facets at the left, what was done at the right."""
    year = f" ({slot['year']})" if slot.get("year") else ""
    room = width - _INDENT - _DID - 1
    title = shortened((slot["title"] or slot["item"]) + year, room)
    left = room - len(title) - 2
    facets = shortened(", ".join(slot.get("genres") or ()), left) if left >= _LEAST else ""
    text = Text(f"{slot['position']:>3}  ", "dim", no_wrap=True)
    text.append(title, "bold" if reaction and "open" in reaction["actions"] else "")
    text.append(f"  {facets}" if facets else "", "dim")
    text.pad_right(max(0, width - _DID - len(text)))
    return text.append_text(_did(reaction) if reaction else Text("not looked at", "dim"))


def _did(reaction: Data) -> Text:
    actions = [action for action in reaction["actions"] if action in _DONE]
    if not actions:
        return Text("skipped", "dim")
    best = [a for a in actions if a not in ("open", "watch")]
    words = ", ".join(_DONE[a] for a in best or actions[-1:])
    seen = f" {reaction['watched']:.0%}" if reaction["watched"] > 0 else ""
    style = "bold green" if _GOOD & set(best) else "bold red" if _BAD & set(best) else ""
    return Text(shortened(words + seen, _DID), style)


def _thought(slot: Data, reaction: Data, width: int, full: bool) -> Text:
    """The thought, and after it why the item was chosen where there is room."""
    thought = reaction.get("thought") or ""
    text = Text(" " * _INDENT, no_wrap=not full)
    text.append(f"“{thought}”" if thought else "", "italic")
    reason = "" if full else slot["reason"] or ""
    room = width - len(text) - 3
    if reason and room > 16:
        text.append(("   " if thought else "") + shortened(reason, room), "dim")
    if not full:
        text.truncate(width, overflow="ellipsis")
    return text


def _why(slot: Data, width: int, full: bool) -> Iterator[Text]:
    facts = [slot["reason"] or "", "+".join(slot["sources"]), f"score {slot['score']:.3f}"]
    if slot.get("propensity") is not None:
        facts.append(f"propensity {slot['propensity']:.4f}")
    yield Text(" " * _INDENT + " · ".join(fact for fact in facts if fact), "dim")


def _because(reaction: Data, width: int) -> Iterator[Text]:
    if reaction.get("utility") is None:
        return
    facet = f" ({reaction['facet']})" if reaction.get("facet") else ""
    said = (
        f"utility {reaction['utility']:+.2f}, mostly {reaction['factor']}{facet}, {reaction['seconds']:.0f} s"
    )
    yield Text(" " * _INDENT + said, "dim")
