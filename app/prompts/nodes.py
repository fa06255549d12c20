"""Which prompt each node asks; the one place that tells it."""

from __future__ import annotations

PROMPT_OF: dict[str, str] = {
    "reason": "recommender/reason",
    "rerank": "recommender/rerank",
    "review": "user/review",
    "update_mindset": "user/decide",
}
"""The prompt of a node of the graph. Others ask none: what `decide` decides comes of the call of `update_mindset`."""

AFTER_PROMPT_OF: dict[str, str] = {"remember": "user/remember"}
"""The prompt of what is asked when a session is over."""

ITEM_PROMPT_OF: dict[str, str] = {"review": "user/review_item"}
"""The prompt of a node that asks once an item (`--per-item`); its calls are of `review:1`, `review:2`, …"""


def item_node(node: str, position: int) -> str:
    """The name under which a node asks of the item at `position`, from 1."""
    return f"{node}:{position}"


def node_of(name: str) -> str:
    """The node itself: `review` of `review:3`."""
    return name.partition(":")[0]


def prompt_of(name: str) -> str:
    """The prompt of a node, or of a node at one item; a KeyError where it asks none."""
    node = node_of(name)
    return ((PROMPT_OF | AFTER_PROMPT_OF) if name == node else ITEM_PROMPT_OF)[node]
