"""`recoworld show`: a run's report, a session turn by turn, one turn in full, or one node with all it was asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from app.cli import options
from app.errors import UsageError

if TYPE_CHECKING:
    from app.catalog.catalog import ItemCatalog
    from app.store.rows import FoundRun, FoundSession
    from app.store.store import Store

_TURN = re.compile(r"(.+?):(\d+)(?::([a-z_]+(?::\d+)?))?")


def show(id: options.AnyId, db: options.Db = None, json: options.Json = False) -> None:
    """Show a run (its report), a session (every turn), one turn in full, or one node of it.

    A node (latest-1-42:3:rerank) is shown with what it was given and made, the prompt as it was sent with what came
    from the data marked, and every reply.
    """
    from app.store.rows import FoundRun

    match = _TURN.fullmatch(id)
    key, number, node = (match[1], int(match[2]), match[3]) if match else (id, None, None)
    if ":" in id and match is None:
        raise UsageError(f"{id!r}: write SESSION:TURN or SESSION:TURN:NODE, as in latest-1-42:3:decide")
    with options.open_store(db, create=False) as store:
        found = store.find(key)
        if not isinstance(found, FoundRun) and number is not None and node:
            _show_node(store, found, number, node, json)
        elif not isinstance(found, FoundRun):
            _show_session(store, found, number, json)
        elif number is None:
            _show_run(store, found, json)
        else:
            raise UsageError(
                f"{key} is a run; a turn belongs to a session, as in {found.run.key}-1-1:{number}"
                + (f":{node}" if node else "")
            )


def _show_run(store: Store, found: FoundRun, json: bool) -> None:
    from app.cli.run import print_run
    from app.cli.stored import stored_summary

    print_run(stored_summary(store, found.run), found.run.plan, json)


def _show_session(store: Store, found: FoundSession, number: int | None, json: bool) -> None:
    from app.cli.output import print_json
    from app.session_view import open_session

    view = open_session(store, found)
    data = view.data()
    turn = None if number is None else _turn(data, number)
    if json:
        print_json(data if turn is None else turn)
        return
    _add_facts(data, view.catalog)
    if turn is None:
        _print_session(data)
    else:
        _print_turn(data, turn)


def _show_node(store: Store, found: FoundSession, number: int, node: str, json: bool) -> None:
    import asyncio

    from app.cli.output import fancy, out, print_json, print_next
    from app.cli.show_node import node_data, node_parts
    from app.replay.node_view import node_view
    from app.replay.restoring import restored

    session = restored(store, found.session.key)
    view = asyncio.run(node_view(store, session, number, node))
    if json:
        print_json(node_data(view))
        return
    console = out()
    color = fancy() and console.is_terminal and not console.no_color
    for part in node_parts(view, session.cast.stage.catalog, min(console.width, 140), color):
        console.print(part)
    place = f"{number}:{node.partition(':')[0]}"
    print_next(
        f"recoworld fork {found.session.key} --at {place}",
        "go on from here with something changed (--prompt FILE, …)",
    )


def _add_facts(data: dict[str, Any], catalog: ItemCatalog) -> None:
    """What only a person wants beside the data: years and genres of the items, titles of the history."""
    for slot in (slot for turn in data["turns"] for slot in turn["slate"]):
        if slot["item"] in catalog:
            item = catalog[slot["item"]]
            slot["year"], slot["genres"] = item.year, item.genres
    titles = [{**past, "item": _title(past["item"], catalog)} for past in data["persona"].get("history", ())]
    data["persona"] = {**data["persona"], "history": titles}


def _title(item_id: str, catalog: ItemCatalog) -> str:
    return catalog[item_id].title if item_id in catalog else item_id


def _turn(data: dict[str, Any], number: int) -> dict[str, Any]:
    for turn in data["turns"]:
        if turn["number"] == number:
            found: dict[str, Any] = turn
            return found
    raise UsageError(
        f"session {data['session']} has no turn {number}; it has turns 1 to {len(data['turns'])}"
    )


def _print_session(data: dict[str, Any]) -> None:
    from app.cli.output import out, print_next
    from app.cli.session import session_parts

    console = out()
    for part in session_parts(data, min(console.width, 140)):
        console.print(part)
    if data["turns"]:
        print_next(f"recoworld show {data['session']}:{len(data['turns'])}", "its last turn in full")


def _print_turn(data: dict[str, Any], turn: dict[str, Any]) -> None:
    from app.cli.output import out, print_next
    from app.cli.session import turn_parts

    console, last = out(), turn["number"] >= len(data["turns"])
    for part in turn_parts(data, turn, min(console.width, 140), full=True):
        console.print(part)
    following = "" if last else f":{turn['number'] + 1}"
    print_next(
        f"recoworld show {data['session']}{following}", "the whole session" if last else "the next turn"
    )
