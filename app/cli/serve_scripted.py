"""`recoworld serve-scripted`: the scripted OpenAI-compatible server, for offline trials, tests and load."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app.cli import options

NAMES = ("rate_limit", "server_error", "timeout", "cut", "invalid_json", "wrong_ids", "missing_items",
         "extra_items", "nan", "duplicate_keys", "refusal", "truncation", "empty_choices")  # fmt: skip
"""The faults' names for the help, so that it need not import them; a test keeps them true."""


def serve_scripted(
    port: Annotated[
        int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535, metavar="PORT")
    ] = 8089,
    seed: Annotated[int, typer.Option(help="Settles all answers and faults.", min=0, metavar="N")] = 0,
    faults: Annotated[
        str | None,
        typer.Option(
            help=f"Shares of calls by fault, such as rate_limit=.1,nan=.02 or all=.3: {', '.join(NAMES)}.",
            metavar="NAME=SHARE,…",
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(help="What the first calls get, such as rate_limit,ok,cut.", metavar="NAME,…"),
    ] = None,
    latency: Annotated[
        str | None,
        typer.Option(help="Seconds before an answer: 0.2 or lognormal:MEDIAN,SIGMA.", metavar="SECONDS"),
    ] = None,
    retry_after: Annotated[
        str | None,
        typer.Option(
            help="Retry-After of a rate_limit: seconds, date:SECONDS or none. \\[default: 1]",
            metavar="SECONDS",
        ),
    ] = None,
    capabilities: Annotated[
        str | None,
        typer.Option(
            help="What it can do. \\[default: json_schema,json_object,tools,images]", metavar="NAME,…"
        ),
    ] = None,
    unsupported: Annotated[
        str | None,
        typer.Option(
            help="What a call gets that needs more: 400, 500 or ignore. \\[default: 400]", metavar="HOW"
        ),
    ] = None,
    key: Annotated[str | None, typer.Option(help="The key that calls must bring.", metavar="KEY")] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(help="A model that it knows; any name where none is given.", metavar="NAME"),
    ] = None,
    max_connections: Annotated[
        int | None, typer.Option(help="More connections than these get 503.", metavar="N")
    ] = None,
    rpm: Annotated[float | None, typer.Option(help="More calls a minute than these get 429.")] = None,
    json: options.Json = False,
) -> None:
    """Serve a scripted model: OpenAI's protocol, plausible answers, and faults on demand. Ctrl-C stops."""
    from app.llm.scripted import Options, serve

    asked = Options.of(
        seed=seed, faults=faults, first=first, latency=latency, retry_after=retry_after,
        capabilities=capabilities, unsupported=unsupported, key=key, models=model,
        max_connections=max_connections, rpm=rpm,
    )  # fmt: skip
    _tell(serve(asked, port, lambda bound: _announce(bound, key, json)))


def _announce(port: int, key: str | None, json: bool) -> None:
    from app.cli.output import out, print_json, print_next

    base_url = f"http://127.0.0.1:{port}/v1"
    if json:
        print_json({"base_url": base_url, "port": port})
        return
    out().print(f"serving a scripted model at {base_url}; Ctrl-C stops", soft_wrap=True)
    shown = "KEY" if key else "any"
    command = f"OPENAI_BASE_URL={base_url} OPENAI_API_KEY={shown} recoworld run --mind llm --model scripted"
    print_next(command, "in another shell")


def _tell(counts: dict[str, Any]) -> None:
    """What was served, on stderr, so that stdout keeps to its one value."""
    from app.cli.output import say

    outcomes = ", ".join(f"{name} {count:,}" for name, count in counts["outcomes"].items())
    say(f"{counts['calls']:,} calls{': ' if outcomes else ''}{outcomes}")
