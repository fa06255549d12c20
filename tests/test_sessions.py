"""Sessions of messages in a run: any pair of minds, each turn stored as it ends, metrics as for cohorts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import language
from app.llm.scripted import ScriptedServer
from app.session_view import session_data
from app.sessions import Arm, Played, Seat, play
from app.settings import Settings
from app.store.store import Store
from app.world import Stage, open_catalog, population, save_catalog

USERS = 3


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "any")
        yield running


def run(store: Store, **settings: Any) -> tuple[Played, list[Seat], Any]:
    given = Settings(**({"sessions": USERS, "max_turns": 3, "model": ("scripted",)} | settings))
    stage = Stage(open_catalog("films"), given)
    people, _, _ = population(given, stage)
    run_row = store.start_run("", given.seed, {}, USERS, "0")
    catalog = save_catalog(store, stage.catalog)
    name = given.recommender[0]
    arm = store.add_arm(run_row.id, 1, name, recommender=name, mind=given.mind, catalog_id=catalog)
    store.save_personas([(f"h{n}", p.id, p.model_dump_json()) for n, p in people])
    scenarios = store.add_scenarios(run_row.id, [(n, f"h{n}", n) for n, _ in people])
    ids = store.new_session_ids(USERS)
    seats = [Seat(n, p, ids[k], f"{run_row.key}-1-{n}", scenarios[n]) for k, (n, p) in enumerate(people)]
    cohort = stage.recommender("agent" if name == "llm" else name)

    async def main() -> tuple[Played, Any]:
        if not language.roles_of(given):
            return await play(Arm(stage, name, cohort, arm.id, store, None), seats, lambda n: None), None
        async with language.opened(given, store) as spoken:
            arm_of = Arm(stage, name, cohort, arm.id, store, spoken)
            return await play(arm_of, seats, lambda n: None), spoken.usage

    played, usage = asyncio.run(main())
    store.flush()
    return played, seats, usage


@pytest.mark.parametrize(
    ("mind", "recommender"), [("llm", "llm"), ("llm", "agent"), ("embedded", "llm"), ("embedded", "agent")]
)
def test_any_pair_plays_and_is_stored_whole(
    mind: str, recommender: str, tmp_path: Path, server: ScriptedServer
) -> None:
    with Store.open(tmp_path / "a.db") as store:
        played, seats, usage = run(store, mind=mind, recommender=(recommender,))
        assert played.failed == 0
        for seat in seats:
            data = session_data(store, seat.key)
            assert data["status"] in ("left", "truncated")
            assert data["turns"]
            assert len(data["trace"]) == 7 * len(data["turns"])
            for turn in data["turns"]:
                assert turn["review"]["seen"] == len(turn["review"]["reactions"])
                assert all(reaction["thought"] for reaction in turn["review"]["reactions"])
        assert played.tally().turns.tolist() == [
            len(session_data(store, seat.key)["turns"]) for seat in seats
        ]
    if usage is not None:
        assert usage.calls == server.counts()["calls"]


def test_an_embedded_pair_of_messages_equals_the_cohort(tmp_path: Path) -> None:
    from app import batch

    given = Settings(sessions=USERS, max_turns=3)
    with Store.open(tmp_path / "a.db") as store:
        played, seats, _ = run(store, model=())
        summary = batch.execute(given, store)
        for seat in seats:
            one = session_data(store, seat.key)
            other = session_data(store, f"{summary.run}-1-{seat.number}")
            for mine, theirs in zip(one["turns"], other["turns"], strict=True):
                assert [s["item"] for s in mine["slate"]] == [s["item"] for s in theirs["slate"]]
                assert mine["decision"]["kind"] == theirs["decision"]["kind"]
                assert mine["after"] == theirs["after"]
                assert [r["thought"] for r in mine["review"]["reactions"]] == [
                    r["thought"] for r in theirs["review"]["reactions"]
                ]
        assert played.failed == 0


def test_at_most_two_calls_a_turn_on_each_side(tmp_path: Path, server: ScriptedServer) -> None:
    with Store.open(tmp_path / "a.db") as store:
        played, _, usage = run(store, mind="llm", recommender=("llm",))
    turns = played.tally().turns.sum()
    assert usage.calls <= 4 * turns + 1
