"""Budgets, prices and the counts of what was used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from llm_stub import GOOD, Canned, Desk, Stub, begin_session, completion, refused, said, with_desk

from app.errors import UsageError
from app.llm.errors import BudgetError
from app.llm.prices import Price, Prices, load_prices
from app.llm.scripted import ScriptedServer
from app.llm.usage import Budget, Usage
from app.store.store import Store

Serve = Callable[..., Stub]
PRICES = Prices({"m": Price(input=1.0, output=2.0)})


async def many(desk: Desk, questions: int = 60) -> tuple[int, int]:
    """How many of the questions, all asked at once, were answered, and how many met the budget."""
    asked = [desk.ask(turn) for turn in range(1, questions + 1)]
    ends = await asyncio.gather(*asked, return_exceptions=True)
    stopped = [end for end in ends if isinstance(end, BudgetError)]
    assert all(isinstance(end, BudgetError) for end in ends if isinstance(end, BaseException))
    return len(ends) - len(stopped), len(stopped)


# ------------------------------------------------------------------------------ limits


def test_no_more_calls_are_sent_than_allowed() -> None:
    with ScriptedServer(latency=0.02, reply=lambda _: GOOD) as server:
        ends = with_desk(server.base_url, many, budget=Budget(max_calls=25), concurrency=16)
        assert ends == (25, 35)
        assert server.counts()["calls"] == 25


def test_retries_and_repairs_count_as_calls(serve: Serve) -> None:
    server = serve(refused(500, "down"), said("{"), said(GOOD))
    with pytest.raises(BudgetError, match="--max-calls is 2 and 2 are spent"):
        with_desk(server.base_url, lambda desk: desk.ask(), budget=Budget(max_calls=2))
    assert len(server.requests) == 2


def test_calls_in_flight_finish_when_the_tokens_are_used_up() -> None:
    budget = Budget(max_tokens=1)
    with ScriptedServer(latency=0.1, reply=lambda _: GOOD) as server:
        assert with_desk(server.base_url, many, budget=budget, concurrency=8) == (8, 52)
        assert budget.usage.tokens == sum(server.counts()["tokens"][k] for k in ("prompt", "completion"))


def test_a_limit_in_dollars_ends_the_calls(serve: Serve) -> None:
    server = serve(said(GOOD, usage=(1_000_000, 0)))
    budget = Budget(max_usd=3.0)

    async def work(desk: Desk) -> float | None:
        for turn in (1, 2, 3):
            await desk.ask(turn)
        with pytest.raises(BudgetError, match="--max-usd is 3 and 3 are spent"):
            await desk.ask(4)
        return desk.caller.usage.usd

    assert with_desk(server.base_url, work, budget=budget, prices=PRICES) == 3.0


def test_a_budget_error_stops_the_run_with_exit_code_5() -> None:
    with pytest.raises(BudgetError) as caught:
        Budget(max_calls=0).admit()
    assert (caught.value.exit_code, caught.value.stops_run) == (5, True)


def test_dollars_with_an_unknown_price_are_refused_at_the_start(serve: Serve) -> None:
    server = serve()
    with pytest.raises(UsageError, match="price of model 'm' is unknown; add it to a file"):
        with_desk(server.base_url, lambda desk: desk.ask(), budget=Budget(max_usd=1.0))
    assert server.requests == []


def test_tokens_cannot_be_limited_where_the_server_counts_none(serve: Serve) -> None:
    server = serve(said(GOOD, usage=None))
    with pytest.raises(BudgetError, match="tells no token counts for 'm'"):
        with_desk(server.base_url, lambda desk: desk.ask(), budget=Budget(max_tokens=1000))


def test_a_recorded_answer_needs_no_budget(serve: Serve, store: Store, session: int) -> None:
    server = serve()
    for budget in (None, Budget(max_calls=0)):
        with_desk(server.base_url, lambda desk: desk.ask(), store=store, session=session, budget=budget)
    assert len(server.requests) == 1


def test_a_resumed_run_counts_what_it_had_spent(serve: Serve, store: Store) -> None:
    server = serve(refused(500, "down"), said("{"), said(GOOD, usage=(1_000_000, 0)))
    session = begin_session(store)[0]
    first = Budget()
    with_desk(server.base_url, lambda d: d.ask(), store=store, session=session, budget=first, prices=PRICES)
    spent = Usage.resumed(store.call_totals(store.runs()[0].id))
    assert (spent.calls, spent.tokens, spent.usd) == (3, first.usage.tokens, first.usage.usd)
    with pytest.raises(BudgetError, match="--max-calls is 3 and 3 are spent"):
        Budget(max_calls=3, usage=spent).admit()


# ------------------------------------------------------------------------------ usage


def test_usage_counts_calls_tokens_retries_and_failures(serve: Serve) -> None:
    body = completion(GOOD, usage=(100, 20))
    body["usage"]["prompt_tokens_details"] = {"cached_tokens": 60}
    server = serve(refused(500, "down"), said("{", usage=(100, 5)), Canned(body))

    async def work(desk: Desk) -> dict[str, Any]:
        await desk.ask()
        return desk.caller.usage.as_dict()

    used = with_desk(server.base_url, work, prices=Prices({"m": Price(input=1, cached=0.5, output=2)}))
    assert used.pop("failures") == {"server_error": 1, "invalid": 1}
    assert used.pop("usd") == pytest.approx((100 + 5 * 2 + 40 + 60 * 0.5 + 20 * 2) / 1e6)
    assert used.pop("cached_tokens") == 60
    assert (used.pop("prompt_tokens"), used.pop("completion_tokens")) == (200, 25)
    assert used == {"calls": 3, "retries": 1, "cached": 0, "recalled": 0, "unmetered": 0}


def test_one_unknown_price_makes_the_total_unknown(serve: Serve) -> None:
    server = serve()
    usage = Usage()

    async def work(desk: Desk) -> float | None:
        await desk.ask(1)
        desk.model.name = "stranger"
        known = desk.caller.usage.usd
        await desk.ask(2)
        return known

    known = with_desk(server.base_url, work, budget=Budget(usage=usage), prices=PRICES)
    assert known == pytest.approx(0.00014)
    assert usage.usd is None


# ------------------------------------------------------------------------------ prices


def test_a_dated_name_has_the_price_of_its_model() -> None:
    prices = load_prices()
    assert prices.of("gpt-4o-mini-2024-07-18") == prices.of("gpt-4o-mini")
    assert prices.of("gpt-4o-mini-turbo") is None


def test_cached_tokens_have_their_own_price() -> None:
    assert Price(input=2, cached=1, output=4).usd(1000, 100, 400) == pytest.approx(
        (600 * 2 + 400 + 400) / 1e6
    )
    assert Price(input=2, output=4).usd(1000, 100, 400) == pytest.approx((1000 * 2 + 400) / 1e6)


def test_a_file_adds_and_replaces_prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text("mine: {input: 1, output: 2}\ngpt-4o: {input: 9, output: 9}\n")
    monkeypatch.setenv("RECOWORLD_PRICES", str(path))
    prices = load_prices()
    assert prices.of("mine") == Price(input=1, output=2)
    assert prices.of("gpt-4o") == Price(input=9, output=9)
    assert prices.of("gpt-4.1") is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mine: {input: -1, output: 2}", "mine.input: Input should be greater than or equal to 0"),
        ("mine: {input: 1}", "mine.output: Field required"),
        ("mine: 3", "mine: Input should be a valid dictionary"),
        ("- a\n- b", "prices are lines like"),
        ("mine: {", "the prices cannot be read"),
    ],
)
def test_a_wrong_file_of_prices_names_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        load_prices(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)
