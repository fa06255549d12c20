"""What a ghost thought all along, told when the session is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.text import Text

from app.cli.tables import labeled, shortened, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.evaluate.agreement import Agreement
    from app.evaluate.ghosts import Decided, Met, Pair
    from app.interactive.playing import Game
    from app.interactive.sitting import Placed

MOST = 6
"""Differences that are told."""
_INDENT = 11
_ABOUT = {"open": "opened or not", "like": "liked or not", "decision": "what next"}


def beside(ghost: Placed) -> str:
    """Who decides beside the person, in one line."""
    from app.interactive.sitting import NEUTRAL

    persona, mind = ghost.seat.persona, ghost.cast.arm.mind
    who = "no character" if persona == NEUTRAL else f"the character {persona.name or persona.id}"
    return f"a ghost ({mind}, {who}) decides beside you, and is silent until the end"


def print_ghost(game: Game) -> None:
    """How far the person and the ghost agreed, and where they did not."""
    from app.cli.output import out
    from app.evaluate.ghosts import Ghosts, pooled

    sitting, console = game.sitting, out()
    assert game.ghost is not None
    assert sitting.ghost is not None
    seat = sitting.ghost.seat
    pairs = Ghosts(sitting.store).pairs(lambda row: row.id == seat.id)
    console.print(Text.assemble("\n", ("your ghost", "bold"), (f"  session {seat.key}", "dim")))
    if game.ghost.failure is not None:
        failure = game.ghost.failure
        told = shortened(f"gone in turn {failure.turn}: {failure.message}".replace("\n", " "), 200)
        console.print(labeled("failed", told, "red"))
    for one in pooled(pairs):
        console.print(agreements(one.agreements, bool(pairs[0].items)))
    for pair in pairs:
        for part in differences(pair, min(console.width, 140)):
            console.print(part)


def agreements(found: Any, some: bool, intervals: bool = False) -> RenderableType:
    """One row a question; `some` is whether there is any item that both examined."""
    shown = table("  ", ">n", ">alike", *([">95 %"] * intervals), ">kappa", *([">95 %"] * intervals))
    for question, one in found.items():
        if some or question == "decision":
            shown.add_row(f"  {_ABOUT[question]}", *_cells(one, intervals))
    return shown


def _cells(one: Agreement, intervals: bool) -> list[str]:
    share = "–" if one.agreement is None else f"{one.agreement:.0%}"
    kappa = "–" if one.kappa is None else f"{one.kappa:.2f}"
    if not intervals:
        return [f"{one.n:,}", share, kappa]
    a, k = one.agreement_interval, one.kappa_interval
    return [
        f"{one.n:,}", share, f"{a[0]:.0%} to {a[1]:.0%}" if a else "–",
        kappa, f"{k[0]:.2f} to {k[1]:.2f}" if k else "–",
    ]  # fmt: skip


def differences(pair: Pair, width: int) -> Iterator[RenderableType]:
    """Where the two differ, a few of them, turn by turn."""
    from app.evaluate.ghosts import Met

    found = pair.differing()
    if not found:
        yield Text("  you and the ghost differ nowhere", "dim")
        return
    for one in found[:MOST]:
        yield from (_item(one, width) if isinstance(one, Met) else _decision(one))
    if len(found) > MOST:
        yield Text(f"  and {len(found) - MOST} more", "dim")


def _item(met: Met, width: int) -> Iterator[RenderableType]:
    title = shortened(met.title, max(12, width - _INDENT - len(both(met)) - 2))
    yield _difference(met.turn, title, both(met))
    if met.thought:
        yield Padding(
            Text(shortened(f"“{met.thought}”", width - _INDENT), "italic dim"),
            (0, 0, 0, _INDENT),
            expand=False,
        )


def _difference(turn: int, about: str, words: str) -> RenderableType:
    """One line where there is room for it."""
    return labeled(f"turn {turn}", Text.assemble((about, "bold"), f"  {words}"))


def both(met: Met) -> str:
    return f"you: {_done(met.you)}; ghost: {_done(met.ghost)}"


def _done(actions: Sequence[str]) -> str:
    """What was done, without what goes without saying."""
    telling = [action for action in actions if action != "open" or len(actions) == 1]
    return ", ".join(telling) or "nothing"


def _decision(one: Decided) -> Iterator[RenderableType]:
    words = f"you: {_wanted(one.you, one.you_said)}; ghost: {_wanted(one.ghost, one.ghost_said)}"
    yield _difference(one.turn, "what next", words)


def _wanted(kind: str, said: str) -> str:
    word = "carry on" if kind == "continue" else kind
    return f"{word}, “{said}”" if said else word
