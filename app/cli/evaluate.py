"""`recoworld evaluate`: how like people the simulated users are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.evaluate.ghosts import Pooled
    from app.store.store import Store

group = typer.Typer(help="How like people the simulated users are.")

MOST = 10
"""Disagreements that are told of each kind of ghost."""
_ALL = "all"
_FEW = 10
"""Sessions below which an interval over them is rough."""


@group.callback(invoke_without_command=True)
def evaluate(context: typer.Context) -> None:
    """How like people the simulated users are."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@group.command("ghost")
def ghost(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN]...",
            help="Runs of `play --ghost`, or all. \\[default: all]",
            autocompletion=options.run_keys,
        ),
    ] = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Pool the sessions in which a ghost decided beside a person: how far they agree, and where they do not.

    Agreement and Cohen's kappa per item and per decision, by kind of ghost, with 95 % intervals over sessions.
    """
    from app.cli.output import print_json

    with options.open_store(db, create=False) as store:
        found = _pooled(store, [] if not runs or _ALL in runs else runs)
    if json:
        print_json([one.data(MOST) for one in found])
    else:
        _print(found)


def _pooled(store: Store, runs: list[str]) -> list[Pooled]:
    """Every kind of ghost; a UsageError where there is none."""
    from app.errors import UsageError
    from app.evaluate.ghosts import Ghosts, pooled

    arms = {arm.id for key in runs for arm in store.arms(store.find(key).run.id)}
    found = pooled(Ghosts(store).pairs(lambda row: not runs or row.arm_id in arms))
    if found:
        return found
    where = f"in {', '.join(runs)}" if runs else f"in {store.shown}"
    raise UsageError(
        f"no ghost has met a slate {where}; play a session with one: recoworld play --as user --ghost embedded"
    )


def _print(found: list[Pooled]) -> None:
    from app.cli.output import out, print_next

    console = out()
    for one in found:
        for part in _parts(one, min(console.width, 140)):
            console.print(part)
    print_next(f"recoworld show {found[0].pairs[-1].ghost}", "the newest of these ghosts, turn by turn")


def _parts(one: Pooled, width: int) -> Iterator[RenderableType]:
    """One kind of ghost: how much there is, the agreement, and the items on which it is furthest off."""
    from rich.text import Text

    from app.cli.playing_ghost import agreements, both
    from app.cli.tables import shortened

    counts = ", ".join(
        f"{n:,} {word}{'s' * (n != 1)}"
        for n, word in ((len(one.pairs), "session"), (one.turns, "turn"), (one.items, "item"))
    )
    yield Text.assemble("\n", (f"{one.mind} ghost", "bold"), (f"  {counts} that both examined", "dim"))
    yield agreements(one.agreements, one.items > 0, intervals=True)
    if len(one.pairs) < _FEW:
        yield Text(f"  intervals are over sessions: with {len(one.pairs)} of them they say little", "dim")
    telling = one.telling(MOST)
    if telling:
        yield Text.assemble("\n", ("furthest apart", "bold"))
    for pair, met in telling:
        place = f"  {pair.session}:{met.turn}  "
        yield Text.assemble((place, "cyan"), shortened(met.title, max(12, width - len(place))))
        yield Text(
            shortened(f"    {both(met)}" + (f"  “{met.thought}”" if met.thought else ""), width), "dim"
        )
