"""The pictures of items: small copies of the files of a catalog's source, or the web addresses that items name."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from app.catalog.archive import Member, open_source
from app.errors import DataError
from app.prompts import Image
from graphs.messages import Item

LONGEST = 256
"""Pixels of the longer side of a copy."""
_QUALITY = 80
_MOST_HELD = 4_096
_ADDRESSES = ("http://", "https://")


@dataclass(frozen=True)
class Pictures:
    """Of the catalog that was read from the folder or zip at `source`."""

    source: str
    _made: dict[str, Image] = field(default_factory=dict)

    def of(self, item: Item) -> Image | None:
        """The picture, a JPEG of at most 256 x 256 pixels or an address; None where the item has none.

        A file that is missing or no picture is a DataError.
        """
        if not item.image or item.image.startswith(_ADDRESSES):
            return Image(url=item.image) if item.image else None
        if item.image not in self._made:
            if len(self._made) >= _MOST_HELD:
                self._made.clear()
            self._made[item.image] = self._read(item.image)
        return self._made[item.image]

    def _read(self, name: str) -> Image:
        with open_source(Path(self.source)) as source:
            if not source.has(name):
                raise DataError(
                    f"{source.path}: the picture {name} is missing; put it back, or import the catalog again"
                )
            member = Member(source, name)
            with member.seekable() as file:
                return Image(b64encode(_small(file.read(), member.label)).decode(), "image/jpeg")


def _small(data: bytes, label: str) -> bytes:
    """A copy as JPEG, no larger than `LONGEST`, without anything but the picture."""
    from PIL import Image as Pillow

    out = BytesIO()
    try:
        with Pillow.open(BytesIO(data)) as opened:
            opened.draft("RGB", (LONGEST, LONGEST))
            picture = opened.convert("RGB")
        picture.thumbnail((LONGEST, LONGEST))
        picture.save(out, "JPEG", quality=_QUALITY)
    except (OSError, ValueError, Pillow.DecompressionBombError) as error:
        raise DataError(f"{label}: not a picture that can be read ({error}); replace it") from error
    return out.getvalue()
