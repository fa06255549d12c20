"""All commands put together."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import (
    catalog,
    compare,
    config,
    doctor,
    evaluate,
    export,
    fork,
    graph,
    ls,
    personas,
    play,
    prompt,
    replay,
    report_html,
    resume,
    run,
    serve_scripted,
    show,
    understand,
)
from app.cli.entry import Root

EPILOG = "Every option of `run` is also a variable RECOWORLD_* of the environment or of a .env file."

cli = typer.Typer(
    name="recoworld",
    cls=Root,
    help="A simulated world for agentic recommender systems.",
    epilog=EPILOG,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"recoworld {version('recoworld')}")
        raise typer.Exit


@cli.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
) -> None:
    """A simulated world in which user agents and recommender agents meet over many turns."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


cli.command("run")(run.run)
cli.command("resume")(resume.resume)
cli.command("ls")(ls.ls)
cli.command("show")(show.show)
cli.command("compare")(compare.compare)
cli.command("report")(report_html.report)
cli.add_typer(evaluate.group, name="evaluate")
cli.command("export")(export.export)
cli.command("play")(play.play)
cli.command("graph")(graph.graph)
cli.command("replay")(replay.replay)
cli.command("fork")(fork.fork)
cli.add_typer(prompt.group, name="prompt")
cli.command("understand")(understand.understand)
cli.add_typer(personas.group, name="personas")
cli.add_typer(catalog.group, name="catalog")
cli.command("serve-scripted")(serve_scripted.serve_scripted)
cli.add_typer(config.group, name="config")
cli.command("doctor")(doctor.doctor)
