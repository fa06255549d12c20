"""Before a run: one tiny call per model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from app.llm.errors import ANSWER_KINDS, ModelError, RequestError, TransportError, UnreachableError
from app.llm.model import Model
from app.llm.outcome import Outcome, Question
from app.llm.request import Mode, Request
from app.llm.tape import Place
from app.prompts import Image

ANSWER_SECONDS = 30.0
ANSWER_TOKENS = 64
"""A model without the sense to stop would talk until the time is up; to be cut short is a sign of life too."""
TRIES = 3
_AGAIN = ("connection", "server_error", "malformed")
_DOT = Image(
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAAAAABWESUoAAAAGElEQVR42mP8z4AfMDGMKhhVMKpghCoAAKM9AT8q/1PbAAAAAElFTkSuQmCC",
    "image/png",
)
"""A white square of 32 x 32 pixels."""
_AT = Place(None, "", 0, "preflight")


async def preflight(models: Iterable[Model]) -> None:
    """One tiny call per distinct model, all at once; the first that cannot be asked is an EndpointError.

    A model that will be shown pictures is shown a tiny one. A rate limit passes, as the run knows how to wait.
    What was called is on the tape, outside any session.
    """
    distinct = {(id(model.caller), model.name, model.sees): model for model in models}
    await asyncio.gather(*map(_try, distinct.values()))


async def _try(model: Model) -> None:
    caller = model.caller
    error: ModelError | None = None
    most: int | None = ANSWER_TOKENS
    for attempt in range(1, TRIES + 1):
        error = (await _once(model, attempt, most)).error
        if isinstance(error, RequestError) and most is not None:
            most = None  # some servers know no such limit, and some models think for longer
        elif error is None or error.kind not in _AGAIN:
            break
        else:
            await asyncio.sleep(0.1 * attempt)
    if isinstance(error, TransportError) and error.kind != "rate_limit":
        raise UnreachableError(f"{caller.endpoint.shown} does not answer ({error}); check OPENAI_BASE_URL")
    if error is not None and error.kind not in (*ANSWER_KINDS, "rate_limit"):
        raise error


async def _once(model: Model, attempt: int, most: int | None) -> Outcome[str]:
    images = (_DOT,) if model.sees else ()
    request = Request(model.name, system="", user="Answer with the word ok.", images=images, max_tokens=most)
    question = Question(_AT, request, request.hash(), None, str, ANSWER_SECONDS)
    return await model.caller.live(question, attempt, Mode.TEXT)
