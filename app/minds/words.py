"""The words of the embedded user: rendered from the factors that decided, deterministic in their arguments.

Variety comes from `variant` (an integer >= 0 of any size), which picks among phrasings. Every function is
pure; the tables are in `app.minds.phrasing`.
"""

from __future__ import annotations

from app.catalog.wording import facet_words
from app.minds.phrasing.asking import instruction
from app.minds.phrasing.telling import leaving, reflection, summary
from app.minds.phrasing.thoughts import thought

__all__ = ["facet_words", "instruction", "leaving", "reflection", "summary", "thought"]
