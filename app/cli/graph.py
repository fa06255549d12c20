"""`recoworld graph`: the compiled graphs as they really are, as text, Mermaid, SVG or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.drawing import Shape, Visits

FORMATS = ("text", "mermaid", "svg", "json")
NAMES = ("session", "cohort", "user", "recommender")


def _formats(incomplete: str) -> list[str]:
    return [name for name in FORMATS if name.startswith(incomplete)]


def _names(incomplete: str) -> list[str]:
    return [name for name in NAMES if name.startswith(incomplete)]


def graph(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="session, cohort, user or recommender. \\[default: session]",
            autocompletion=_names,
        ),
    ] = None,
    format: Annotated[
        str, typer.Option(help="text, mermaid, svg or json.", metavar="FORMAT", autocompletion=_formats)
    ] = "text",
    cohort: Annotated[bool, typer.Option("--cohort", help="The graph over arrays of many users.")] = False,
    run: Annotated[
        str | None,
        typer.Option(
            help="Add how often a run went through each node and edge.",
            metavar="RUN",
            autocompletion=options.run_keys,
        ),
    ] = None,
    db: options.Db = None,
) -> None:
    """Draw the compiled graphs: nodes, edges and the messages that travel; offline."""
    from app.drawing import shape_of
    from app.errors import UsageError, unknown

    if format not in FORMATS:
        raise unknown("format", format, FORMATS)
    if name is not None and name not in NAMES:
        raise unknown("graph", name, NAMES)
    if cohort and name not in (None, "session", "cohort"):
        raise UsageError(f"--cohort is for the session graph; the {name} graph is drawn as it is")
    if run is not None and name in ("user", "recommender"):
        raise UsageError(f"--run is for the session graph; leave out {name!r}")
    visits = None if run is None else _visits(run, db)
    _print(shape_of("cohort" if cohort else name or "session"), visits, format)


def _visits(key: str, db: str | None) -> Visits:
    from app.drawing import visits_of
    from app.errors import UsageError
    from app.store.rows import FoundRun

    with options.open_store(db, create=False) as store:
        found = store.find(key)
        if not isinstance(found, FoundRun):
            raise UsageError(f"{key!r} is a session; give its run: --run {found.run.key}")
        return visits_of(store, found.run)


def _print(shape: Shape, visits: Visits | None, format: str) -> None:
    from app.cli.output import fancy, print_json
    from app.drawing import as_data, as_mermaid, as_svg, as_text

    if format == "json":
        print_json(as_data(shape, visits))
    elif format == "svg":
        typer.echo(as_svg(shape, visits), nl=False)
    elif format == "mermaid":
        typer.echo("\n".join(as_mermaid(shape, visits)))
    else:
        typer.echo("\n".join(as_text(shape, visits, fancy())))
