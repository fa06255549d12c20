"""`recoworld report`: a run as one HTML file to look at, print or send around."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli import options
from app.errors import UsageError


def report(
    run: Annotated[
        str, typer.Argument(help="A run: q7m2kd, latest, latest~1.", autocompletion=options.run_keys)
    ] = "latest",
    html: Annotated[
        Path | None, typer.Option(help="The file to write. \\[default: recoworld-RUN.html]", dir_okay=False)
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="A B",
            help="Two arms or runs to compare in it. \\[default: the first arm with the others]",
        ),
    ] = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Write one self-contained HTML page: metrics, comparison, retention, wishes, exposure, transcripts.

    The page needs no network and no script. Charts need matplotlib: pip install 'recoworld\\[report]'.
    """
    from app.cli.output import out, print_json, print_next
    from app.cli.stored import run_of
    from app.files import written

    _check_matplotlib()
    with options.open_store(db, create=False) as store:
        row = run_of(store, run, "a report is of a run: recoworld report {run}")
        from app.report import build

        path = html or Path(f"recoworld-{row.key}.html")
        page = build(store, row, compare)
    with written(path) as file:
        file.write(page.encode())
    if json:
        print_json({"run": row.key, "file": str(path), "bytes": path.stat().st_size})
        return
    out().print(f"wrote {path} ({path.stat().st_size / 1000:,.0f} kB)", soft_wrap=True)
    print_next(f"recoworld export {row.key} --what sessions --to sessions.jsonl", "the numbers behind it")


def _check_matplotlib() -> None:
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise UsageError(
            "the charts of a report need matplotlib, which is not installed;\n"
            "install it with: pip install 'recoworld[report]'"
        )
