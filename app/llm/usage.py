"""What a run has used of its models, and the limits of that."""

from __future__ import annotations

from collections import Counter
from dataclasses import InitVar, dataclass, field, fields
from typing import Any, Protocol

from app.errors import UsageError
from app.llm.errors import BudgetError
from app.llm.ledger import Ledger, Spent
from app.llm.reply import Reply


class Totals(Protocol):
    """Sums over the recorded calls of a run, as a store gives them."""

    @property
    def calls(self) -> int: ...

    @property
    def cached(self) -> int: ...

    @property
    def prompt_tokens(self) -> int: ...

    @property
    def completion_tokens(self) -> int: ...

    @property
    def cached_tokens(self) -> int: ...

    @property
    def unmetered(self) -> int: ...

    @property
    def unpriced(self) -> int: ...

    @property
    def priced_usd(self) -> float: ...


_TOTALS = (
    "calls", "cached", "prompt_tokens", "completion_tokens", "cached_tokens", "unmetered",
    "unpriced", "priced_usd",
)  # fmt: skip


@dataclass
class Usage:
    """Counts over a run. `calls` are requests sent, with `retries` among them; `cached` and `recalled` were
    answered by the cache and the tape for nothing; `unmetered` replies came without token counts.

    `failures` counts by kind, those that a retry or a repair made good included.
    """

    calls: int = 0
    cached: int = 0
    recalled: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    unmetered: int = 0
    unpriced: int = 0
    priced_usd: float = 0.0
    failures: Counter[str] = field(default_factory=Counter)

    @classmethod
    def resumed(cls, totals: Totals) -> Usage:
        """What a run had used before it was broken off, out of its tape."""
        return cls(**{name: getattr(totals, name) for name in _TOTALS})

    @property
    def usd(self) -> float | None:
        """The price of all replies; None where the price of one is unknown."""
        return None if self.unpriced else self.priced_usd

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def add(self, reply: Reply, usd: float | None) -> None:
        """One reply that came."""
        self.prompt_tokens += reply.prompt_tokens or 0
        self.completion_tokens += reply.completion_tokens or 0
        self.cached_tokens += reply.cached_tokens or 0
        self.unmetered += reply.prompt_tokens is None or reply.completion_tokens is None
        self.unpriced += usd is None
        self.priced_usd += usd or 0.0

    def join(self, other: Usage) -> None:
        """What another process has used besides."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def spent(self) -> Spent:
        """What a ledger starts from."""
        return Spent(self.calls, self.tokens, self.priced_usd, self.unpriced)

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the run's row; `usd` is null where it is unknown."""
        names = (
            "calls",
            "cached",
            "recalled",
            "retries",
            "prompt_tokens",
            "completion_tokens",
            "cached_tokens",
        )
        counts = {name: getattr(self, name) for name in (*names, "unmetered")}
        return counts | {"usd": self.usd, "failures": dict(self.failures)}


_CALL = Spent(calls=1, asking=1)
_LANDED = Spent(asking=-1)


@dataclass
class Budget:
    """Limits over a run; None is no limit. `usage` may start with what was spent before a resume.

    The limits are kept on the `ledger`, which several processes may share; `usage` is of this one alone.
    `admit` is asked before a call is sent, so `max_calls` is never passed; tokens and dollars are known when
    a reply is there, so the calls that are in flight when a limit is reached still finish.
    """

    max_calls: int | None = None
    max_tokens: int | None = None
    max_usd: float | None = None
    usage: Usage = field(default_factory=Usage)
    shared: InitVar[Ledger | None] = None

    def __post_init__(self, shared: Ledger | None) -> None:
        self.ledger = shared or Ledger(self.usage.spent())

    def admit(self) -> None:
        """Count one call that is about to be sent, or raise BudgetError; `landed` must follow."""
        with self.ledger:
            self._check(self.ledger.spent())
            self.ledger.add(_CALL)
        self.usage.calls += 1

    def _check(self, spent: Spent) -> None:
        for name, used, limit in (
            ("--max-calls", spent.calls, self.max_calls),
            ("--max-tokens", spent.tokens, self.max_tokens),
            ("--max-usd", spent.usd, self.max_usd),
        ):
            if limit is not None and used >= limit:
                raise BudgetError(
                    f"the budget is used up: {name} is {limit:,.6g} and {used:,.6g} are spent; "
                    "`recoworld resume` with a higher limit goes on"
                )

    def replied(self, reply: Reply, usd: float | None) -> None:
        """Count one reply that came."""
        self.usage.add(reply, usd)
        tokens = (reply.prompt_tokens or 0) + (reply.completion_tokens or 0)
        self.ledger.add(Spent(tokens=tokens, usd=usd or 0.0, unpriced=usd is None))

    def landed(self) -> None:
        """A call is over."""
        self.ledger.add(_LANDED)

    def check_price(self, model: str, known: bool) -> None:
        """A limit in dollars needs the price of every model; else a UsageError."""
        if self.max_usd is not None and not known:
            raise UsageError(
                f"--max-usd: the price of model {model!r} is unknown; add it to a file of prices and name that in "
                "RECOWORLD_PRICES, or limit --max-tokens or --max-calls"
            )

    def check_metered(self, model: str, reply: Reply) -> None:
        """A limit in tokens or dollars needs the server's token counts; else a BudgetError."""
        limited = self.max_tokens is not None or self.max_usd is not None
        if limited and (reply.prompt_tokens is None or reply.completion_tokens is None):
            raise BudgetError(
                f"the server tells no token counts for {model!r}, so --max-tokens and --max-usd cannot be kept; "
                "limit --max-calls"
            )
