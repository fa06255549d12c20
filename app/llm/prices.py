"""What models cost. An unknown price is None, never 0."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import UsageError
from app.llm.reply import Reply

VARIABLE = "RECOWORLD_PRICES"
_OWN = Path(__file__).with_name("prices.yaml")
_DATE = re.compile(r"-\d{4}-?\d{2}-?\d{2}$|:latest$|-latest$")

Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Price(BaseModel):
    """US dollars for a million tokens; `cached` is for prompt tokens that the provider had cached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Dollars
    output: Dollars
    cached: Dollars | None = None

    def usd(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> float:
        """The price of one call."""
        cached = min(cached_tokens, prompt_tokens)
        at = self.input if self.cached is None else self.cached
        total = (prompt_tokens - cached) * self.input + cached * at + completion_tokens * self.output
        return total / 1e6


class Prices:
    """Prices by model name; a name with a date after it is the same model."""

    def __init__(self, prices: Mapping[str, Price]) -> None:
        self._prices = dict(prices)

    def of(self, model: str) -> Price | None:
        """The price of a model, or None where it is unknown."""
        return self._prices.get(model) or self._prices.get(_DATE.sub("", model))

    def usd(self, model: str, reply: Reply) -> float | None:
        """What a reply costs; None where the price or the tokens are unknown."""
        price = self.of(model)
        if price is None or reply.prompt_tokens is None or reply.completion_tokens is None:
            return None
        return price.usd(reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens or 0)


def load_prices(path: Path | None = None) -> Prices:
    """Our own prices, then those of `path` or of the file that RECOWORLD_PRICES names.

    A file that cannot be read as prices is a UsageError naming it and the model.
    """
    named = os.environ.get(VARIABLE)
    extra = path or (Path(named) if named else None)
    return Prices(_read(_OWN) | (_read(extra) if extra else {}))


def _read(path: Path) -> dict[str, Price]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(
            f"{path}: the prices cannot be read ({' '.join(str(error).split())[:160]})"
        ) from error
    if not isinstance(found, dict):
        raise UsageError(f"{path}: prices are lines like `my-model: {{input: 0.15, output: 0.60}}`")
    return {str(model): _price(path, str(model), given) for model, given in found.items()}


def _price(path: Path, model: str, given: Any) -> Price:
    try:
        return Price.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([model, *map(str, first["loc"])])
        raise UsageError(
            f"{path}: {where}: {first['msg']}; give dollars for a million tokens as {{input: 0.15, output: 0.60}}"
        ) from error
