"""One attempt at a call: budget, send, judge, write to the tape, acknowledge after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from app.llm.errors import BudgetError, ModelError, TransportError, on_tape
from app.llm.outcome import Outcome, Question, judged
from app.llm.prices import Prices
from app.llm.reading import Unreadable
from app.llm.reply import Reply
from app.llm.request import Mode
from app.llm.retrying import Retries
from app.llm.tape import FROM_CACHE, Call, Place, Tape
from app.llm.usage import Budget

if TYPE_CHECKING:
    from app.llm.endpoint import Endpoint

T = TypeVar("T")

DRAIN_SECONDS = 30.0
"""How long `drain` waits for calls that nobody waits for any more."""


class Caller:
    """One endpoint with the tape, the budget and the prices of a run; shared by all roles, in one event loop.

    Used inside `async with`, within the endpoint's: leaving waits for calls in flight to be recorded.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        tape: Tape | None = None,
        budget: Budget | None = None,
        prices: Prices | None = None,
        retries: Retries | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.tape = tape or Tape()
        self.budget = budget or Budget()
        self.usage = self.budget.usage
        self.prices = prices or Prices({})
        self.retries = retries or Retries()
        self._in_flight: dict[asyncio.Task[Any], Place] = {}
        self._asked: set[Place] = set()

    async def __aenter__(self) -> Caller:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.drain()

    @contextmanager
    def asking(self, at: Place) -> Iterator[None]:
        """One question at a time at a place; a second one is a ValueError, as their rows would collide."""
        busy = at in self._asked or at in self._in_flight.values()
        if at.session is not None and busy:
            raise ValueError(f"{at}: a question is being asked here already; give each its own node")
        self._asked.add(at)
        try:
            yield
        finally:
            self._asked.discard(at)

    async def live(self, question: Question[T], attempt: int, mode: Mode) -> Outcome[T]:
        """One attempt at the endpoint. Once sent it is recorded, also when the asker is canceled."""
        self.tape.check_prompt(question.prompt_hash)
        gate = self.endpoint.gate
        sent = await gate.enter()
        try:
            self.budget.admit()
        except BudgetError:
            gate.leave()
            raise
        task = asyncio.create_task(self._call(question, attempt, mode, sent))
        self._in_flight[task] = question.at
        task.add_done_callback(self._landed)
        return await asyncio.shield(task)

    async def cached(self, question: Question[T], attempt: int) -> Outcome[T] | None:
        """The answer out of the cache, written to the tape like any other."""
        found = await self.tape.cached(question.hash)
        if found is None:
            return None
        try:
            outcome = Outcome(question.read(found), None, found, live=False)
        except Unreadable:
            return None
        self.usage.cached += 1
        await self.tape.write(self._row(question, attempt, outcome, Reply(found, "", FROM_CACHE, True), 0.0))
        return outcome

    async def drain(self) -> None:
        """Wait until calls in flight that nobody waits for any more are recorded."""
        if self._in_flight:
            await asyncio.wait(list(self._in_flight), timeout=DRAIN_SECONDS)

    def _landed(self, task: asyncio.Task[Any]) -> None:
        self._in_flight.pop(task, None)
        self.budget.landed()
        if not task.cancelled():
            task.exception()  # where the asker is gone nobody else takes it

    async def _call(self, question: Question[T], attempt: int, mode: Mode, sent: float) -> Outcome[T]:
        reply, outcome = await self._sent(question, mode, sent)
        usd = self.prices.usd(question.request.model, reply) if reply else None
        if reply is not None:
            self.budget.replied(reply, usd)
        if outcome.error is not None:
            self.usage.failures[outcome.error.kind] += 1
        await self.tape.write(self._row(question, attempt, outcome, reply, usd))
        if reply is not None:
            self.budget.check_metered(question.request.model, reply)
        return outcome

    async def _sent(self, question: Question[T], mode: Mode, sent: float) -> tuple[Reply | None, Outcome[T]]:
        gate, request = self.endpoint.gate, question.request
        options = request.options(mode, seed=self.endpoint.ability(request.model).seed)
        try:
            reply = await self.endpoint.send(request.model, request.messages(mode), options, question.timeout)
        except ModelError as error:
            body = ""
            if isinstance(error, TransportError):
                body = error.body
                if error.kind == "rate_limit":
                    gate.limited(sent, min(error.retry_after or 0.0, self.retries.patience))
            return None, Outcome(None, error, body, mode)
        else:
            gate.succeeded()
            return reply, judged(question, reply, mode)
        finally:
            gate.leave()

    def _row(
        self, question: Question[T], attempt: int, outcome: Outcome[T], reply: Reply | None, usd: float | None
    ) -> Call:
        at, request = question.at, question.request
        return Call(
            session_id=at.session,
            turn=at.turn,
            node=at.node,
            attempt=attempt,
            position=self.tape.position(at),
            request_hash=question.hash,
            prompt_hash=question.prompt_hash,
            model=request.model,
            seed=request.seed if self.endpoint.ability(request.model).seed else None,
            reply=outcome.reply or None,
            finish_reason=reply.finish_reason if reply else None,
            prompt_tokens=reply.prompt_tokens if reply else None,
            completion_tokens=reply.completion_tokens if reply else None,
            cached_tokens=reply.cached_tokens if reply else None,
            latency_ms=round(reply.latency_ms, 3) if reply and outcome.live else None,
            usd=usd,
            accepted=outcome.error is None,
            error=on_tape(outcome.error) if outcome.error else None,
        )
