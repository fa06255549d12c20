"""`recoworld prompt`: the prompts, their versions, and where each was used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options
from app.cli.prompt_try import try_

if TYPE_CHECKING:
    from app.cli.prompt_versions import Version, Versions

group = typer.Typer(help="The prompts: list and show them and their versions, compare two, try one.")
group.command("try")(try_)

_SPEC = "NAME, NAME@VERSION (the beginning of a hash), or a prompt file."


def _names(incomplete: str) -> list[str]:
    from app.prompts import Prompts

    return [name for name in Prompts() if name.startswith(incomplete)]


Spec = Annotated[str, typer.Argument(metavar="PROMPT", help=_SPEC, autocompletion=_names)]


def _versions(prompts: str | None, db: str | None) -> Versions:
    from app.cli.prompt_versions import Versions
    from app.settings import load_settings

    return Versions.of(load_settings({"prompts": prompts, "db": db}))


@group.callback(invoke_without_command=True)
def prompt(context: typer.Context, json: options.Json = False) -> None:
    """List the prompts (the same as `prompt ls`)."""
    if context.invoked_subcommand is None:
        ls(json=json)


@group.command("ls")
def ls(prompts: options.PromptFolder = None, db: options.Db = None, json: options.Json = False) -> None:
    """List the prompts with all their versions, and where each was used. ~tokens: four bytes each, none filled in."""
    from app.cli.output import out, print_json, print_next
    from app.cli.prompt_text import listing

    versions = _versions(prompts, db)
    found = [versions.of_name(name) for name in versions.names]
    if json:
        print_json([version.data() for of_name in found for version in of_name])
        return
    for of_name in found:
        out().print(listing(of_name))
    older = next((v for of_name in found for v in of_name[1:] if v.uses), None)
    if older:
        print_next(f"recoworld prompt diff {older.label} {older.name}", "what has changed since")
    else:
        print_next(f"recoworld prompt show {versions.names[0]}", "one prompt, and what it may use")


@group.command("show")
def show(
    spec: Spec, prompts: options.PromptFolder = None, db: options.Db = None, json: options.Json = False
) -> None:
    """Show one prompt: its text with fragments, its inputs and what they mean, and its uses."""
    from app.cli.output import out, print_json, print_next
    from app.cli.prompt_text import card, inputs_of, written

    versions = _versions(prompts, db)
    found = versions.find(spec)
    if json:
        print_json(found.data() | {"inputs": inputs_of(found), "text": found.text})
        return
    out().print(card(found))
    for text in written(found):
        out().print(text, soft_wrap=True)
    others = [version for version in versions.of_name(found.name) if version.hash != found.hash]
    if others:
        print_next(f"recoworld prompt diff {found.label} {others[0].label}", "another version")
    elif found.uses:
        print_next(f"recoworld ls {found.uses[0].run}", "sessions that used it")
    else:
        print_next(f"recoworld prompt diff {found.name} FILE", "against a file of your own")


@group.command("diff")
def diff(
    one: Spec,
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="OTHER",
            help="The same; without it, PROMPT against its version used last.",
            show_default=False,
        ),
    ] = None,
    prompts: options.PromptFolder = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Compare two prompts or versions line by line; one alone with the version used last."""
    from app.cli.output import out, print_json, print_next, say
    from app.cli.prompt_text import changes, colored

    versions = _versions(prompts, db)
    before, after = _pair(versions, one, other)
    lines = changes(before, after)
    if json:
        same = before.hash == after.hash
        print_json({"before": before.data(), "after": after.data(), "same": same, "diff": lines})
        return
    if not lines:
        say(f"{before.label} and {after.label} ({after.where}) are the same")
    else:
        out().print(colored(lines), soft_wrap=True)
    print_next(f"recoworld prompt show {after.name if after.path else after.label}", "the whole text")


def _pair(versions: Versions, one: str, other: str | None) -> tuple[Version, Version]:
    """From the older to the newer: of one alone, from the version used last to it."""
    first = versions.find(one)
    return (versions.last_used(first.name), first) if other is None else (first, versions.find(other))
