"""`recoworld show`: a run's report, a session turn by turn, or one turn in full."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from app.cli import options
from app.errors import UsageError

if TYPE_CHECKING:
    from app.catalog.catalog import ItemCatalog
    from app.store.rows import FoundRun, FoundSession
    from app.store.store import Store

_TURN = re.compile(r"(.+?):(\d+)")


def show(id: options.AnyId, db: options.Db = None, json: options.Json = False) -> None:
    """Show a run (its report), a session (every turn) or one turn in full."""
    from app.store.rows import FoundRun

    match = _TURN.fullmatch(id)
    key, number = (match[1], int(match[2])) if match else (id, None)
    if ":" in id and match is None:
        raise UsageError(f"{id!r}: the turn after ':' must be a number, as in latest-1-42:3")
    with options.open_store(db, create=False) as store:
        found = store.find(key)
        if not isinstance(found, FoundRun):
            _show_session(store, found, number, json)
        elif number is None:
            _show_run(store, found, json)
        else:
            raise UsageError(
                f"{key} is a run; a turn belongs to a session, as in {found.run.key}-1-1:{number}"
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
