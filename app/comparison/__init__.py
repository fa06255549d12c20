"""Honest comparison of two arms: is B better than A, by how much, for whom, and how sure is that?

`compare(store, "latest:popular", "latest:agent")` gives a `Comparison`; docs/comparison.md says what is measured.
"""

from app.comparison.comparing import Question, compare
from app.comparison.gates import Gate, GateFailed, parse_gate
from app.comparison.results import Comparison

__all__ = ["Comparison", "Gate", "GateFailed", "Question", "compare", "parse_gate"]
