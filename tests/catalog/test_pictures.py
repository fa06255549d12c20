"""Pictures: small copies from folders and zips, addresses as they are, and clear words where one cannot be read."""

from __future__ import annotations

import zipfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow

from app.catalog.importing import read_catalog
from app.catalog.pictures import LONGEST, Pictures
from app.errors import DataError
from app.prompts import Image
from graphs.messages import Item


def drawn(width: int, height: int, form: str = "PNG", mode: str = "RGB") -> bytes:
    out = BytesIO()
    Pillow.new(mode, (width, height), 128).save(out, form)
    return out.getvalue()


def folder(path: Path, **pictures: bytes) -> Path:
    (path / "covers").mkdir(parents=True)
    lines = [f'{{"id": "{name}", "title": "T", "image": "{name}.png"}}' for name in pictures]
    (path / "items.jsonl").write_text("\n".join(lines))
    for name, data in pictures.items():
        (path / "covers" / f"{name}.png").write_bytes(data)
    return path


def picture(image: Image | None) -> Pillow.Image:
    assert image is not None
    assert image.mime_type == "image/jpeg"
    return Pillow.open(BytesIO(b64decode(image.base64)))


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P"])
def test_a_large_picture_is_sent_as_a_small_copy(tmp_path: Path, mode: str) -> None:
    catalog = read_catalog(folder(tmp_path / "c", a=drawn(900, 300, mode=mode)))
    with picture(Pictures(catalog.source).of(catalog["a"])) as small:
        assert small.size == (LONGEST, pytest.approx(LONGEST / 3, abs=1))


def test_a_small_picture_is_not_blown_up(tmp_path: Path) -> None:
    catalog = read_catalog(folder(tmp_path / "c", a=drawn(20, 30)))
    with picture(Pictures(catalog.source).of(catalog["a"])) as small:
        assert small.size == (20, 30)


def test_pictures_are_read_from_a_zip_too(tmp_path: Path) -> None:
    place = folder(tmp_path / "c", a=drawn(8, 8))
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        for file in place.rglob("*.*"):
            archive.write(file, file.relative_to(place))
    catalog = read_catalog(tmp_path / "c.zip")
    with picture(Pictures(catalog.source).of(catalog["a"])) as small:
        assert small.size == (8, 8)


def test_an_address_is_sent_as_it_is() -> None:
    item = Item(id="a", title="T", image="https://pictures.example/a.png")
    assert Pictures("").of(item) == Image(url="https://pictures.example/a.png")
    assert Pictures("").of(Item(id="b", title="T")) is None


def test_the_same_picture_is_the_same_bytes(tmp_path: Path) -> None:
    catalog = read_catalog(folder(tmp_path / "c", a=drawn(300, 300)))
    assert Pictures(catalog.source).of(catalog["a"]) == Pictures(catalog.source).of(catalog["a"])


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    catalog = read_catalog(folder(tmp_path / "c", a=b"hello"))
    with pytest.raises(DataError, match=r"covers/a\.png: not a picture that can be read"):
        Pictures(catalog.source).of(catalog["a"])


def test_a_picture_that_went_missing_is_named(tmp_path: Path) -> None:
    catalog = read_catalog(folder(tmp_path / "c", a=drawn(8, 8)))
    (tmp_path / "c" / "covers" / "a.png").unlink()
    with pytest.raises(DataError, match=r"the picture covers/a\.png is missing"):
        Pictures(catalog.source).of(catalog["a"])
