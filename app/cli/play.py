"""`recoworld play`: a session live, with a person as the user or the recommender, or with nobody but to watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options

if TYPE_CHECKING:
    from app.interactive.playing import Game
    from app.interactive.sitting import Sitting
    from app.settings import Settings

ROLES = ("user", "recommender", "watch")


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
            help="A name, file.py:attr or module:attr. \\[default: agent]",
            metavar="NAME",
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
) -> None:
    """Play a session live: be the user or the recommender, or watch two simulated agents. It is stored turn by turn.

    Answers may also come from a pipe, one a line. Ctrl-C keeps what was played.
    """
    from app.errors import UsageError, unknown
    from app.settings import load_settings

    if role not in ROLES:
        raise unknown("role", role, ROLES)
    if role == "user" and personas is not None:
        raise UsageError("--personas is for simulated users; as the user you are yourself")
    if role != "watch" and speed is not None:
        raise UsageError(f"--speed is for --as watch; as the {role} you set the pace")
    given: dict[str, Any] = {"catalog": catalog, "personas": personas, "seed": seed, "db": db}
    given |= {"slate_size": slate_size, "max_turns": max_turns, "recommender": recommender}
    settings = load_settings(given)
    if len(settings.recommender) > 1:
        raise UsageError("one recommender plays at a time; give --recommender NAME")
    _play(settings, role, speed)


def _play(settings: Settings, role: str, speed: float | None) -> None:
    from app.cli.progress import Bar
    from app.interactive.sitting import HUMAN, sit
    from app.store.store import Store

    mind, recommends = (HUMAN if role == "user" else "embedded"), (HUMAN if role == "recommender" else "")
    with Store.open(settings.db) as store:
        with Bar() as bar:
            sitting = sit(settings, store, mind, bar.imported, recommends)
        if role == "watch":
            game = _as_watch(sitting, speed)
        else:
            game = _as_user(sitting) if role == "user" else _as_recommender(sitting)
        _finish(game, role)


def _as_user(sitting: Sitting) -> Game:
    from app.cli.playing_user import AtTheTerminal
    from app.cli.talk import Talk
    from app.interactive.playing import Game
    from app.minds.human import HumanMind
    from app.recommenders.reader import Reader

    person = AtTheTerminal(Talk())
    reader = Reader(sitting.stage.catalog)
    mind = HumanMind(person, lambda words: tuple(reader.read(words).directives))
    person.talk.dim(f"{sitting.spec} recommends from {sitting.stage.catalog.name}; session {sitting.key}")
    return Game(sitting, mind, sitting.recommender(), person.told)


def _as_recommender(sitting: Sitting) -> Game:
    from app.catalog.lexical import LexicalIndex
    from app.cli.playing_recommender import PickingAtTheTerminal
    from app.cli.talk import Talk
    from app.interactive.playing import Game
    from app.recommenders.human import HumanRecommender

    catalog = sitting.stage.catalog
    picker = PickingAtTheTerminal(Talk(), catalog.items, LexicalIndex(catalog))
    picker.talk.dim(f"you recommend from {catalog.name}, {sitting.spec} suggests; session {sitting.key}")
    recommender = HumanRecommender(picker, sitting.recommender())
    return Game(sitting, sitting.embedded(), recommender, lambda step: None)


def _as_watch(sitting: Sitting, speed: float | None) -> Game:
    from app.cli.cards import persona_card
    from app.cli.playing_watch import HELP, Watching
    from app.cli.talk import Talk
    from app.interactive.playing import Game

    watching = Watching(Talk(), sitting.stage.catalog, speed)
    watching.talk.say(persona_card(sitting.persona))
    watching.talk.dim(f"{sitting.spec} recommends from {sitting.stage.catalog.name}; session {sitting.key}")
    if speed is None:
        watching.talk.dim(HELP)
    return Game(sitting, sitting.embedded(), sitting.recommender(), watching.told)


def _finish(game: Game, role: str) -> None:
    """Play, and say what it came to."""
    from app.cli.output import out, print_next
    from app.cli.playing_recommender import truth
    from app.cli.playing_user import summary_lines
    from app.errors import RecoWorldError

    session = game.play()
    console = out()
    if role == "recommender":
        for part in truth(session, game.sitting.stage.catalog, min(console.width, 140)):
            console.print(part)
    sums = {name: float(column[0]) for name, column in game.script.sums.columns().items()}
    for part in summary_lines(sums, session.status):
        console.print(part)
    if session.failure is not None:
        raise RecoWorldError(f"failed at {session.failure.node}: {session.failure.message}")
    print_next(f"recoworld show {game.sitting.key}", "the session as it is stored")
