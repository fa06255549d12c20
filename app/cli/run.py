"""`recoworld run`: the main job, a batch of sessions, stored and reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.cli.progress import Bar
    from app.plans import Plan
    from app.settings import Settings
    from app.store.rows import RunRow
    from app.store.store import Store
    from app.summary import Summary


def run(
    scenario: Annotated[
        Path | None,
        typer.Argument(metavar="[SCENARIO.yaml]", help="A run file; flags override what it says."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Everything random follows from it. \\[default: 7]")
    ] = None,
    sessions: Annotated[int | None, typer.Option(help="Simulated users. \\[default: 100]")] = None,
    days: Annotated[
        int | None,
        typer.Option(help="Days over which users come back, or not, by how sessions ended. \\[default: 1]"),
    ] = None,
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
    workers: options.Workers = None,
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
    model: options.Models = None,
    prompts: options.PromptFolder = None,
    representation: options.Representation = None,
    per_item: options.PerItem = None,
    cache: options.Cache = None,
    max_calls: options.MaxCalls = None,
    max_tokens: options.MaxTokens = None,
    max_usd: options.MaxUsd = None,
    concurrency: options.Concurrency = None,
    timeout: options.Timeout = None,
    temperature: options.Temperature = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and print the effective plan; run nothing.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Let simulated users meet recommenders, store every turn, and report who stayed and why.

    With no options: 100 users of all tempers, the embedded films, the embedded agent.
    """
    given = dict(locals())
    as_json, given["instruct"] = given.pop("json"), False if given.pop("no_instruct") else None
    settings, plan = _planned(given.pop("scenario"), given)
    if given["dry_run"]:
        _print_plan(settings, plan)
    else:
        _run(settings, plan, as_json)


def _planned(scenario: Path | None, flags: Mapping[str, Any]) -> tuple[Settings, Plan]:
    """The effective settings and the plan, of a run file where there is one."""
    from app.plans import load_run_file, make_plan
    from app.settings import load_settings

    located = load_run_file(scenario) if scenario else None
    filed = located.file.settings() if located else None
    settings = load_settings(flags, filed=filed, file=str(scenario))
    return settings, make_plan(settings, located)


def _print_plan(settings: Settings, plan: Plan) -> None:
    """The plan as JSON, after everything was checked that can be without storing anything.

    With models it holds an `estimate` of what they will use.
    """
    from app.batch.estimating import estimated
    from app.batch.running import prepared
    from app.cli.opening import has_store
    from app.cli.output import print_json
    from app.cli.progress import Bar
    from app.store.store import Store

    with Bar() as progress:
        if has_store(settings.db):
            with Store.open(settings.db) as store:
                prepared(plan, store, progress.imported)
                estimate = estimated(plan, store)
        else:
            prepared(plan, None, progress.imported)
            estimate = estimated(plan, None)
    print_json(plan.stored() | ({"estimate": estimate.data()} if estimate else {}))


def _run(settings: Settings, plan: Plan, json: bool) -> None:
    from app.store.store import Store

    with Store.open(settings.db) as store:
        before = _newest(store)
        if not json:
            _say_estimate(plan, store)

        def work(progress: Bar) -> Summary:
            from app.batch import execute_plan

            return execute_plan(plan, store, progress, progress.imported)

        def begun() -> RunRow | None:
            run = _newest(store)
            return None if run is None or (before is not None and run.id == before.id) else run

        run_and_print(store, plan, work, begun, json)


def _say_estimate(plan: Plan, store: Store) -> None:
    """What models will use, before the first session; nothing where none plays."""
    from app.batch.estimating import estimated
    from app.cli.estimates import estimate_text
    from app.cli.output import say

    if (estimate := estimated(plan, store)) is not None:
        say(estimate_text(estimate))


def run_and_print(
    store: Store,
    plan: Plan,
    work: Callable[[Bar], Summary],
    begun: Callable[[], RunRow | None],
    json: bool,
) -> None:
    """Do the work of a run with its progress, print what it came to, and judge it by the plan.

    `begun` gives the run as it is stored by then. Ctrl-C is an Interrupted that says what is kept; an
    expectation or gate that does not hold is an ExpectationFailed.
    """
    from app.cli.judging import judge
    from app.cli.progress import Bar
    from app.cli.stored import stored_summary
    from app.errors import Interrupted, TooManyFailures

    try:
        with Bar() as progress:
            summary = work(progress)
    except TooManyFailures:
        if (run := begun()) is not None:
            print_run(stored_summary(store, run), plan.stored(), json)
        raise
    except KeyboardInterrupt as error:
        raise Interrupted(_kept(store, begun())) from error
    held, failure = judge(store, plan, summary)
    print_run(summary, plan.stored(), json, held)
    if failure:
        raise failure


def _newest(store: Store) -> RunRow | None:
    return next(iter(store.runs(1)), None)


def _kept(store: Store, run: RunRow | None) -> str:
    """What is kept of an interrupted run, and how it goes on."""
    if run is None:
        return "interrupted before the first session; nothing was stored of this run"
    kept = sum(sum(counts.values()) for counts in store.session_counts(run.id).values())
    return (
        f"interrupted; {kept:,} of {run.planned:,} sessions are kept\n"
        f"go on: recoworld resume {run.key}; look: recoworld show {run.key}"
    )


def print_run(summary: Summary, plan: Mapping[str, Any], json: bool, held: str = "") -> None:
    """The report of a run, what held of what was expected, and the next command; or its JSON."""
    from app.cli.output import out, print_json, print_next

    if json:
        print_json(summary.data())
        return
    from app.cli.report import print_report, worst_key

    print_report(out(), summary, plan)
    if held:
        out().print(held)
    if summary.status in ("running", "interrupted"):
        print_next(f"recoworld resume {summary.run}", "the sessions that are missing")
    elif len({arm.name for arm in summary.arms}) == 2:
        print_next(f"recoworld compare {summary.run}", "is the difference real?")
    else:
        print_next(f"recoworld show {worst_key(summary) or summary.run}", "the worst session, turn by turn")
