"""`recoworld personas`: who the simulated users may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options

if TYPE_CHECKING:
    from graphs.messages import Persona

group = typer.Typer(help="List, show, check and sample personas and populations.")


@group.callback(invoke_without_command=True)
def personas(context: typer.Context, json: options.Json = False) -> None:
    """List the personas and populations (the same as `personas list`)."""
    if context.invoked_subcommand is None:
        list_(json)


@group.command("list")
def list_(json: options.Json = False) -> None:
    """List the built-in personas and populations."""
    from app.cli.output import print_json
    from app.personas import builtin, builtin_populations

    if json:
        print_json(
            {
                "personas": [p.model_dump(mode="json") for p in builtin().values()],
                "populations": [p.model_dump(mode="json") for p in builtin_populations().values()],
            }
        )
        return
    _print_list()


def _print_list() -> None:
    from rich.text import Text

    from app.cli.output import out, print_next
    from app.cli.tables import table
    from app.personas import builtin, builtin_populations

    shown = table("population", ">personas", "*what it is")
    for population in builtin_populations().values():
        shown.add_row(Text(population.id, "cyan"), str(len(population.members)), population.description)
    out().print(shown, "", sep="\n")
    shown = table("persona", ">age", "likes most", "dislikes most")
    for persona in builtin().values():
        shown.add_row(
            Text(persona.id, "cyan"), str(persona.age or ""), _most(persona.tastes), _most(persona.dislikes)
        )
    out().print(shown)
    print_next(f"recoworld personas show {next(iter(builtin()))}", "the whole card")


def _most(weights: Mapping[str, float], n: int = 3) -> str:
    best = sorted(weights, key=lambda facet: -weights[facet])[:n]
    return ", ".join(facet.partition(":")[2] for facet in best)


@group.command("show")
def show(
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A persona or population, or a YAML file.", autocompletion=options.personas
        ),
    ],
    json: options.Json = False,
) -> None:
    """Show a persona's card, or a population's members."""
    from app.cli.cards import persona_card, population_card
    from app.cli.output import out, print_json, print_next
    from app.personas import choose

    choice = choose(id)
    one = next(iter(choice.personas.values())) if len(choice.personas) == 1 else None
    if json:
        print_json((one or choice.population).model_dump(mode="json"))
        return
    out().print(persona_card(one) if one else population_card(choice.population))
    print_next(f"recoworld run --personas {id}", "meet them")


@group.command("check")
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A YAML file or a folder of them.")],
    catalog: options.Catalog = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Check personas of your own: their form, and their facets against a catalog."""
    from app.catalog.embedded import films
    from app.cli.opening import opened_catalog
    from app.cli.output import out, print_json, print_next
    from app.personas import check as check_choice
    from app.personas import choose, facet_names

    choice = choose(file)
    _, found = opened_catalog(catalog, db)
    notes = check_choice(choice, facet_names(found), facet_names(films()))
    if json:
        print_json({"file": file, "personas": list(choice.personas), "catalog": found.name, "notes": notes})
        return
    count = len(choice.population.members)
    said = f"{count} personas are" if count > 1 else "the persona is"
    out().print(f"{file}: {said} well-formed", style="green", soft_wrap=True)
    for note in notes:
        out().print(f"note: {note}", style="yellow")
    print_next(f"recoworld personas sample --personas {file}", "users drawn from it")


@group.command("sample")
def sample(
    personas: options.Personas = None,
    n: Annotated[int, typer.Option("-n", min=1, help="How many users.")] = 10,
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same users. \\[default: 7]")
    ] = None,
    json: options.Json = False,
) -> None:
    """Draw users from a population, as a run with the same seed would."""
    from app.cli.output import print_json, print_next
    from app.errors import UsageError
    from app.personas import choose
    from app.personas import sample as drawn
    from app.settings import load_settings

    settings = load_settings({"personas": personas, "seed": seed})
    if settings.personas == "from-ratings":
        raise UsageError("from-ratings needs a catalog with ratings; `recoworld run` draws these users")
    choice = choose(settings.personas)
    users = drawn(choice.population, choice.personas, n, settings.seed)
    if json:
        print_json([{"number": number, **persona.model_dump(mode="json")} for number, persona in users])
        return
    _print_sample(users)
    print_next(f"recoworld run --personas {settings.personas} --sessions {n} --seed {settings.seed}")


def _print_sample(users: list[tuple[int, Persona]]) -> None:
    from rich.text import Text

    from app.cli.output import out
    from app.cli.tables import table

    traits = ("pickiness", "curiosity", "conformity", "patience", "expressiveness", "loyalty")
    shown = table("user", ">picky", ">curious", ">conform", ">patient", ">express", ">loyal", ">min")
    for _, persona in users:
        values: list[Any] = [f"{getattr(persona.traits, trait):.2f}" for trait in traits]
        shown.add_row(Text(persona.id, "cyan"), *values, f"{persona.traits.minutes:.0f}")
    out().print(shown)
