"""`recoworld fork`: what would have happened, had one thing been different at one place of a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.replay.diffing import SessionDiff
    from app.replay.forking import Fork
    from app.store.store import Store


def fork(
    id: Annotated[
        str,
        typer.Argument(metavar="SESSION", help="A session: latest-1-42.", autocompletion=options.run_keys),
    ],
    at: Annotated[
        str, typer.Option("--at", help="Where it leaves the session: 3:decide.", metavar="TURN:NODE")
    ],
    prompt: Annotated[
        list[Path] | None,
        typer.Option("--prompt", help="A prompt file in place of the one it replaces.", metavar="FILE"),
    ] = None,
    model: options.Models = None,
    mind: Annotated[str | None, typer.Option(help="Another mind from here on: embedded or llm.")] = None,
    recommender: Annotated[
        str | None,
        typer.Option("--recommender", "-r", help="Another recommender from here on.", metavar="NAME"),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="mindset.fatigue=0.2, or request.words='less horror'.", metavar="FIELD=VALUE"
        ),
    ] = None,
    max_calls: options.MaxCalls = None,
    max_tokens: options.MaxTokens = None,
    max_usd: options.MaxUsd = None,
    timeout: options.Timeout = None,
    cache: options.Cache = None,
    db: options.Db = None,
    json: options.Json = False,
) -> None:
    """Play a session again up to a node and go on from there with something changed.

    The turns before come from the tape; what follows is live. Ends with how the two sessions differ.
    """
    from app.replay.changing import settings_of
    from app.replay.forking import Fork
    from app.replay.looking import place
    from app.settings import load_settings

    turn, node = place(at)
    limits: dict[str, Any] = {"max_calls": max_calls, "max_tokens": max_tokens, "max_usd": max_usd}
    limits |= {"timeout": timeout, "cache": cache}
    load_settings(limits | {"model": model})  # wrong values are told by the names of their options
    change = Fork(
        turn, node, tuple(prompt or ()), tuple(model or ()), mind or "", recommender or "",
        settings_of(set_ or ()), limits,
    )  # fmt: skip
    with options.open_store(db, create=False) as store:
        _fork(store, id, change, json)


def _fork(store: Store, id: str, change: Fork, json: bool) -> None:
    import asyncio

    from app.cli.output import print_json
    from app.replay.diffing import diff
    from app.replay.forking import fork as play
    from app.replay.restoring import restored
    from app.session_view import session_data

    found = restored(store, id)
    key = asyncio.run(play(store, found, change))
    both = diff(session_data(store, found.key), session_data(store, key))
    if json:
        print_json({"session": key, "parent": found.key, "at": f"{change.turn}:{change.node}"} | both.data())
    else:
        _print(both, key)


def _print(both: SessionDiff, key: str) -> None:
    from app.cli.output import out, print_next

    console = out()
    for part in diff_parts(both):
        console.print(part)
    at = both.parts_at
    turn, node = at or (1, "reason")
    print_next(
        f"recoworld show {key}:{turn}" + (f":{node}" if at else ""), "where the fork takes another way"
    )


def diff_parts(both: SessionDiff) -> list[RenderableType]:
    """The two sessions turn by turn."""
    from rich.table import Table
    from rich.text import Text

    from app.replay.diffing import ended, told

    one, other = ended(both.one), ended(both.other)
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for name in ("turn", one["session"], other["session"], "differs in"):
        table.add_column(name, overflow="fold", no_wrap=name == "turn")
    for pair in both.turns:
        apart = (
            "" if pair.one is None or pair.other is None else ", ".join(_words(part) for part in pair.apart)
        )
        style = "" if pair.apart else "dim"
        table.add_row(str(pair.number), _cell(told(pair.one)), _cell(told(pair.other)), apart, style=style)
    table.add_row("end", _ending(one), _ending(other), "", style="bold")
    at = both.parts_at
    where = "the two sessions are the same" if at is None else f"they part at turn {at[0]}, {at[1]}"
    return [table, Text(where, "bold yellow" if at else "green")]


def _words(part: str) -> str:
    return {"after": "mindset"}.get(part, part)


def _cell(turn: dict[str, Any] | None) -> str:
    if turn is None:
        return "–"
    felt = "" if turn["satisfaction"] is None else f", satisfied {turn['satisfaction']:.2f}"
    said = (
        f" “{turn['words']}”"
        if turn["decision"] == "instruct"
        else f" {turn['words']}"
        if turn["words"]
        else ""
    )
    return f"opened {turn['opened']} of {turn['seen']}{felt}; {turn['decision']}{said}"


def _ending(session: dict[str, Any]) -> str:
    turns, felt = session["turns"], session["satisfaction"]
    if session["failure"]:
        return f"failed: {session['failure'].get('message', '')}"
    how = f"left: {session['leave_reason']}" if session["status"] == "left" else session["status"]
    end = "" if felt is None else f", satisfied {felt:.2f}"
    return f"{how} after {turns} turn{'s' * (turns != 1)}{end}"
