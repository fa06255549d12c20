"""How many calls are in flight, and how long is waited before a retry."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from app.llm.gate import Gate
from app.llm.retrying import Retries, retry_after

# ------------------------------------------------------------------------------ the gate


async def pass_through(gate: Gate, calls: int, seconds: float = 0.001) -> None:
    async def call() -> None:
        await gate.enter()
        await asyncio.sleep(seconds)
        gate.succeeded()
        gate.leave()

    await asyncio.gather(*(call() for _ in range(calls)))


def test_never_more_than_the_cap_are_inside() -> None:
    gate = Gate(7)
    asyncio.run(pass_through(gate, 100))
    assert (gate.peak, gate.active) == (7, 0)


def test_places_are_given_in_the_order_of_asking() -> None:
    async def main() -> list[int]:
        gate, order = Gate(1), []

        async def call(number: int) -> None:
            await gate.enter()
            order.append(number)
            gate.leave()

        await gate.enter()
        tasks = [asyncio.create_task(call(n)) for n in range(5)]
        await asyncio.sleep(0)
        gate.leave()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(main()) == [0, 1, 2, 3, 4]


def test_rate_limits_of_one_round_halve_once() -> None:
    async def main() -> list[float]:
        gate = Gate(16)
        sent = [await gate.enter() for _ in range(4)]
        limits = []
        for at in sent:
            gate.limited(at, None)
            limits.append(gate.limit)
        await asyncio.sleep(0.001)
        gate.limited(await gate.enter(), None)
        return [*limits, gate.limit]

    assert asyncio.run(main()) == [8, 8, 8, 8, 4]


def test_a_round_of_successes_adds_about_one_place() -> None:
    gate = Gate(16)
    gate.limit = 4.0
    asyncio.run(pass_through(gate, 4))
    assert 4.8 < gate.limit <= 5.0
    asyncio.run(pass_through(gate, 300))
    assert gate.limit == 16.0


def test_one_place_always_stays() -> None:
    async def main() -> float:
        gate = Gate(4)
        for _ in range(10):
            gate.limited(await gate.enter(), None)
            gate.leave()
            await asyncio.sleep(0.001)
        await pass_through(gate, 3)
        return gate.limit

    assert asyncio.run(main()) < 4


def test_nobody_goes_before_the_time_the_server_asked_for() -> None:
    async def main() -> float:
        gate = Gate(4)
        gate.limited(await gate.enter(), 0.15)
        gate.leave()
        start = time.perf_counter()
        await pass_through(gate, 5)
        return time.perf_counter() - start

    assert 0.14 < asyncio.run(main()) < 1.0


def test_who_is_canceled_while_waiting_takes_no_place() -> None:
    async def main() -> int:
        gate = Gate(1)
        await gate.enter()
        waiting = [asyncio.create_task(gate.enter()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        gate.leave()
        waiting[1].cancel()
        await asyncio.gather(*waiting[:2], return_exceptions=True)
        await waiting[2]
        gate.leave()
        return gate.active

    assert asyncio.run(asyncio.wait_for(main(), 2)) == 0


def test_a_gate_has_at_least_one_place() -> None:
    with pytest.raises(ValueError, match="concurrency is 0; it must be 1 or more"):
        Gate(0)


# ------------------------------------------------------------------------------ waiting


def waits(kind: str, n: int = 40, **given: Any) -> list[float | None]:
    retries = Retries(chance=Random(3), **given)
    return [retries.wait(failures, kind, None) for failures in range(1, n + 1)]


def test_the_wait_doubles_with_jitter_up_to_the_longest() -> None:
    found = [seconds for seconds in waits("rate_limit", first=0.5, longest=8.0) if seconds is not None]
    bounds = [min(8.0, 0.5 * 2**n) for n in range(len(found))]
    assert all(bound / 2 <= seconds <= bound for bound, seconds in zip(bounds, found, strict=True))
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(("kind", "tries"), [("rate_limit", 30), ("server_error", 5), ("timeout", 5)])
def test_patience_with_rate_limits_is_longer(kind: str, tries: int) -> None:
    assert [seconds is not None for seconds in waits(kind)] == [True] * tries + [False] * (40 - tries)


def test_what_the_server_asks_for_is_waited_at_least() -> None:
    assert 3.0 <= (Retries().wait(1, "rate_limit", 3.0) or 0) <= 3.1
    assert Retries().wait(1, "rate_limit", 121.0) is None


NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:07 GMT"}, 7.0),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds
