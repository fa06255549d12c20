"""Runs as they are stored: the summaries kept with them, and how they stand when they have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import UsageError

if TYPE_CHECKING:
    from app.store.rows import RunRow
    from app.store.store import Store
    from app.summary import Summary


def run_of(store: Store, key: str, instead: str) -> RunRow:
    """The run of a key; a UsageError for one of a session, with what to do `instead`, {run} being its run."""
    from app.store.rows import FoundRun

    found = store.find(key)
    if isinstance(found, FoundRun):
        return found.run
    raise UsageError(f"{key} is a session; {instead.format(run=found.run.key)}")


def stored_summary(store: Store, run: RunRow) -> Summary:
    """The summary kept with a finished run, or of what an unfinished one has so far.

    A UsageError for a run without any session that ended.
    """
    from app.summary import restored, summarize

    if run.usage and "arms" in run.usage:
        return restored(run.usage)
    summary = summarize(store, run, run.plan.get("notes", ()))
    if summary.done + summary.failed:
        return summary
    raise UsageError(
        f"run {run.key} is {run.status} and has no session that ended, of {run.planned:,} that were planned;\n"
        f"go on with it: recoworld resume {run.key}"
    )
