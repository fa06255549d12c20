"""`recoworld graph`: the compiled graphs and the paths of sessions, as text, Mermaid, SVG or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.drawing import Drawing
    from app.drawing import Path as SessionPath
    from app.prompts import Prompts
    from app.store.rows import RunRow
    from app.store.store import Store

FORMATS: Mapping[str, str] = {"text": ".txt", "mermaid": ".mmd", "svg": ".svg", "json": ".json"}
"""The formats with the endings of their files."""
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
        str | None,
        typer.Option(
            help="text, mermaid, svg or json. \\[default: by the ending of --output, else text]",
            metavar="FORMAT",
            autocompletion=_formats,
        ),
    ] = None,
    cohort: Annotated[bool, typer.Option("--cohort", help="The graph over arrays of many users.")] = False,
    run: Annotated[
        str | None,
        typer.Option(
            help="Add what a run did: visits, time, calls, cost, errors and prompts of each node.",
            metavar="RUN",
            autocompletion=options.run_keys,
        ),
    ] = None,
    session: Annotated[
        str | None,
        typer.Option(
            help="The path of one session, turn by turn: latest-1-42, or one turn of it: latest-1-42:3.",
            metavar="ID[:TURN]",
            autocompletion=options.run_keys,
        ),
    ] = None,
    prompts: options.PromptFolder = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A file to write: .svg, .mmd, .json or .txt.", metavar="FILE"),
    ] = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Draw the compiled graphs, with their prompts and what a run did, or the path of one session."""
    chosen = _format(format, output, json)
    _check(name, cohort, run, session, prompts)
    if session is not None:
        path, following = _session(session, db)
        _deliver(_path_forms(path), chosen, output, following)
        return
    drawing, following = _graph("cohort" if cohort else name or "session", run, prompts, db)
    _deliver(_graph_forms(drawing), chosen, output, following)


def _format(format: str | None, output: Path | None, json: bool) -> str:
    from app.errors import UsageError, unknown

    if json and format not in (None, "json"):
        raise UsageError(f"--json and --format {format} are two formats; give one of them")
    if format is not None and format not in FORMATS:
        raise unknown("format", format, FORMATS)
    if json or format or output is None:
        return "json" if json else format or "text"
    ending = output.suffix.lower()
    found = next((name for name, its in FORMATS.items() if its == ending), None)
    if found is None:
        raise UsageError(f"{output}: the ending is none of {', '.join(FORMATS.values())}; add --format")
    return found


def _check(name: str | None, cohort: bool, run: str | None, session: str | None, prompts: str | None) -> None:
    from app.errors import UsageError, unknown

    if name is not None and name not in NAMES:
        raise unknown("graph", name, NAMES)
    if cohort and name not in (None, "session", "cohort"):
        raise UsageError(f"--cohort is for the session graph; the {name} graph is drawn as it is")
    if run is not None and session is not None:
        raise UsageError("--run draws a whole run and --session one session of it; give one of them")
    if session is not None and (cohort or prompts or name not in (None, "session")):
        odd = "--cohort" if cohort else "--prompts" if prompts else repr(name)
        raise UsageError(f"--session draws what one session did; leave out {odd}")
    if run is not None and name in ("user", "recommender"):
        raise UsageError(f"--run is for the session graph; leave out {name!r}")


# ------------------------------------------------------------------------------- graphs


def _graph(name: str, run: str | None, folder: str | None, db: str | None) -> tuple[Drawing, str]:
    """The drawing, and the next useful command."""
    from app.cli.stored import run_of
    from app.drawing import Drawing, asking_nothing, asking_now, shape_of

    shape, prompts = shape_of(name), _prompts(folder)
    if run is None:
        asking = asking_nothing() if name == "cohort" else asking_now(prompts)
        return Drawing(shape, asking), "recoworld graph --run latest"
    with options.open_store(db, create=False) as store:
        row = run_of(store, run, f"give its run: --run {{run}}, or draw its path: --session {run}")
        return _of_run(Drawing(shape), store, row, prompts), _next_of_run(store, row)


def _prompts(folder: str | None) -> Prompts:
    from app.prompts import Prompts
    from app.settings import load_settings

    chosen = load_settings({"prompts": folder}).prompts
    return Prompts(Path(chosen) if chosen else None)


def _of_run(drawing: Drawing, store: Store, run: RunRow, prompts: Prompts) -> Drawing:
    from dataclasses import replace

    from app.drawing import asking_in_run, visits_of

    calls = store.node_calls(run.id)
    asking = asking_in_run(calls, store.arms(run.id), prompts)
    return replace(drawing, asking=asking, visits=visits_of(store, run, calls))


def _next_of_run(store: Store, run: RunRow) -> str:
    """The path of a session that failed, else of the longest."""
    sessions = store.sessions(run.id)
    if not sessions:
        return f"recoworld ls {run.key}"
    most = max(sessions, key=lambda session: (session.status == "failed", session.turns))
    return f"recoworld graph --session {most.key}"


def _graph_forms(drawing: Drawing) -> dict[str, Callable[[bool], Any]]:
    from app.drawing import as_data, as_mermaid, as_svg, as_text

    return {
        "text": lambda fancy: "\n".join(as_text(drawing, fancy)) + "\n",
        "mermaid": lambda fancy: "\n".join(as_mermaid(drawing)) + "\n",
        "svg": lambda fancy: as_svg(drawing),
        "json": lambda fancy: as_data(drawing),
    }


# ----------------------------------------------------------------------------- sessions


def _session(text: str, db: str | None) -> tuple[SessionPath, str]:
    """The path, and the next useful command."""
    from app.drawing import path_of
    from app.errors import UsageError
    from app.session_view import open_session
    from app.store.rows import FoundRun

    key, number = _turn(text)
    with options.open_store(db, create=False) as store:
        found = store.find(key)
        if isinstance(found, FoundRun):
            raise UsageError(
                f"{key!r} is a run; give one of its sessions: --session {found.run.key}-1-1, "
                f"or draw it whole: --run {key}"
            )
        view, outputs = open_session(store, found), store.step_outputs(found.session.id)
        titles = view.catalog
        path = path_of(
            view.data(),
            view.rows,
            outputs,
            lambda item: titles[item].title if item in titles else item,
            titles.noun,
            number,
        )
    stored = [turn.number for turn in path.turns if turn.number <= len(path.data["turns"])]
    after = f":{stored[-1]}" if stored else ""
    return path, f"recoworld show {found.session.key}{after}"


def _turn(text: str) -> tuple[str, int | None]:
    """Key and turn of `ID:TURN`."""
    from app.errors import UsageError

    key, colon, number = text.partition(":")
    if colon and not (number.isascii() and number.isdigit()):
        raise UsageError(f"{text!r}: the turn after ':' must be a number, as in latest-1-42:3")
    return key, int(number) if colon else None


def _path_forms(path: SessionPath) -> dict[str, Callable[[bool], Any]]:
    from app.drawing import path_data, path_mermaid, path_svg, path_text

    return {
        "text": lambda fancy: "\n".join(path_text(path, fancy)) + "\n",
        "mermaid": lambda fancy: "\n".join(path_mermaid(path)) + "\n",
        "svg": lambda fancy: path_svg(path),
        "json": lambda fancy: path_data(path),
    }


# ------------------------------------------------------------------------------- output


def _deliver(
    forms: Mapping[str, Callable[[bool], Any]], format: str, output: Path | None, following: str
) -> None:
    """To the file, or to stdout; the next command only where a person reads."""
    from app.cli.output import fancy, print_json, print_next, say

    drawn = forms[format](output is not None or fancy())
    if output is not None:
        _write(drawn, output)
        say(f"wrote {output}")
    elif format == "json":
        print_json(drawn)
    else:
        typer.echo(drawn, nl=False)
        if format == "text":
            print_next(following)


def _write(drawn: Any, output: Path) -> None:
    import orjson

    from app.files import written

    body = (
        drawn.encode() if isinstance(drawn, str) else orjson.dumps(drawn, option=orjson.OPT_INDENT_2) + b"\n"
    )
    with written(output) as file:
        file.write(body)
