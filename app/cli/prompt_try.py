"""`recoworld prompt try`: one node asked again on stored inputs, under two versions of its prompt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import options

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from app.prompts import Prompts
    from app.replay.shifting import Shift
    from app.replay.trials import Target, Trial, Version
    from app.settings import Settings
    from app.store.store import Store


def _nodes(incomplete: str) -> list[str]:
    from app.prompts.nodes import PROMPT_OF

    return [name for name in PROMPT_OF if name.startswith(incomplete)]


def try_(
    node: Annotated[
        str,
        typer.Argument(
            metavar="NODE", help="reason, rerank, review or update_mindset.", autocompletion=_nodes
        ),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The version to try: a prompt file, B.")],
    run: Annotated[
        str,
        typer.Option(
            "--from", metavar="RUN", help="The run with the inputs.", autocompletion=options.run_keys
        ),
    ],
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION",
            help="A condition on the turns, as in decision=leave or 'satisfaction<0.4'. Repeatable; all must hold.",
        ),
    ] = None,
    n: Annotated[int, typer.Option("-n", min=1, help="Most inputs, drawn at random.")] = 50,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How often each is asked.")] = 4,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="PROMPT",
            help="A: NAME@VERSION or a file. \\[default: the version of the files in use]",
        ),
    ] = None,
    arm: Annotated[str | None, typer.Option(metavar="ARM", help="Only turns of this arm.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Which inputs are drawn.")] = 7,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The model to ask. \\[default: that of the run]")
    ] = None,
    prompts: options.PromptFolder = None,
    temperature: options.Temperature = None,
    cache: Annotated[
        str | None,
        typer.Option(metavar="USE", help="Earlier answers: off, read, readwrite. \\[default: readwrite]"),
    ] = None,
    max_calls: options.MaxCalls = None,
    max_tokens: options.MaxTokens = None,
    max_usd: options.MaxUsd = None,
    concurrency: options.Concurrency = None,
    timeout: options.Timeout = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Try a prompt: ask one node again on stored inputs with its version now (A) and FILE (B), and compare.

    Exit code 3 when a version got no answer to most questions.
    """
    import asyncio

    from app.cli.output import out, print_json, print_next, say
    from app.cli.stored import run_of
    from app.errors import TooManyFailures
    from app.replay.choosing import conditions
    from app.replay.trials import Asked, asking_node, target, tried
    from app.settings import load_settings

    settings = load_settings(
        {
            "prompts": prompts, "db": db, "temperature": temperature, "cache": cache or "readwrite",
            "max_calls": max_calls, "max_tokens": max_tokens, "max_usd": max_usd,
            "concurrency": concurrency, "timeout": timeout,
        }
    )  # fmt: skip
    asking = asking_node(node)
    if asking != node:
        say(f"what {node} decides comes of the call of {asking}: that is what is tried")
    asked = Asked(conditions(where or ()), n, k, seed)
    with options.open_store(settings.db, create=False) as store:
        found = run_of(store, run, "give its run: --from {run}")
        goal = target(store, found, asking, arm, model)
        pair = _pair(store, settings, goal, file, against)
        trial = asyncio.run(tried(store, found, goal, pair, asked, settings))
    if json:
        print_json(trial.data())
    else:
        for part in _printed(trial):
            out().print(part)
        print_next(*_next(trial, file))
    if trial.failing:
        raise TooManyFailures("; ".join(trial.failing))


def _pair(
    store: Store, settings: Settings, goal: Target, file: Path, against: str | None
) -> tuple[Version, Version]:
    """A and B; a DataError names the line of a wrong file, a UsageError a wrong version or two equal ones."""
    from app.errors import UsageError
    from app.prompts import Prompts
    from app.replay.trials import Version

    name, now = goal.prompt, Prompts(Path(settings.prompts) if settings.prompts else None)
    b = now.with_file(name, file)
    a = now if against is None else _against(store, now, name, against)
    if a[name].hash == b[name].hash:
        raise UsageError(
            f"{file} is the same as A, {name}@{a[name].hash[:8]}; change it, or name another A: --against PROMPT"
        )
    label = f"{name}@{a[name].hash[:8]}"
    return Version(label, a[name].hash, a), Version(str(file), b[name].hash, b)


def _against(store: Store, now: Prompts, name: str, spec: str) -> Prompts:
    from app.cli.prompt_versions import Versions
    from app.errors import UsageError
    from app.prompts import Prompts
    from app.prompts.texts import SUFFIX

    if spec.endswith(SUFFIX) or Path(spec).is_file():
        return now.with_file(name, Path(spec))
    version = Versions(now, store.prompts(), store.prompt_uses()).find(spec)
    if version.name != name:
        raise UsageError(f"--against {spec}: that is no version of {name}, which the node asks")
    return now if version.path else Prompts.stored({name: version.text})


# ------------------------------------------------------------------------------- what is printed


def _printed(trial: Trial) -> Iterator[RenderableType]:
    from rich.text import Text

    yield _header(trial)
    yield _measures(trial)
    for said in trial.failing:
        yield Text(said, "bold red")
    yield from _flips(trial)
    yield Text(_paid(trial), "dim")


def _header(trial: Trial) -> Text:
    from rich.text import Text

    a, b = trial.versions
    text = Text.assemble((trial.target.node, "bold"), f" asked again on {trial.inputs:,} inputs")
    text.append(f" × {trial.asked.repeats}\n")
    text.append("  A ", "dim").append(f"{a.label}\n", "cyan").append("  B ", "dim")
    text.append(f"{b.label}\n", "magenta")
    where = " and ".join(map(str, trial.asked.where))
    drawn = f"of {trial.matching:,} turns{f' with {where}' if where else ''} in run {trial.run}"
    text.append(f"{drawn}\nmodel {trial.target.model}, seed {trial.asked.seed}\n", "dim")
    if trial.silent:
        text.append(f"{trial.silent} more inputs left out: the node asks nothing there\n", "dim")
    return text


def _measures(trial: Trial) -> Table:
    """Measures that are nothing in both versions are left out."""
    from rich.text import Text

    from app.cli.tables import table

    shown = table("measure", ">A", ">B", ">B - A", ">95 % interval", ">noise", "")
    for shift in trial.shifts:
        if shift.a or shift.b:
            digits = _digits(shift)
            between = f"[{_signed(shift.low, digits)}, {_signed(shift.high, digits)}]"
            cells = (_plain(shift.a, digits), _plain(shift.b, digits), _signed(shift.difference, digits))
            noise = "-" if shift.noise_floor is None else f"±{shift.noise_floor:.{digits}f}"
            style = "bold" if shift.clear else ""
            row = (shift.name, *cells, between, noise, "*" if shift.clear else "")
            shown.add_row(*(Text(cell, style) for cell in row))
    return shown


def _digits(shift: Shift) -> int:
    largest = max(abs(shift.a or 0.0), abs(shift.b or 0.0))
    return 1 if largest >= 100 else 2 if largest >= 10 else 3


def _plain(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _signed(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:+.{digits}f}"


def _flips(trial: Trial) -> Iterator[Text]:
    from rich.text import Text

    from app.replay.measuring import LEADING

    leading = LEADING[trial.target.node]
    noise = "of the noise: A against itself with other seeds"
    if trial.asked.repeats < 2:
        noise = "no more: -k 2 or more measures the noise too"
    yield Text(
        f"* clear of zero and {noise}\n\n"
        f"{leading} differs in {trial.differ} of {trial.inputs} inputs"
        + ("; the most telling:" if trial.flips else ""),
        "dim",
    )
    for flip in trial.flips:
        yield Text.assemble("  ", (f"{flip.session}:{flip.turn}", "bold"), f"  {flip.a} → {flip.b}")


def _paid(trial: Trial) -> str:
    used = trial.usage
    return f"\n{used['calls']:,} calls paid, {used['cached']:,} answers were there from earlier calls"


def _next(trial: Trial, file: Path) -> tuple[str, str]:
    if not trial.flips:
        return f"recoworld ls {trial.run}", "the sessions of the run"
    flip = trial.flips[0]
    place = f"{flip.session} --at {flip.turn}:{trial.target.node}"
    return f"recoworld fork {place} --prompt {file}", "go on from the one that differs most"
