"""`recoworld config`: the effective settings and where each came from, and the model card."""

from __future__ import annotations

from typing import Any

import typer

from app.cli import options

group = typer.Typer(help="Show the effective settings, and the parameters of the embedded user.")


@group.callback(invoke_without_command=True)
def config(context: typer.Context, json: options.Json = False) -> None:
    """Show the effective settings with their origin: flag, variable, .env or default."""
    if context.invoked_subcommand is not None:
        return
    from app.cli.output import print_json
    from app.settings import load_settings

    settings = load_settings()
    values, origins = settings.model_dump(mode="json"), settings.origins()
    if json:
        print_json({field: {"value": value, "origin": origins[field]} for field, value in values.items()})
    else:
        _print(values, origins)


def _print(values: dict[str, Any], origins: dict[str, str]) -> None:
    from rich.text import Text

    from app.cli.output import out, print_next
    from app.cli.tables import table
    from app.settings import option, variable

    shown = table("setting", "value", "from", "variable")
    for field, value in values.items():
        origin = Text(origins[field], "dim" if origins[field] == "default" else "yellow")
        shown.add_row(option(field).partition("/")[0], _worded(value), origin, Text(variable(field), "dim"))
    out().print(shown)
    print_next("recoworld run", "with these settings")


def _worded(value: Any) -> str:
    """A value as one would write it on the command line."""
    if isinstance(value, dict):
        value = [f"{key}={column}" for key, column in value.items()]
    if isinstance(value, list):
        return ",".join(f"{v:g}" if isinstance(v, float) else str(v) for v in value) or "–"
    return "–" if value in (None, "") else str(value)


@group.command("schema")
def schema() -> None:
    """Print the JSON Schema of run files, for editors and checks."""
    from app.cli.output import print_json
    from app.plans import json_schema

    print_json(json_schema())


@group.command("model-card")
def model_card(json: options.Json = False) -> None:
    """Show every parameter of the embedded user, and whether it is fitted, from the literature, or assumed."""
    from app.cli.output import out, print_json, print_next
    from app.cli.tables import table
    from app.minds.parameters import model_card as parameters

    rows = [{"name": n, "value": v, "tag": t, "source": s} for n, v, t, s in parameters()]
    if json:
        print_json(rows)
        return
    shown = table("parameter", ">value", "tag", "*source")
    for row in rows:
        shown.add_row(str(row["name"]), f"{row['value']:g}", _tag(str(row["tag"])), str(row["source"]))
    out().print(shown)
    print_next("recoworld run --coupling weak", "how much rests on what is assumed")


def _tag(tag: str) -> Any:
    from rich.text import Text

    return Text(tag, {"fitted": "green", "literature": "cyan"}.get(tag, "yellow"))
