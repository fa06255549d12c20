"""`recoworld catalog`: the items that can be recommended; data sets are imported once and kept by name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.catalog.catalog import ItemCatalog

group = typer.Typer(help="List, import, show, search, encode and remove catalogs.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="A catalog.", autocompletion=options.catalogs)]


@group.callback(invoke_without_command=True)
def catalog(context: typer.Context, db: options.Db = None, json: options.Json = False) -> None:
    """List the catalogs (the same as `catalog list`)."""
    if context.invoked_subcommand is None:
        list_(db, json)


@group.command("list")
def list_(db: options.Db = None, json: options.Json = False) -> None:
    """List the embedded films and the stored catalogs."""
    from app.catalog.embedded import films
    from app.cli.output import out, print_json, print_next

    rows = [
        {"name": "films", "items": len(films()), "interactions": 0, "source": "embedded", "created": None}
    ]
    rows += _stored_rows(db)
    if json:
        print_json(rows)
        return
    out().print(_table(rows))
    print_next(f"recoworld catalog show {rows[-1]['name']}", "its facets")


def _stored_rows(db: str | None) -> list[dict[str, Any]]:
    from app.cli.opening import has_store
    from app.settings import load_settings

    if not has_store(load_settings({"db": db}).db):
        return []
    with options.open_store(db, create=False) as store:
        names = ("name", "items", "interactions", "source", "created", "fingerprint")
        return [{n: getattr(row, n) for n in names} for row in store.catalogs() if row.name != "films"]


def _table(rows: list[dict[str, Any]]) -> Any:
    from rich.text import Text

    from app.cli.tables import table

    shown = table("catalog", ">items", ">interactions", "imported", "source")
    for row in rows:
        numbers = (f"{row['items']:,}", f"{row['interactions']:,}")
        shown.add_row(Text(row["name"], "cyan"), *numbers, (row["created"] or "")[:10], row["source"])
    return shown


@group.command("import")
def import_(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A file, folder or zip.")],
    name: Annotated[str | None, typer.Option(help="Its name from now on. \\[default: the file's]")] = None,
    format: Annotated[str | None, typer.Option(help="The layout, where it is not recognized.")] = None,
    columns: options.Columns = None,
    scale: options.Scale = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Import a data set and keep it by name: MovieLens, a folder of items and interactions, or a table."""
    from app.catalog.importing import read_catalog
    from app.cli.progress import Bar
    from app.errors import UsageError
    from app.settings import load_settings
    from app.world import save_catalog

    settings = load_settings({"columns": columns, "scale": scale, "db": db})
    if name == "films":
        raise UsageError("--name films: that is the name of the embedded catalog; give another one")
    with options.open_store(db) as store:
        with Bar() as bar:
            found = read_catalog(
                path,
                name=name,
                format=format,
                columns=settings.columns or None,
                scale=settings.scale,
                progress=bar.imported,
            )
        if found.name == "films":
            raise UsageError(f"{path} would be called 'films', the name of the embedded catalog; give --name")
        save_catalog(store, found)
    _print_facts(found, json, f"recoworld run --catalog {found.name}")


@group.command("show")
def show(name: Name, db: options.Db = None, json: options.Json = False) -> None:
    """Show what is in a catalog: counts, facets with their commonest values, years, ratings."""
    from app.cli.opening import opened_catalog

    _, found = opened_catalog(name, db)
    _print_facts(found, json, f"recoworld catalog search {name} TEXT")


def _print_facts(catalog: ItemCatalog, json: bool, following: str) -> None:
    from app.cli.facts import catalog_facts, facts_lines
    from app.cli.output import out, print_json, print_next

    facts = catalog_facts(catalog)
    if json:
        print_json(facts)
        return
    console = out()
    for line in facts_lines(facts):
        console.print(line)
    print_next(following)


@group.command("search")
def search(
    name: Name,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words, or a title.")],
    limit: Annotated[int, typer.Option(min=1, help="Items at most.")] = 10,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Search a catalog's words."""
    from app.catalog.lexical import LexicalIndex
    from app.cli.opening import opened_catalog
    from app.cli.output import print_json

    _, found = opened_catalog(name, db)
    positions, scores = LexicalIndex(found).search(text, limit)
    items = [found.items[position] for position in positions.tolist()]
    if json:
        hits = zip(items, scores.tolist(), strict=True)
        print_json([{"score": round(score, 4), **item.model_dump(mode="json")} for item, score in hits])
        return
    _print_items(items, name, text)


def _print_items(items: list[Any], name: str, text: str) -> None:
    from shlex import quote

    from rich.text import Text

    from app.cli.output import out, print_next
    from app.cli.tables import table

    shown = table("id", "title", ">year", "by", "genres")
    for item in items:
        year = "" if item.year is None else str(item.year)
        shown.add_row(Text(item.id, "cyan"), item.title, year, item.creator, ", ".join(item.genres))
    out().print(shown if items else Text("nothing found", "yellow"))
    print_next(f"recoworld understand {quote(text)} --catalog {quote(name)}", "as an instruction")


@group.command("codes")
def codes(name: Name, db: options.Db = None, json: options.Json = False) -> None:
    """Show the semantic IDs of a catalog: what each part of a code means, and how many items have it."""
    from app.cli.opening import opened_catalog
    from app.cli.output import out, print_json, print_next
    from app.cli.tables import table
    from app.settings import load_settings
    from app.world import Stage

    _, found = opened_catalog(name, db)
    semantic = Stage(found, load_settings({"db": db})).codes
    counts = Counter(part for parts in semantic.parts for part in parts)
    if json:
        legend = [
            {"part": part, "items": counts[part], "means": list(means)} for part, means in semantic.legend
        ]
        print_json({"legend": legend, "codes": dict(zip(found.position, semantic.names, strict=True))})
        return
    shown = table("part", ">items", "means")
    for part, means in semantic.legend:
        shown.add_row(part, f"{counts[part]:,}", ", ".join(means))
    out().print(shown)
    print_next(
        "recoworld run --representation semantic_id --mind llm --model NAME", "models that are shown codes"
    )


@group.command("remove")
def remove(name: Name, db: options.Db = None, json: options.Json = False) -> None:
    """Remove a stored catalog that no run uses."""
    from app.cli.output import out, print_json, print_next
    from app.errors import UsageError

    if name == "films":
        raise UsageError("films is embedded and cannot be removed")
    with options.open_store(db, create=False) as store:
        store.delete_catalog(name)
    if json:
        print_json({"removed": name})
        return
    out().print(f"removed {name}")
    print_next("recoworld catalog", "what is left")
