"""The models of a run, one per role."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from app.draws import key
from app.llm.asking import Asking
from app.llm.caller import Caller
from app.llm.outcome import Question
from app.llm.reading import read
from app.llm.request import Request
from app.llm.schema import form_of
from app.llm.tape import Place

if TYPE_CHECKING:
    from app.prompts import Rendered

__all__ = ["Model", "Place"]

T = TypeVar("T", bound=BaseModel)

SEED_BITS = 31


class Model:
    """One model in one role. `seed` is the run's, None sends none; `temperature` None is the server's own.

    `sees` is whether it will be shown pictures.

    A limit in dollars with a model of unknown price is a UsageError here, before anything is asked.
    """

    def __init__(
        self,
        caller: Caller,
        name: str,
        *,
        seed: int | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        sees: bool = False,
    ) -> None:
        self.caller = caller
        self.name = name
        self.sees = sees
        self._seed = seed
        self._temperature = temperature
        self._max_tokens = max_tokens
        caller.budget.check_price(name, known=caller.prices.of(name) is not None)

    async def ask(
        self, at: Place, prompt: Rendered, output: type[T], check: Callable[[T], None] | None = None
    ) -> T:
        """The model's answer as `output`, or a ModelError; every call of it is on the tape when it returns.

        `check` raises a ValueError, with a sentence for the model, for an answer that does not fit the
        question: wrong ids, missing or extra items.
        """
        request = Request(
            model=self.name,
            system=prompt.system,
            user=prompt.user,
            form=form_of(output),
            images=prompt.images,
            seed=self._seed_at(at),
            temperature=self._temperature,
            max_tokens=self._max_tokens,
        )
        reading = partial(read, output=output, check=check)
        return await Asking(self.caller, Question(at, request, request.hash(), prompt.hash, reading)).run()

    def _seed_at(self, at: Place) -> int | None:
        """A seed of the user, turn and node: arms and repeated runs that ask the same ask with the same seed.

        The user is the number that ends a session's key.
        """
        if self._seed is None:
            return None
        return key("call", self._seed, at.key.rpartition("-")[2], at.turn, at.node) >> (64 - SEED_BITS)
