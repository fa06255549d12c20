"""The instruction reader of the embedded recommender agent."""

from __future__ import annotations

from app.recommenders.reader.reader import Reader, Reading

__all__ = ["Reader", "Reading"]
