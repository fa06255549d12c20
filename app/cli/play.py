"""`recoworld play`: a session live, with a person as the user or the recommender, or with nobody but to watch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.interactive.playing import Game
    from app.interactive.sitting import Role, Sitting
    from app.settings import Settings

ROLES = ("user", "recommender", "watch")
GHOSTS = ("embedded", "llm")


def _roles(incomplete: str) -> list[str]:
    return [role for role in ROLES if role.startswith(incomplete)]


def play(
    role: Annotated[
        str,
        typer.Option(
            "--as",
            help="user: you meet a recommender; recommender: you pick for a simulated user; watch: both simulated.",
            metavar="ROLE",
            autocompletion=_roles,
        ),
    ] = "user",
    recommender: Annotated[
        str | None,
        typer.Option(
            "--recommender",
            "-r",
            help="A name, llm, file.py:attr or module:attr. \\[default: agent]",
            metavar="NAME",
        ),
    ] = None,
    mind: Annotated[
        str | None, typer.Option(help="The simulated user's: embedded or llm. \\[default: embedded]")
    ] = None,
    ghost: Annotated[
        str | None,
        typer.Option(
            help="With --as user: a simulated user, embedded or llm, silently decides beside you.",
            metavar="MIND",
        ),
    ] = None,
    catalog: options.Catalog = None,
    personas: options.Personas = None,
    seed: Annotated[
        int | None, typer.Option(help="Everything random follows from it. \\[default: 7]")
    ] = None,
    slate_size: Annotated[int, typer.Option(help="Items in a slate.")] = 5,
    max_turns: Annotated[
        int | None, typer.Option(help="The longest session, in turns. \\[default: 20]")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(help="With --as watch: seconds between steps, instead of enter.", min=0.0, max=60.0),
    ] = None,
    db: options.Db = None,
    model: options.Models = None,
    prompts: options.PromptFolder = None,
    representation: options.Representation = None,
    per_item: options.PerItem = None,
    cache: options.Cache = None,
    max_calls: options.MaxCalls = None,
    max_tokens: options.MaxTokens = None,
    max_usd: options.MaxUsd = None,
    timeout: options.Timeout = None,
    temperature: options.Temperature = None,
) -> None:
    """Play a session live: be the user or the recommender, or watch two simulated agents. It is stored as it happens.

    Answers may also come from a pipe, one a line. Ctrl-C keeps what was played.
    """
    from app.settings import load_settings

    given = dict(locals())
    for name in ("load_settings", "role", "ghost", "speed"):
        given.pop(name)
    _check(role, ghost, speed, given)
    _play(load_settings(given), role, ghost or "", speed)


def _check(role: str, ghost: str | None, speed: float | None, given: Mapping[str, Any]) -> None:
    """A UsageError for options that do not go together."""
    from app.errors import UsageError, unknown

    if role not in ROLES:
        raise unknown("role", role, ROLES)
    if role == "user" and given["personas"] is not None and ghost is None:
        raise UsageError("--personas is for simulated users; as the user you are yourself (see also --ghost)")
    if role == "user" and given["mind"] is not None:
        raise UsageError("--mind is for simulated users; as the user you are yourself (see also --ghost)")
    if role != "user" and ghost is not None:
        raise UsageError(f"--ghost is for --as user; as the {role} there is no person to decide beside")
    if ghost is not None and ghost not in GHOSTS:
        raise unknown("ghost", ghost, GHOSTS)
    if role != "watch" and speed is not None:
        raise UsageError(f"--speed is for --as watch; as the {role} you set the pace")


def _play(settings: Settings, role: str, ghost: str, speed: float | None) -> None:
    from app.cli.progress import Bar
    from app.errors import UsageError
    from app.interactive.sitting import sit
    from app.store.store import Store

    if len(settings.recommender) > 1:
        raise UsageError("one recommender plays at a time; give --recommender NAME")
    with Store.open(settings.db) as store:
        with Bar() as bar:
            sitting = sit(settings, store, cast("Role", role), ghost, bar.imported)
        if role == "watch":
            game = _as_watch(sitting, speed)
        else:
            game = _as_user(sitting) if role == "user" else _as_recommender(sitting)
        _finish(game)


def _as_user(sitting: Sitting) -> Game:
    from app.cli.playing_ghost import beside
    from app.cli.playing_user import AtTheTerminal
    from app.cli.talk import Talk
    from app.interactive.playing import Game
    from app.minds.human import HumanMind
    from app.recommenders.reader import Reader

    person = AtTheTerminal(Talk())
    reader = Reader(sitting.stage.catalog)
    mind = HumanMind(person, lambda words: tuple(reader.read(words).directives))
    person.talk.dim(_who(sitting, "recommends from"))
    if sitting.ghost:
        person.talk.dim(beside(sitting.ghost))
    return Game(sitting, person.told, mind)


def _as_recommender(sitting: Sitting) -> Game:
    from app.catalog.lexical import LexicalIndex
    from app.cli.playing_recommender import PickingAtTheTerminal
    from app.cli.talk import Talk
    from app.interactive.playing import Game

    catalog = sitting.stage.catalog
    picker = PickingAtTheTerminal(Talk(), catalog.items, LexicalIndex(catalog))
    suggests = sitting.played.cast.arm.recommender
    picker.talk.dim(f"you recommend from {catalog.name}, {suggests} suggests; session {sitting.key}")
    return Game(sitting, lambda step: None, picker=picker)


def _as_watch(sitting: Sitting, speed: float | None) -> Game:
    from app.cli.cards import persona_card
    from app.cli.playing_watch import HELP, Watching
    from app.cli.talk import Talk
    from app.interactive.playing import Game

    watching = Watching(Talk(), sitting.stage.catalog, speed)
    watching.talk.say(persona_card(sitting.played.seat.persona))
    watching.talk.dim(_who(sitting, "recommends from"))
    if speed is None:
        watching.talk.dim(HELP)
    return Game(sitting, watching.told)


def _who(sitting: Sitting, does: str) -> str:
    return f"{sitting.played.cast.arm.recommender} {does} {sitting.stage.catalog.name}; session {sitting.key}"


def _finish(game: Game) -> None:
    """Play, and say what it came to."""
    from app.cli.output import out, print_next
    from app.cli.playing_ghost import print_ghost
    from app.cli.playing_recommender import truth
    from app.cli.playing_user import summary_lines
    from app.errors import RecoWorldError

    session = game.play()
    sitting, console = game.sitting, out()
    if sitting.role == "recommender":
        for part in truth(session, sitting.stage.catalog, min(console.width, 140)):
            console.print(part)
    for part in summary_lines(game.sums(), session.status):
        console.print(part)
    if game.ghost is not None:
        print_ghost(game)
    if session.failure is not None:
        raise RecoWorldError(f"failed at {session.failure.node}: {session.failure.message}")
    print_next(f"recoworld show {sitting.key}", "the session as it is stored")
