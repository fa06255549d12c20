"""`recoworld resume`: an interrupted, killed or failed run goes on where it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.batch import Rest
    from app.cli.progress import Bar
    from app.store.rows import RunRow
    from app.store.store import Store
    from app.summary import Summary


def resume(
    run: Annotated[
        str, typer.Argument(help="The run to go on with.", metavar="[RUN]", autocompletion=options.run_keys)
    ] = "latest",
    allow_drift: Annotated[
        bool, typer.Option("--allow-drift", help="Go on though the code or a file has changed since.")
    ] = False,
    workers: options.Workers = None,
    max_calls: options.MaxCalls = None,
    max_tokens: options.MaxTokens = None,
    max_usd: options.MaxUsd = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Go on with a run: keep the sessions that ended, play those that are missing or failed.

    The result is that of a run that never stopped.
    """
    from app.batch import rest_of
    from app.cli.stored import run_of

    with options.open_store(db, create=False) as store:
        row = run_of(store, run, "give its run: recoworld resume {run}")
        rest = rest_of(store, row, allow_drift)
        if rest.done:
            _print_done(store, row, json)
        else:
            limits = {"max_calls": max_calls, "max_tokens": max_tokens, "max_usd": max_usd}
            _resume(store, rest, workers, limits, json)


def _print_done(store: Store, run: RunRow, json: bool) -> None:
    from app.cli.output import print_json, print_next, say
    from app.cli.stored import stored_summary

    if json:
        print_json(stored_summary(store, run).data())
        return
    say(f"run {run.key} is done: all of its {run.planned:,} sessions are stored")
    print_next(f"recoworld show {run.key}", "its report")


def _resume(
    store: Store, rest: Rest, workers: int | None, limits: Mapping[str, float | None], json: bool
) -> None:
    from app.cli.output import say
    from app.cli.run import run_and_print

    if not json:
        say(_left(rest))

    def work(progress: Bar) -> Summary:
        from app import batch

        return batch.resume(store, rest, progress, workers, limits)

    run_and_print(store, rest.plan, work, lambda: store.find(rest.run.key).run, json)


def _left(rest: Rest) -> str:
    """What is kept and what is played."""
    again = f", {rest.failed:,} that failed are played again" if rest.failed else ""
    return (
        f"run {rest.run.key}: {rest.kept:,} of {rest.run.planned:,} sessions are kept{again}, "
        f"{rest.missing:,} are missing and are played now"
    )
