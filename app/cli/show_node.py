"""`recoworld show SESSION:TURN:NODE`: one node in full, with the prompt as it was sent and every reply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.text import Text

from app.cli.session import directive_words
from app.cli.tables import labeled, shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.prompts.rendered import Piece
    from app.replay.node_view import Asked, Attempt, NodeView
    from graphs.messages import Candidate, Plan, Review, Slate
    from graphs.ports import Catalog

_OPEN, _CLOSE = "‹", "›"
"""Around what came from the data, where there is no color to tell it by."""
_CANDIDATES = 15
_FEELINGS = ("satisfaction", "boredom", "fatigue", "trust", "mood")


def node_parts(view: NodeView, catalog: Catalog, width: int, color: bool) -> Iterator[RenderableType]:
    """The node, to be printed part after part; without `color` the variable parts of a prompt stand in ‹ ›."""
    ms = "" if view.ms is None else f"  {view.ms:,.0f} ms"
    yield Text.assemble((f"{view.session}:{view.turn}:{view.node}", "bold cyan"), (ms, "dim"))
    if view.note:
        yield Text(view.note, "yellow")
    yield from _given(view, catalog)
    yield from _made(view, catalog, width)
    for asked in view.asked:
        yield from _question(asked, color)
    if not view.asked:
        yield labeled("asked", "no model was asked here", "dim")


def _given(view: NodeView, catalog: Catalog) -> Iterator[RenderableType]:
    """What the node was called with, in short."""
    given = view.given.view if view.given else None
    if given is None:
        return
    if given.request is not None:
        yield labeled("request", f"“{given.request.words}”", "bold yellow")
    mindset = getattr(given, "mindset", None)
    if mindset is not None:
        felt = ", ".join(f"{name} {getattr(mindset, name):.2f}" for name in _FEELINGS)
        yield labeled("felt", felt)
        yield labeled("slate", ", ".join(catalog[item].title for item in given.slate.items))


def _made(view: NodeView, catalog: Catalog, width: int) -> Iterator[RenderableType]:
    """What came of the node."""
    made = view.made
    if plan := made.get("plan"):
        yield from _plan(plan)
    if view.node == "retrieve":
        yield from _candidates(view.candidates, catalog, width)
    if slate := made.get("slate"):
        yield from _moves(slate, view.candidates, catalog, width)
    if review := made.get("reviewed"):
        yield from _review(review, catalog, width)
    if (updated := made.get("updated")) is not None:
        before = view.given.view.mindset if view.given else updated
        yield labeled("feels", ", ".join(_change(name, before, updated) for name in _FEELINGS))
    if (decision := made.get("decision")) is not None:
        yield labeled("decides", _decision(decision), "bold")


def _plan(plan: Plan) -> Iterator[RenderableType]:
    for label, text in (
        ("reads", _directives(plan.directives)),
        ("filters", _directives(plan.filters)),
        ("queries", ", ".join(plan.queries)),
        ("weights", ", ".join(f"{name} {weight:.2f}" for name, weight in plan.weights.items())),
        ("unknown", ", ".join(plan.unknown)),
        ("reasons", plan.reasoning),
    ):
        if text:
            yield labeled(label, text)


def _directives(directives: Iterable[Any]) -> str:
    return ", ".join(directive_words(directive.model_dump()) for directive in directives)


def _candidates(found: tuple[Candidate, ...], catalog: Catalog, width: int) -> Iterator[RenderableType]:
    yield labeled("found", f"{len(found)} candidates")
    for rank, one in enumerate(found[:_CANDIDATES], 1):
        where = f"  {one.score:.3f}  {'+'.join(one.sources)}"
        yield Text(shortened(f"{rank:>4}  {catalog[one.item].title}", width - len(where)) + where)
    if len(found) > _CANDIDATES:
        yield Text(f"      and {len(found) - _CANDIDATES} more", "dim")


def _moves(
    slate: Slate, found: tuple[Candidate, ...], catalog: Catalog, width: int
) -> Iterator[RenderableType]:
    """Each shown item with the rank at which it was retrieved, and the best that were passed over."""
    rank = {one.item: at for at, one in enumerate(found, 1)}
    yield labeled("slate", slate.message or "", "green")
    for place, slot in enumerate(slate.slots, 1):
        came = rank.get(slot.item)
        move = "" if came is None else f"  retrieved {came:>2} {_arrow(came - place)}"
        yield Text(shortened(f"{place:>4}  {catalog[slot.item].title}", width - len(move)) + move)
        if slot.reason:
            yield Text(shortened(f"      {slot.reason}", width), "italic dim")
    shown = set(slate.items)
    passed = [catalog[one.item].title for one in found[: len(slate.slots)] if one.item not in shown]
    if passed:
        yield labeled("passed", ", ".join(passed), "dim")


def _arrow(moved: int) -> str:
    return "=" if not moved else f"↑{moved}" if moved > 0 else f"↓{-moved}"


def _review(review: Review, catalog: Catalog, width: int) -> Iterator[RenderableType]:
    for one in review.reactions:
        why = ", ".join(f"{name} {value:+.2f}" for name, value in one.factors.items())
        done = f"  {', '.join(one.actions)}" + (f"  ({why})" if why else "")
        yield Text(
            shortened(f"{one.position:>4}  {catalog[one.item].title}", max(12, width - len(done))) + done
        )
        if one.thought:
            yield Text(shortened(f"      “{one.thought}”", width), "italic dim")
    if review.summary:
        yield labeled("thinks", review.summary, "italic")


def _change(name: str, before: Any, after: Any) -> str:
    change = getattr(after, name) - getattr(before, name)
    return f"{name} {getattr(after, name):.2f}" + (f" ({change:+.2f})" if abs(change) >= 0.005 else "")


def _decision(decision: Any) -> str:
    if decision.kind == "instruct":
        said = decision.instruction
        meant = f", meaning {_directives(said.directives)}" if said.directives else ""
        return f"instruct “{said.words}”{meant}"
    if decision.kind == "leave":
        return f"leave: {decision.reason}" + (f", “{decision.words}”" if decision.words else "")
    return "carry on"


# ------------------------------------------------------------------------------- what was asked


def _question(asked: Asked, color: bool) -> Iterator[RenderableType]:
    marked = asked.marked
    if marked is None:
        yield labeled("asked", f"{asked.name}: the prompt cannot be made again", "yellow")
    else:
        proof = "sent as shown: verified by its hash" if asked.verified else "as it would be sent now"
        yield Text.assemble(
            ("\nprompt ", "dim"), (f"{marked.name} {marked.hash[:8]}", "bold"), (f"  {proof}", "dim")
        )
        for role, pieces in (("system", marked.system), ("user", marked.user)):
            yield Text(role, "bold dim")
            yield _pieces(pieces, color)
        for image in marked.images:
            yield Text(f"{image.about} [{image.words}]", "dim")
    for attempt in asked.attempts:
        yield from _attempt(attempt)


def _pieces(pieces: Iterable[Piece], color: bool) -> Text:
    text = Text()
    for piece in pieces:
        if not piece.variable:
            text.append(piece.text)
        elif color:
            text.append(piece.text, "bold cyan")
        else:
            text.append(f"{_OPEN}{piece.text}{_CLOSE}")
    return text


def _attempt(attempt: Attempt) -> Iterator[RenderableType]:
    call = attempt.call
    facts = [call.model, f"seed {call.seed}" if call.seed is not None else "no seed"]
    if call.prompt_tokens is not None:
        facts.append(f"{call.prompt_tokens:,}+{call.completion_tokens or 0:,} tokens")
    facts += [f"{call.latency_ms:,.0f} ms"] if call.latency_ms is not None else []
    facts.append("from the cache" if call.finish_reason == "cache" else _price(call.usd))
    state = "accepted" if call.accepted else f"rejected: {call.error}"
    yield Text.assemble(
        (f"\nreply {call.attempt} ", "dim"),
        (state, "green" if call.accepted else "red"),
        (f"  {' · '.join(facts)}", "dim"),
    )
    if attempt.reply:
        yield Text(_pretty(attempt.reply))


def _price(usd: float | None) -> str:
    return "price unknown" if usd is None else f"${usd:.5f}"


def _pretty(reply: str) -> str:
    """The reply as it came; JSON with a field a line."""
    import orjson

    try:
        return orjson.dumps(orjson.loads(reply), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return reply


# ----------------------------------------------------------------------------------- as data


def node_data(view: NodeView) -> dict[str, Any]:
    """The same for programs."""
    return {
        "session": view.session,
        "turn": view.turn,
        "node": view.node,
        "ms": view.ms,
        "note": view.note or None,
        "made": {name: _plain(value) for name, value in view.made.items()},
        "candidates": [_plain(one) for one in view.candidates] if view.node in ("retrieve", "rerank") else [],
        "asked": [_asked_data(asked) for asked in view.asked],
    }


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude={"memory"})
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _asked_data(asked: Asked) -> dict[str, Any]:
    marked = asked.marked
    prompt: dict[str, Any] | None = None
    if marked is not None:
        sides = {
            role: [{"text": piece.text, "variable": piece.variable} for piece in pieces]
            for role, pieces in (("system", marked.system), ("user", marked.user))
        }
        images = [{"about": image.about, "image": image.words} for image in marked.images]
        prompt = {"name": marked.name, "version": marked.hash, "verified": asked.verified, **sides}
        prompt |= {"images": images} if images else {}
    attempts = [attempt.call._asdict() | {"reply": attempt.reply} for attempt in asked.attempts]
    return {"node": asked.name, "prompt": prompt, "attempts": attempts}
