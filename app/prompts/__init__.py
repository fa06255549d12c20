"""Prompts as files: loaded, checked and rendered; text from outside cannot break out of its place."""

from __future__ import annotations

from app.prompts.fencing import fence, shield
from app.prompts.library import Prompts
from app.prompts.rendered import Image, Marked, Piece, Rendered

__all__ = ["Image", "Marked", "Piece", "Prompts", "Rendered", "fence", "shield"]
