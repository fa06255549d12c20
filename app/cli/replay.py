"""`recoworld replay`: a session or a whole run again, from the tape, compared event by event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.replay.verifying import Verdict
    from app.store.store import Store

_SHOWN = 10


def replay(
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A session or a run: latest-1-42, q7m2kd.", autocompletion=options.run_keys
        ),
    ],
    verify: Annotated[
        bool, typer.Option("--verify", help="Exit with 4 where something is not as it was.")
    ] = False,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Play a session or all sessions of a run again: models answer from the tape, all else is done anew.

    No live call is made. Says the first difference of each session that does not come out the same.
    """
    import asyncio

    from app.cli.output import print_json
    from app.errors import ExpectationFailed, UsageError

    with options.open_store(db, create=False) as store:
        verdicts = asyncio.run(_verdicts(store, id))
    if not verdicts:
        raise UsageError(f"run {id} has no session that can be played again; see recoworld ls {id}")
    wrong = [verdict for verdict in verdicts if not verdict.equal]
    if json:
        data = [verdict.data() for verdict in verdicts]
        print_json({"sessions": data, "equal": len(verdicts) - len(wrong), "different": len(wrong)})
    else:
        _print(verdicts, wrong)
    if verify and wrong:
        raise ExpectationFailed(
            f"{len(wrong)} of {len(verdicts)} sessions do not come out as they are stored; the first: "
            f"{wrong[0].session}, {wrong[0].difference}"
        )


async def _verdicts(store: Store, id: str) -> list[Verdict]:
    from app.replay.replaying import replaying
    from app.replay.restoring import restored, restored_run
    from app.replay.verifying import verified
    from app.store.rows import FoundRun

    found = store.find(id)
    sessions = restored_run(store, found.run) if isinstance(found, FoundRun) else [restored(store, id)]
    async with replaying(store) as again:
        return [await verified(again, session) for session in sessions]


def _print(verdicts: list[Verdict], wrong: list[Verdict]) -> None:
    from app.cli.output import out, print_next

    console = out()
    turns, events, calls = (sum(getattr(v, name) for v in verdicts) for name in ("turns", "events", "calls"))
    many = len(verdicts)
    console.print(
        f"{many:,} session{'s' * (many != 1)}: {turns:,} turns, {events:,} events compared; "
        f"{calls:,} calls from the tape, 0 live",
        highlight=False,
    )
    for how in dict.fromkeys(verdict.how for verdict in verdicts):
        console.print(f"how: {how}", style="dim", highlight=False)
    for verdict in wrong[:_SHOWN]:
        console.print(f"{verdict.session}  {verdict.difference}", style="red", highlight=False, markup=False)
    if len(wrong) > _SHOWN:
        console.print(f"and {len(wrong) - _SHOWN:,} more", style="red")
    if not wrong:
        console.print("equal, event by event", style="green")
    first = (wrong or verdicts)[0]
    turn = first.difference.turn if first.difference else 1
    print_next(f"recoworld show {first.session}:{max(1, turn)}", "as it is stored")
