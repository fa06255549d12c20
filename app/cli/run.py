"""`recoworld run`: the main job, a batch of sessions, stored and reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.cli.progress import Bar
    from app.settings import Settings
    from app.store.rows import RunRow
    from app.store.store import Store
    from app.summary import Summary


def run(
    seed: Annotated[
        int | None, typer.Option(help="Everything random follows from it. \\[default: 7]")
    ] = None,
    sessions: Annotated[int | None, typer.Option(help="Simulated users. \\[default: 100]")] = None,
    max_turns: Annotated[
        int | None, typer.Option(help="The longest session, in turns. \\[default: 20]")
    ] = None,
    slate_size: Annotated[int | None, typer.Option(help="Items in a slate. \\[default: 10]")] = None,
    recommender: options.Recommenders = None,
    mind: Annotated[str | None, typer.Option(help="The users' mind. \\[default: embedded]")] = None,
    catalog: options.Catalog = None,
    personas: options.Personas = None,
    db: options.Db = None,
    name: Annotated[str | None, typer.Option(help="A name of your own for the run.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes to use. \\[default: 1]")] = None,
    coupling: Annotated[
        str | None,
        typer.Option(
            help="How strongly leaving is tied to content: none, weak, medium, strong. \\[default: medium]",
            metavar="STRENGTH",
        ),
    ] = None,
    no_instruct: Annotated[
        bool, typer.Option("--no-instruct", help="Users may only leave, never say what is wrong.")
    ] = False,
    columns: options.Columns = None,
    scale: options.Scale = None,
    json: options.Json = False,
) -> None:
    """Let simulated users meet recommenders, store every turn, and report who stayed and why.

    With no options: 100 users of all tempers, the embedded films, the embedded agent.
    """
    given = dict(locals())
    from app.settings import load_settings

    as_json, given["instruct"] = given.pop("json"), False if given.pop("no_instruct") else None
    _run(load_settings(given), as_json)


def _run(settings: Settings, json: bool) -> None:
    from app.cli.progress import Bar
    from app.cli.stored import stored_summary
    from app.errors import Interrupted, TooManyFailures
    from app.store.store import Store

    with Store.open(settings.db) as store:
        before = _newest(store)
        try:
            with Bar() as progress:
                summary = _executed(settings, store, progress)
        except TooManyFailures:
            print_run(stored_summary(store, store.runs(1)[0]), settings.model_dump(mode="json"), json)
            raise
        except KeyboardInterrupt as error:
            raise Interrupted(_kept(store, before)) from error
    print_run(summary, settings.model_dump(mode="json"), json)


def _executed(settings: Settings, store: Store, progress: Bar) -> Summary:
    from app.batch import execute

    return execute(settings, store, progress, progress.imported)


def _newest(store: Store) -> RunRow | None:
    return next(iter(store.runs(1)), None)


def _kept(store: Store, before: RunRow | None) -> str:
    run = _newest(store)
    if run is None or (before is not None and run.id == before.id):
        return "interrupted before the first session; nothing was stored of this run"
    kept = sum(sum(counts.values()) for counts in store.session_counts(run.id).values())
    return f"interrupted; {kept:,} of {run.planned:,} sessions are kept: recoworld ls {run.key}"


def print_run(summary: Summary, plan: Mapping[str, Any], json: bool) -> None:
    """The report of a run and the next command, or its JSON."""
    from app.cli.output import out, print_json, print_next

    if json:
        print_json(summary.data())
        return
    from app.cli.report import print_report, worst_key

    print_report(out(), summary, plan)
    print_next(f"recoworld show {worst_key(summary) or summary.run}", "the worst session, turn by turn")
