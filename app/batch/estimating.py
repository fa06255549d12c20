"""What a run with models will take, before it begins: by earlier runs in the same database, else by priors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from app.casting import roles_of
from app.language import names_of, prompts_of
from app.llm.prices import Prices, load_prices
from app.plans.arms import Arm
from app.plans.plan import Plan
from app.prompts.nodes import ITEM_PROMPT_OF, PROMPT_OF, prompt_of
from app.recommenders.llm import CANDIDATES
from app.store.store import Store

LEAST_TURNS = 20
"""Fewer turns of earlier runs say nothing."""
TURNS = 6.2
"""Turns a session, and no more than the longest: 20 users of the scripted server, at most 20 turns."""
RETURNS = 0.36
"""Further sessions a user and day: 100 embedded users over 7 days came 3.18 times."""
SECONDS = 2.0
"""A call: not measured, as it is the server's."""

Basis = Literal["stored", "mixed", "prior"]


@dataclass(frozen=True)
class Rates:
    """What a role uses in a turn; `turns` of earlier runs say so, 0 where it is a prior."""

    calls: float
    prompt_tokens: float
    completion_tokens: float
    cached_tokens: float
    seconds: float
    turns: int = 0

    def times(self, turns: float) -> Rates:
        """In so many turns."""
        return Rates(
            self.calls * turns, self.prompt_tokens * turns, self.completion_tokens * turns,
            self.cached_tokens * turns, self.seconds * turns, self.turns,
        )  # fmt: skip


PRIORS: Mapping[str, Rates] = {
    "user": Rates(2, 2 * 819, 2 * 160, 0, 2 * SECONDS),
    "recommender": Rates(2, 2 * 1352, 2 * 120, 0, 2 * SECONDS),
}
"""As measured with the scripted server on the embedded films at slates of 10."""
LEGEND_TOKENS = 590
"""What semantic IDs cost a user more in a turn than texts; to a recommender of 30 candidates they are the same."""
PICTURE_TOKENS = 85
"""Of one picture at low detail."""


@dataclass(frozen=True)
class Estimate:
    """Of a whole run. `turns` are a session's mean, `usd` is None where a price is unknown.

    `basis` is `stored` where all follows from `known` turns of earlier runs (the fewest that any figure rests
    on), `prior` where nothing does. `beyond` names the limits that it passes.
    """

    sessions: float
    turns: float
    calls: int
    prompt_tokens: int
    completion_tokens: int
    usd: float | None
    seconds: float
    basis: Basis
    known: int
    beyond: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self) | {"beyond": list(self.beyond)}


@dataclass(frozen=True)
class _OfArm:
    users: int
    turns: float
    """Of a user, over all days."""
    known: tuple[int, ...]
    """On how many turns of earlier runs each figure rests."""
    uses: Sequence[tuple[str, Rates]]
    """Model and what it uses in the whole arm."""

    def seconds(self, at_once: int) -> float:
        """Calls of a user come one after the other."""
        return sum(rates.seconds for _, rates in self.uses) / min(at_once, self.users)


def estimated(plan: Plan, store: Store | None) -> Estimate | None:
    """The estimate of a plan, None where no model plays. `store` holds earlier runs, if there are any."""
    arms = [_of_arm(plan, arm, store) for arm in plan.arms if roles_of(arm)]
    if not arms:
        return None
    uses = [use for arm in arms for use in arm.uses]
    users, known = sum(arm.users for arm in arms), [n for arm in arms for n in arm.known]
    turns = sum(arm.turns * arm.users for arm in arms)
    tokens = [sum(getattr(r, name) for _, r in uses) for name in ("prompt_tokens", "completion_tokens")]
    calls, usd = round(sum(r.calls for _, r in uses)) + len({model for model, _ in uses}), _usd(uses)
    basis: Basis = "stored" if all(known) else "mixed" if any(known) else "prior"
    return Estimate(
        sessions=users,
        turns=turns / users,
        calls=calls,
        prompt_tokens=round(tokens[0]),
        completion_tokens=round(tokens[1]),
        usd=usd,
        seconds=sum(arm.seconds(plan.concurrency) for arm in arms),
        basis=basis,
        known=min(known),
        beyond=_beyond(plan, calls, sum(tokens), usd),
    )


def _usd(uses: Sequence[tuple[str, Rates]], prices: Prices | None = None) -> float | None:
    prices, total = prices or load_prices(), 0.0
    for model, rates in uses:
        price = prices.of(model)
        if price is None:
            return None
        total += price.usd(
            round(rates.prompt_tokens), round(rates.completion_tokens), round(rates.cached_tokens)
        )
    return total


def _beyond(plan: Plan, calls: int, tokens: float, usd: float | None) -> tuple[str, ...]:
    limits = (("--max-calls", plan.max_calls, calls), ("--max-tokens", plan.max_tokens, tokens),
              ("--max-usd", plan.max_usd, usd))  # fmt: skip
    return tuple(
        f"{name} {limit:,.6g}"
        for name, limit, used in limits
        if limit is not None and used is not None and used > limit
    )


def _of_arm(plan: Plan, arm: Arm, store: Store | None) -> _OfArm:
    settings, roles = plan.settings(arm), roles_of(arm)
    versions = {name: hash_ for hash_, name, _ in prompts_of(settings).rows()}
    turns, known = _turns(plan, arm, store)
    each = {
        role: (model, _rates(arm, plan.days, role, model, versions, store))
        for role, model in names_of(settings.model, roles).items()
    }
    uses = [(model, rates.times(turns * plan.sessions)) for model, rates in each.values()]
    return _OfArm(plan.sessions, turns, (known, *(rates.turns for _, rates in each.values())), uses)


def _asked(arm: Arm, role: str, days: int) -> list[str]:
    """The prompts that a role is asked with."""
    nodes = {**PROMPT_OF, **(ITEM_PROMPT_OF if arm.per_item else {})}
    if days > 1:
        nodes["remember"] = prompt_of("remember")
    return [name for name in nodes.values() if name.startswith(f"{role}/")]


def _rates(
    arm: Arm, days: int, role: str, model: str, versions: Mapping[str, str], store: Store | None
) -> Rates:
    """Means of a turn over the earlier calls of the model with these versions of the role's prompts."""
    asked = [versions[name] for name in _asked(arm, role, days)]
    used = store.usual_calls(model, asked, arm.representation) if store else None
    if used is not None and used.turns >= LEAST_TURNS and used.versions == len(asked):
        return Rates(
            used.calls,
            used.prompt_tokens,
            used.completion_tokens,
            used.cached_tokens,
            used.seconds,
            used.turns,
        ).times(1 / used.turns)
    prior = PRIORS[role]
    prior = replace(prior, prompt_tokens=prior.prompt_tokens + _more(arm, role))
    return prior.times((arm.slate_size + 1) / 2) if arm.per_item and role == "user" else prior


def _more(arm: Arm, role: str) -> float:
    """Prompt tokens of a turn that texts would not need."""
    if arm.representation == "multimodal":
        return PICTURE_TOKENS * (arm.slate_size if role == "user" else max(CANDIDATES, arm.slate_size))
    return LEGEND_TOKENS if arm.representation == "semantic_id" and role == "user" else 0


def _turns(plan: Plan, arm: Arm, store: Store | None) -> tuple[float, int]:
    """Turns of a user over all days, and how many turns of earlier runs say so."""
    rows = store.usual_turns(arm.mind, arm.recommender, arm.max_turns) if store else []
    same = [
        row
        for row in rows
        if row.plan.get("days", 1) == plan.days
        and row.settings.get("model") == list(arm.model)
        and row.settings.get("max_turns", 0) >= arm.max_turns
    ]
    users, turns = sum(row.users for row in same), sum(row.turns for row in same)
    if turns >= LEAST_TURNS:
        return turns / users, turns
    return min(TURNS, arm.max_turns) * (1 + RETURNS * (plan.days - 1)), 0
