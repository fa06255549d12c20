"""Language models for a run, from its settings: the endpoint, the tape, the budget, a model per role."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import UsageError
from app.llm.caller import Caller
from app.llm.endpoint import Endpoint
from app.llm.model import Model
from app.llm.preflight import preflight
from app.llm.prices import load_prices
from app.llm.tape import Tape
from app.llm.usage import Budget, Usage
from app.prompts import Prompts
from app.settings import Settings
from app.store.store import Store

LLM = "llm"
ROLES = ("user", "recommender")


@dataclass(frozen=True)
class Language:
    """The models of a run by role, its prompts, and what was used."""

    models: dict[str, Model]
    prompts: Prompts
    usage: Usage


def names_of(models: Sequence[str], roles: Collection[str]) -> dict[str, str]:
    """The model of every role: `--model NAME` for all, `--model user=NAME` for one; a missing one is a UsageError."""
    given: dict[str, str] = {}
    for entry in models:
        role, sign, name = entry.partition("=")
        if not sign:
            given |= {r: entry for r in ROLES if r not in given}
        elif role in ROLES and name:
            given[role] = name
        else:
            raise UsageError(f"--model {entry}: write NAME, or user=NAME or recommender=NAME")
    missing = [role for role in ROLES if role in roles and role not in given]
    if missing:
        raise UsageError(
            f"the {' and the '.join(missing)} should think with a model, but none is named; give --model NAME "
            "(an OpenAI-compatible endpoint: OPENAI_BASE_URL, OPENAI_API_KEY)"
        )
    return {role: given[role] for role in ROLES if role in roles}


@asynccontextmanager
async def opened(
    settings: Settings,
    store: Store | None,
    roles: Collection[str],
    usage: Usage | None = None,
    allow_drift: bool = False,
) -> AsyncIterator[Language]:
    """The models, ready: prompts checked and stored, one tiny call made per model.

    A wrong key, an unknown model or an endpoint that cannot be reached is an error with exit code 2.
    """
    names = names_of(settings.model, roles)
    prompts = Prompts(Path(settings.prompts) if settings.prompts else None)
    endpoint = Endpoint(
        os.environ.get("OPENAI_BASE_URL"),
        os.environ.get("OPENAI_API_KEY"),
        concurrency=settings.concurrency,
        timeout=settings.timeout,
    )
    budget = Budget(settings.max_calls, settings.max_tokens, settings.max_usd, usage or Usage())
    prices = os.environ.get("RECOWORLD_PRICES")
    async with endpoint:
        tape = Tape(store, cache=settings.cache, allow_drift=allow_drift)
        caller = Caller(
            endpoint, tape=tape, budget=budget, prices=load_prices(Path(prices) if prices else None)
        )
        models = {
            role: Model(caller, name, seed=settings.seed, temperature=settings.temperature)
            for role, name in names.items()
        }
        await preflight(models.values())
        await tape.add_prompts(prompts.rows())
        yield Language(models, prompts, budget.usage)
