"""The prompt cache: how much of a prompt its conversation had said before."""

from __future__ import annotations

from collections import OrderedDict

from app.llm.scripted.messages import BYTES_PER_TOKEN, Said

MOST_CONVERSATIONS = 4096


class PromptCache:
    """Keeps the latest prompt of each conversation, the longest unused ones forgotten first."""

    def __init__(self) -> None:
        self._latest: OrderedDict[str, tuple[Said, ...]] = OrderedDict()

    def cached(self, conversation: str, said: tuple[Said, ...]) -> int:
        """Tokens that the prompt begins with like the prompt before it did; remembers the prompt."""
        before = self._latest.pop(conversation, ())
        self._latest[conversation] = said
        if len(self._latest) > MOST_CONVERSATIONS:
            self._latest.popitem(last=False)
        return shared_tokens(before, said)


def shared_tokens(before: tuple[Said, ...], said: tuple[Said, ...]) -> int:
    """Tokens of the messages that are equal from the start, and of what the first other one begins with."""
    tokens = 0
    for old, new in zip(before, said, strict=False):
        if old != new:
            same = old.role == new.role
            return tokens + (_common(old.text, new.text) // BYTES_PER_TOKEN if same else 0)
        tokens += new.tokens
    return tokens


def _common(old: str, new: str) -> int:
    """UTF-8 bytes that two texts begin with in common, found by halving."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old.startswith(new[:middle]):
            low = middle
        else:
            high = middle - 1
    return len(new[:low].encode())
