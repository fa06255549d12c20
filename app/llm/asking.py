"""One question on its way to an answer: recorded or sent, sent again, asked in another way, repaired once."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

from app.llm.caller import Caller
from app.llm.errors import (
    AnswerError,
    EndpointError,
    MissingCallError,
    ModelError,
    RequestError,
    TransportError,
    UnsupportedError,
)
from app.llm.outcome import Outcome, Question, recalled
from app.llm.request import Mode

T = TypeVar("T")


class Asking(Generic[T]):
    """Attempts are numbered from 1, whether the tape, the cache or the endpoint answers them."""

    def __init__(self, caller: Caller, question: Question[T]) -> None:
        self._caller = caller
        self._question = question
        self._ability = caller.endpoint.ability(question.request.model)
        self._attempt = 0
        self._failures = 0
        self._repair_mode: Mode | None = None
        self._last: ModelError | None = None

    async def run(self) -> T:
        """The answer; every way to have none is a ModelError."""
        with self._caller.asking(self._question.at):
            while True:
                self._attempt += 1
                outcome = await self._outcome()
                if outcome.live:
                    self._learn(outcome)
                if outcome.error is None:
                    return outcome.value  # type: ignore[return-value]
                self._last = outcome.error
                await self._after(outcome.error, outcome)

    async def _outcome(self) -> Outcome[T]:
        found = self._recorded() or await self._caller.cached(self._question, self._attempt)
        if found is None:
            found = await self._caller.live(self._question, self._attempt, self._mode())
        return found

    def _recorded(self) -> Outcome[T] | None:
        tape = self._caller.tape
        try:
            row = tape.find(self._question.at, self._attempt, self._question.hash)
        except MissingCallError:
            if isinstance(self._last, TransportError):
                raise self._last from None
            raise
        if row is None:
            return None
        self._caller.usage.recalled += row.accepted
        return recalled(self._question, row)

    def _mode(self) -> Mode:
        return self._ability.mode if self._repair_mode is None else max(self._repair_mode, self._ability.mode)

    def _learn(self, outcome: Outcome[T]) -> None:
        """What the reply says about the endpoint's way with structure."""
        if outcome.error is None or (outcome.error.kind == "invalid" and not outcome.shape):
            self._ability.worked(outcome.mode)
        elif outcome.shape:
            self._ability.ignored(outcome.mode)

    async def _after(self, error: ModelError, outcome: Outcome[T]) -> None:
        """Prepare the next attempt, or raise the error where there is none."""
        if isinstance(error, TransportError):
            await self._wait(error, outcome)
        elif isinstance(error, AnswerError):
            self._repair(error, outcome)
        elif isinstance(error, UnsupportedError):
            self._avoid(error, outcome)
        elif outcome.live or not self._caller.tape.live or not isinstance(error, EndpointError):
            raise error

    async def _wait(self, error: TransportError, outcome: Outcome[T]) -> None:
        if not outcome.live:
            return
        self._failures += 1
        seconds = self._caller.retries.wait(self._failures, error.kind, error.retry_after)
        if seconds is None:
            raise error
        self._caller.usage.retries += 1
        await asyncio.sleep(seconds)

    def _repair(self, error: AnswerError, outcome: Outcome[T]) -> None:
        """Once: the model is shown its reply and what is wrong with it."""
        if self._question.request.repair is not None:
            raise error
        if outcome.shape:
            self._repair_mode = self._ability.for_repair(outcome.mode)
        self._question = self._question.repaired(outcome.reply, str(error))
        self._failures = 0

    def _avoid(self, error: UnsupportedError, outcome: Outcome[T]) -> None:
        """Without what the server cannot do."""
        if error.feature == "seed" and self._ability.seed:
            self._ability.seed = False
        elif error.feature == "seed" or not self._ability.refused(outcome.mode):
            raise RequestError(str(error))
