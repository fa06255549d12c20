"""`recoworld export`: the rows of a run as JSONL or Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli import options

_KINDS = ("sessions", "turns", "exposures", "calls", "trajectories", "preferences")
"""Names for completion; a test keeps them true."""


def _kinds(incomplete: str) -> list[str]:
    return [name for name in _KINDS if name.startswith(incomplete)]


def export(
    run: Annotated[
        str, typer.Argument(help="A run: q7m2kd, latest, latest~1.", autocompletion=options.run_keys)
    ] = "latest",
    to: Annotated[
        Path, typer.Option(help="A folder, or a file that ends in .jsonl or .parquet.", metavar="FOLDER|FILE")
    ] = Path("."),
    what: Annotated[
        str,
        typer.Option(help=f"One of {', '.join(_KINDS)}.", metavar="KIND", autocompletion=_kinds),
    ] = "sessions",
    format: Annotated[
        str | None, typer.Option(help="jsonl or parquet. \\[default: by the file's ending, else jsonl]")
    ] = None,
    margin: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Least difference in satisfaction of a preference pair.")
    ] = 0.05,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Write the rows of a run to a file. The columns are described in docs/export.md."""
    from app.cli.output import out, print_json, print_next
    from app.cli.stored import run_of
    from app.export import export as write

    with options.open_store(db, create=False) as store:
        row = run_of(store, run, "an export is of a run: recoworld export {run}")
        done = write(store, row, what, to, format, margin)
    if json:
        print_json(done.data())
        return
    out().print(f"wrote {done.rows:,} {what} to {done.file} ({done.bytes / 1000:,.1f} kB)", soft_wrap=True)
    print_next(f"recoworld report {done.run}", "the run as a page")
