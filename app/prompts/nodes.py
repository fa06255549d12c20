"""Which prompt a node asks with."""

from __future__ import annotations

from collections.abc import Mapping

PROMPT_OF: Mapping[str, str] = {
    "reason": "recommender/reason",
    "rerank": "recommender/rerank",
    "review": "user/review",
    "update_mindset": "user/decide",
}
"""Node to prompt, of the nodes that ask a model."""
