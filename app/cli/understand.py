"""`recoworld understand`: how an instruction is read on a catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.recommenders.reader import Reading


def understand(
    text: Annotated[str, typer.Argument(help="What a user says, in quotes.", metavar="TEXT")],
    catalog: options.Catalog = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Show how the embedded agent reads an instruction: directives, query, words not understood."""
    from app.cli.opening import opened_catalog
    from app.cli.output import print_json
    from app.recommenders.reader import Reader

    _, found = opened_catalog(catalog, db)
    reading = Reader(found).read(text)
    if json:
        print_json(reading_data(reading))
        return
    _print(reading, text, found.name)


def reading_data(reading: Reading) -> dict[str, Any]:
    """The reading as DESIGN's object."""
    return {
        "directives": [
            {"kind": d.kind, "facet": d.facet, "value": d.value, "strength": round(d.strength, 6)}
            for d in reading.directives
        ],
        "query": reading.query,
        "unknown": list(reading.unknown),
    }


def _print(reading: Reading, text: str, catalog: str) -> None:
    from rich.text import Text

    from app.cli.charts import bar
    from app.cli.output import out, print_next
    from app.cli.tables import table

    console = out()
    shown = table("kind", "facet", "value", "strength")
    for d in reading.directives:
        strength = Text.assemble((bar(d.strength, 10), "cyan"), f" {d.strength:.2f}")
        shown.add_row(Text(d.kind, "bold"), d.facet or "", d.value or "", strength)
    console.print(shown if reading.directives else Text("no directive was understood", "yellow"))
    if reading.query:
        console.print(Text.assemble(("search for   ", "dim"), reading.query))
    for typed, understood in dict(reading.corrections).items():
        console.print(Text.assemble(("read as      ", "dim"), f"{typed} → {understood}"))
    if reading.unknown:
        console.print(Text.assemble(("not in the catalog  ", "yellow"), ", ".join(reading.unknown)))
    print_next(f"recoworld catalog search {catalog} {_quoted(reading.query or text)}", "what the catalog has")


def _quoted(text: str) -> str:
    from shlex import quote

    return quote(text[:60])
