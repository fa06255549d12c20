"""All commands put together."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand
from typer.main import get_command, get_group

from app.cli.entry import Root

EPILOG = "Every option of `run` is also a variable RECOWORLD_* of the environment or of a .env file."
COMMANDS = {
    "run": "Let simulated users meet recommenders, store every turn, and report who stayed and why.",
    "resume": "Go on with a run: keep the sessions that ended, play those that are missing or failed.",
    "ls": "List the runs, newest first, or the sessions of a run.",
    "show": "Show a run (its report), a session (every turn), one turn in full, or one node of it.",
    "compare": "Compare two arms or runs: paired differences with intervals, for whom, and where sessions flipped.",
    "report": "Write one self-contained HTML page: metrics, comparison, retention, wishes, exposure, transcripts.",
    "evaluate": "How like people the simulated users are.",
    "export": "Write the rows of a run to a file. The columns are described in docs/export.md.",
    "play": "Play a session live: be the user or the recommender, or watch two simulated agents."
    " It is stored as it happens.",
    "graph": "Draw the compiled graphs, with their prompts and what a run did, or the path of one session.",
    "replay": "Play a session or all sessions of a run again: models answer from the tape, all else is done anew.",
    "fork": "Play a session again up to a node and go on from there with something changed.",
    "prompt": "The prompts: list and show them and their versions, compare two, try one.",
    "understand": "Show how the embedded agent reads an instruction: directives, query, words not understood.",
    "personas": "List, show, check and sample personas and populations.",
    "catalog": "List, import, show, search, encode and remove catalogs.",
    "serve-scripted": "Serve a scripted model: OpenAI's protocol, plausible answers, and faults on demand."
    " Ctrl-C stops.",
    "config": "Show the effective settings, and the parameters of the embedded user.",
    "doctor": "Check Python, packages, database, disk, embedded data, threads and terminal; exit 2 when one fails.",
}
"""Every command with the first line of its help, which is all that `--help` needs of it."""


def command(name: str) -> Any:
    """The command itself, or its group, from the module of its name."""
    module = import_module("app.cli." + ("report_html" if name == "report" else name.replace("-", "_")))
    if isinstance(group := getattr(module, "group", None), typer.Typer):
        found: Any = get_group(group)
    else:
        alone = typer.Typer(rich_markup_mode="rich", add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(getattr(module, name.replace("-", "_")))
        found = get_command(alone)
    found.name = name
    return found


class Program(Root):
    """A root that imports a command when it is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {
            name: TyperCommand(name, callback=None, help=text) for name, text in COMMANDS.items()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, found, rest = super().resolve_command(ctx, args)
        return name, command(name) if name and found else found, rest


cli = typer.Typer(
    name="recoworld",
    cls=Program,
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
