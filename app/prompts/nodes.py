"""Which prompt each node asks; the one place that tells it."""

from __future__ import annotations

from collections.abc import Mapping

PROMPT_OF: Mapping[str, str] = {
    "reason": "recommender/reason",
    "rerank": "recommender/rerank",
    "review": "user/review",
    "update_mindset": "user/decide",
    "remember": "user/remember",
}
"""The prompt of a node. Others ask none: what `decide` decides comes of the call of `update_mindset`."""

ITEM_PROMPT_OF: Mapping[str, str] = {"review": "user/review_item"}
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
    return (PROMPT_OF if name == node else ITEM_PROMPT_OF)[node]
