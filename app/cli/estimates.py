"""The estimate of a run with models in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cli.progress import short

if TYPE_CHECKING:
    from app.batch.estimating import Estimate


def estimate_text(estimate: Estimate) -> str:
    """One line, and a second one where a limit will be met."""
    cost = "price unknown" if estimate.usd is None else f"about ${estimate.usd:,.2f}"
    text = (
        f"estimate: {estimate.calls:,} calls, {short(estimate.prompt_tokens)} prompt and "
        f"{short(estimate.completion_tokens)} completion tokens, {cost}, {_duration(estimate.seconds)} "
        f"({_basis(estimate)})"
    )
    if not estimate.beyond:
        return text
    return f"{text}\nthat is more than {' and '.join(estimate.beyond)}: the run will stop there, and can be resumed"


def _basis(estimate: Estimate) -> str:
    if estimate.basis == "stored":
        return f"as in {estimate.known:,} turns of earlier runs here"
    if estimate.basis == "mixed":
        return "partly as in earlier runs here, partly by rule of thumb"
    return f"by rule of thumb: {estimate.turns:.1f} turns a user, 2 s a call"


def _duration(seconds: float) -> str:
    minutes = seconds / 60
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
