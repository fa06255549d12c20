"""Options that several commands share, and what completes them in the shell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.store.store import Store

BUILT_IN = ("agent", "deaf", "llm", "random", "popular", "content", "itemknn", "ease")
"""The recommenders' names for completion, so that it need not import them; a test keeps them true."""


def personas_folder() -> Path:
    """Where the built-in personas are."""
    import app

    return Path(app.__path__[0]).parent / "personas"


def _recommenders(incomplete: str) -> list[str]:
    return [name for name in BUILT_IN if name.startswith(incomplete)]


def personas(incomplete: str) -> list[str]:
    folder = personas_folder()
    names = [p.stem for p in (*folder.glob("populations/*.yaml"), *folder.glob("*.yaml"))]
    return [name for name in (*names, "from-ratings") if name.startswith(incomplete)]


def _from_store(names: Callable[[Store], list[str]]) -> Callable[[str], list[str]]:
    """Completions read from the database; none where it cannot be read."""

    def complete(incomplete: str) -> list[str]:
        from app.errors import RecoWorldError

        try:
            with open_store(None, create=False) as store:
                return [name for name in names(store) if name.startswith(incomplete)]
        except RecoWorldError:
            return []

    return complete


def _catalog_names(store: Store) -> list[str]:
    return [row.name for row in store.catalogs()]


def catalogs(incomplete: str) -> list[str]:
    stored = _from_store(_catalog_names)(incomplete)
    return sorted({*stored, *(name for name in ("films",) if name.startswith(incomplete))})


def _run_names(store: Store) -> list[str]:
    return ["latest", *(row.key for row in store.runs(50))]


def open_store(db: str | None, *, create: bool = True) -> Store:
    """The database of `--db`, RECOWORLD_DB, .env or the default."""
    from app.settings import load_settings
    from app.store.store import Store

    return Store.open(load_settings({"db": db}).db, create=create)


Db = Annotated[
    str | None, typer.Option("--db", help="The database. \\[default: recoworld.db]", metavar="PATH|URL")
]
Json = Annotated[bool, typer.Option("--json", help="Print data as JSON on stdout.")]
Catalog = Annotated[
    str | None,
    typer.Option(
        help="films, the name of a stored catalog, or a path to import. \\[default: films]",
        metavar="NAME|PATH",
        autocompletion=catalogs,
    ),
]
Personas = Annotated[
    str | None,
    typer.Option(
        help="A population, personas (a,b), a YAML file or folder, or from-ratings. \\[default: everyone]",
        metavar="NAME|PATH",
        autocompletion=personas,
    ),
]
Recommenders = Annotated[
    list[str] | None,
    typer.Option(
        "--recommender",
        "-r",
        help=f"One arm each: {', '.join(BUILT_IN)}, file.py:attr or module:attr. \\[default: agent]",
        metavar="NAME",
        autocompletion=_recommenders,
    ),
]
Columns = Annotated[
    str | None,
    typer.Option(help="Columns of a table to import: id=movie_id,title=name.", metavar="PAIRS"),
]
Scale = Annotated[
    str | None, typer.Option(help="Lowest and highest rating of an import.", metavar="LOW,HIGH")
]
_MODELS = "Language models"
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        help="NAME for all, or user=NAME, recommender=NAME; for --mind llm and --recommender llm.",
        metavar="NAME",
        rich_help_panel=_MODELS,
    ),
]
PromptFolder = Annotated[
    str | None,
    typer.Option(
        help="A folder whose prompt files replace built-in ones.", metavar="DIR", rich_help_panel=_MODELS
    ),
]
Representation = Annotated[
    str | None,
    typer.Option(
        help="How models are shown items: text, semantic_id, multimodal. \\[default: text]",
        metavar="FORM",
        rich_help_panel=_MODELS,
    ),
]
PerItem = Annotated[
    bool | None,
    typer.Option("--per-item", help="Ask once an item, not once a slate.", rich_help_panel=_MODELS),
]
Cache = Annotated[
    str | None,
    typer.Option(
        help="Identical calls from earlier answers: off, read, readwrite. \\[default: off]",
        metavar="USE",
        rich_help_panel=_MODELS,
    ),
]
MaxCalls = Annotated[
    int | None, typer.Option(help="Stop cleanly after so many calls.", rich_help_panel=_MODELS)
]
MaxTokens = Annotated[
    int | None, typer.Option(help="Stop cleanly after so many tokens.", rich_help_panel=_MODELS)
]
MaxUsd = Annotated[
    float | None, typer.Option(help="Stop cleanly after so many dollars.", rich_help_panel=_MODELS)
]
Concurrency = Annotated[
    int | None, typer.Option(help="Most calls at once. \\[default: 16]", rich_help_panel=_MODELS)
]
Timeout = Annotated[
    float | None, typer.Option(help="Seconds for one call. \\[default: 120.0]", rich_help_panel=_MODELS)
]
Temperature = Annotated[
    float | None, typer.Option(help="0 to 2; the server's own unless given.", rich_help_panel=_MODELS)
]
Workers = Annotated[int | None, typer.Option(help="Processes to use. \\[default: 1]")]
run_keys = _from_store(_run_names)
"""Completes the keys of runs."""
AnyId = Annotated[
    str,
    typer.Argument(
        metavar="ID[:TURN]",
        help="A run, a session or a turn: q7m2kd, latest, latest-1-42, latest-1-42:3.",
        autocompletion=_from_store(_run_names),
    ),
]
