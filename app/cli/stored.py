"""Runs as they are stored: their summaries, and how they stand when they have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import UsageError

if TYPE_CHECKING:
    from app.store.rows import RunRow
    from app.store.store import Store
    from app.summary import Summary


def stored_summary(store: Store, run: RunRow) -> Summary:
    """The summary kept with a finished run; UsageError for a run that did not come to its end."""
    from app.summary import restored

    if run.usage and "arms" in run.usage:
        return restored(run.usage)
    kept = sum(sum(counts.values()) for counts in store.session_counts(run.id).values())
    raise UsageError(
        f"run {run.key} is {run.status} and has no report; {kept:,} of {run.planned:,} sessions are kept\n"
        f"see them with: recoworld ls {run.key}"
    )
