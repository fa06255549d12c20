"""Batches: the arms of a plan over its users, in cohorts, in one process or several, into the store."""

from __future__ import annotations

from app.batch.progress import Progress, Silent
from app.batch.resuming import Rest, rest_of, resume
from app.batch.running import execute, execute_plan

__all__ = ["Progress", "Rest", "Silent", "execute", "execute_plan", "rest_of", "resume"]
