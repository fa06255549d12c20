"""Language models for a run, from its settings: the endpoint, the tape, the budget, a model per role and arm."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import UsageError
from app.llm.caller import Caller
from app.llm.ledger import Ledger
from app.llm.model import Model
from app.llm.preflight import preflight
from app.llm.prices import Prices, load_prices
from app.llm.tape import Tape
from app.llm.usage import Budget, Usage
from app.prompts import Prompts
from app.settings import Settings
from app.store.store import Store

LLM = "llm"
ROLES = ("user", "recommender")


@dataclass(frozen=True)
class Language:
    """The models of an arm by role, and its prompts."""

    models: dict[str, Model]
    prompts: Prompts


def names_of(models: Sequence[str], roles: Collection[str]) -> dict[str, str]:
    """The model of every role: `--model NAME` for all, `--model user=NAME` for one; else a UsageError."""
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


def models_of(caller: Caller, settings: Settings, roles: Collection[str]) -> dict[str, Model]:
    """The models that play the roles of an arm. Wrong names and prices are errors here."""
    sees = settings.representation == "multimodal"
    return {
        role: Model(caller, name, seed=settings.seed, temperature=settings.temperature, sees=sees)
        for role, name in names_of(settings.model, roles).items()
    }


def prompts_of(settings: Settings) -> Prompts:
    """The prompts of an arm. A file that cannot be read as a prompt is an error."""
    return Prompts(Path(settings.prompts) if settings.prompts else None)


@asynccontextmanager
async def opened(
    settings: Settings,
    store: Store | None,
    arms: Mapping[int, tuple[Settings, Collection[str]]],
    usage: Usage | None = None,
    ledger: Ledger | None = None,
    *,
    allow_drift: bool = False,
    tried: bool = False,
) -> AsyncIterator[dict[int, Language]]:
    """What every arm speaks, by its number, ready: prompts stored, one tiny call made per model unless `tried`.

    `arms` gives each arm's settings and the roles that models play in it; limits and cache are those of
    `settings`. A wrong key, an unknown model or an endpoint that cannot be reached is an error with exit code 2.
    """
    tape = Tape(store, cache=settings.cache, allow_drift=allow_drift)
    async with calling(settings, tape, load_prices(), usage, ledger) as caller:
        spoken = {
            number: Language(models_of(caller, own, roles), prompts_of(own))
            for number, (own, roles) in arms.items()
        }
        if not tried:
            await preflight(model for one in spoken.values() for model in one.models.values())
        for one in spoken.values():
            await tape.add_prompts(one.prompts.rows())
        yield spoken


@asynccontextmanager
async def calling(
    settings: Settings,
    tape: Tape,
    prices: Prices,
    usage: Usage | None = None,
    ledger: Ledger | None = None,
) -> AsyncIterator[Caller]:
    """The endpoint that the environment names, within the limits of `settings`; nothing is called yet.

    Only here is the client imported, which takes most of a second.
    """
    from app.llm.endpoint import (
        Endpoint,
    )  # only where models think: the client takes most of a second to import

    endpoint = Endpoint(
        os.environ.get("OPENAI_BASE_URL"),
        os.environ.get("OPENAI_API_KEY"),
        concurrency=settings.concurrency,
        timeout=settings.timeout,
    )
    budget = Budget(settings.max_calls, settings.max_tokens, settings.max_usd, usage or Usage(), ledger)
    async with endpoint, Caller(endpoint, tape=tape, budget=budget, prices=prices) as caller:
        yield caller
