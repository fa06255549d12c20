"""A prompt made ready to be sent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that goes with the user's message, such as `image/png` in base64."""

    base64: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """Two messages and the version (`hash`) of the prompt that they were made from."""

    name: str
    hash: str
    system: str
    user: str
    images: tuple[Image, ...] = ()
