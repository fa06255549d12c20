"""Text of others inside a prompt: one line, no markup, between delimiters that it cannot close."""

from __future__ import annotations

import re
from typing import Any

_ENTITY = re.compile(r"&(?=(?:lt|gt|amp|quot);)")
_INVISIBLE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_TAG = re.compile(r"[a-z][a-z_]*")
_ELLIPSIS = "…"


class Fenced(str):
    """Text that has been made safe; everything else is made so when it is put into a prompt.

    It stays what it is through `str`, so that a rendering tells what was put in from the template's own text.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return self


def shield(value: Any) -> Fenced:
    """What a template may print of a value: without line breaks, invisible characters and `<`, `>`."""
    return value if isinstance(value, Fenced) else Fenced(_plain(one_line(str(value))))


def fence(text: str, tag: str, **attributes: str) -> Fenced:
    """`<tag …>text</tag>` where neither the text nor an attribute can end the tag or begin another one."""
    if not _TAG.fullmatch(tag):
        raise ValueError(f"a fence cannot be named {tag!r}; use small letters")
    written = "".join(f' {name}="{_attribute(value)}"' for name, value in attributes.items())
    return Fenced(f"<{tag}{written}>{shield(text)}</{tag}>")


def one_line(text: str) -> str:
    """With every run of white space and invisible characters as one blank."""
    return " ".join(_INVISIBLE.sub(" ", text).split())


def clip(text: str, most: int) -> str:
    """The text in at most `most` UTF-8 bytes, cut between words and marked with an ellipsis."""
    text = one_line(text)
    if len(text.encode()) <= most:
        return text
    kept = text.encode()[: max(0, most - len(_ELLIPSIS.encode()))].decode(errors="ignore")
    whole = kept if text[len(kept) :].startswith(" ") else kept.rpartition(" ")[0] or kept
    return whole.rstrip(" ,;:-–—(") + _ELLIPSIS


def _plain(text: str) -> str:
    return _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _attribute(value: str) -> str:
    """Exactly reversible, since answers name items by it."""
    text = one_line(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")
