"""The messages of a chat request, checked as a strict server does, and what they cost in tokens.

The rule for tokens: ceil(UTF-8 bytes / 4) + 4 for each message, 85 for each image, and ceil(bytes / 4) for the
JSON of the tools. A schema in `response_format` costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.llm.scripted.errors import Refused, bad_request

ROLES = ("system", "developer", "user", "assistant", "tool")
MESSAGE_TOKENS, IMAGE_TOKENS, BYTES_PER_TOKEN = 4, 85, 4

_BLOCKS = {"text": {"text"}, "image_url": {"image_url"}, "refusal": {"refusal"}}
_KEYS = {"role", "content", "name", "tool_calls", "tool_call_id", "refusal", "audio", "annotations"}


@dataclass(frozen=True, slots=True)
class Said:
    """One message: its role, all its text, and how many images it shows."""

    role: str
    text: str
    images: int
    size: int
    """UTF-8 bytes of the text."""

    @property
    def tokens(self) -> int:
        return text_tokens(self.size) + MESSAGE_TOKENS + IMAGE_TOKENS * self.images


def text_tokens(size: int) -> int:
    """Tokens of a text of so many UTF-8 bytes."""
    return -(-size // BYTES_PER_TOKEN)


def read_messages(messages: Any) -> tuple[Said, ...]:
    """The messages of a request; Refused with 400 names the first wrong one."""
    if not isinstance(messages, list):
        raise bad_request("Missing required parameter: 'messages'.", "messages", "missing_required_parameter")
    if not messages:
        raise bad_request("'messages' must have at least one message.", "messages", "empty_array")
    return tuple(_said(message, f"messages[{i}]") for i, message in enumerate(messages))


def _said(message: Any, where: str) -> Said:
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise bad_request(f"Invalid '{where}.role': give one of {', '.join(ROLES)}.", where)
    odd = message.keys() - _KEYS
    if odd:
        raise _unknown(f"{where}.{min(odd)}")
    if message["role"] == "tool" and not message.get("tool_call_id"):
        raise bad_request(f"Missing required parameter: '{where}.tool_call_id'.", where)
    text, images = _content(message, where)
    return Said(message["role"], text, images, len(text.encode()))


def _content(message: dict[str, Any], where: str) -> tuple[str, int]:
    content = message.get("content")
    calls = _calls(message.get("tool_calls"), f"{where}.tool_calls")
    if isinstance(content, str):
        return content + calls, 0
    if content is None and message["role"] == "assistant":
        return calls, 0
    if not isinstance(content, list):
        raise bad_request(f"Invalid type for '{where}.content': give text or a list of blocks.", where)
    blocks = [_block(block, f"{where}.content[{i}]") for i, block in enumerate(content)]
    return "\n".join(text for text, _ in blocks if text) + calls, sum(images for _, images in blocks)


def _calls(calls: Any, where: str) -> str:
    """The text of the tool calls that an assistant made before."""
    if not calls:
        return ""
    try:
        return "".join(f"\n{call['function']['name']}({call['function']['arguments']})" for call in calls)
    except (TypeError, KeyError):
        raise bad_request(f"Invalid '{where}': give calls of functions.", where) from None


def _block(block: Any, where: str) -> tuple[str, int]:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str) or kind not in _BLOCKS:
        raise bad_request(f"Invalid value: '{kind}' of '{where}.type': give text or image_url.", where)
    odd = block.keys() - _BLOCKS[kind] - {"type"}
    if odd:
        raise _unknown(f"{where}.{min(odd)}")
    if kind == "image_url":
        return "", _image(block.get("image_url"), where)
    if not isinstance(block.get(kind), str):
        raise bad_request(f"Invalid type for '{where}.{kind}': give text.", where)
    return block[kind], 0


def _image(image: Any, where: str) -> int:
    url = image.get("url") if isinstance(image, dict) else None
    if not isinstance(url, str) or not url.startswith(("data:image/", "http://", "https://")):
        raise bad_request(f"Invalid '{where}.image_url.url': give a URL or base64 data of an image.", where)
    return 1


def _unknown(parameter: str) -> Refused:
    return bad_request(f"Unknown parameter: '{parameter}'.", parameter, "unknown_parameter")
