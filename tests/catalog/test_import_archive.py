"""Zips and folders: read as streams, and refused where they could do harm."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from app.catalog import archive
from app.catalog.archive import Member, open_source
from app.catalog.delimited import text_lines
from app.catalog.importing import read_catalog
from app.errors import DataError


def zipped(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name.replace("__", "/"), text)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_catalog(path)
    return str(caught.value)


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.zip") == f"{tmp_path / 'gone.zip'}: there is no such file or folder"


@pytest.mark.parametrize("name", ["../items.jsonl", "/etc/items.jsonl", "a/../../b", "..\\x", "C:\\x", "\\x"])
def test_a_zip_whose_paths_climb_out_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("items.jsonl", '{"id": 1, "title": "a"}')
        packed.writestr(name, "x")
    assert "climbs out" in refusal(path)
    assert repr(name) in refusal(path)


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    path.write_bytes(b"not a zip at all")
    assert "not a zip, or a damaged one" in refusal(path)


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "cut.zip", **{"items.jsonl": '{"id": 1, "title": "a"}\n' * 100})
    path.write_bytes(path.read_bytes()[:-30])
    assert "not a zip, or a damaged one" in refusal(path)


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_a_zip_damaged_inside_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "flip.zip"
    body = "id,title\n" + "1,abcdefgh\n" * 300 if ending == "csv" else '{"id": 1, "title": "abc"}\n' * 300
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(f"items.{ending}", body)
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b"abc")] ^= 1
    path.write_bytes(bytes(raw))
    assert "damaged" in refusal(path)


def test_damage_in_a_zipped_rating_file_is_told_from_malformed_rows(tmp_path: Path) -> None:
    path = tmp_path / "flip.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("items.csv", "id,title\n1,a\n")
        packed.writestr("interactions.csv", "user_id,item_id,rating\n" + "u,1,3\n" * 500)
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b"u,1,3")] ^= 1
    path.write_bytes(bytes(raw))
    assert "interactions.csv: the zip is damaged" in refusal(path)


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "locked.zip", **{"items.jsonl": "x"})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(raw))
    assert "items.jsonl is encrypted; unpack the zip" in refusal(path)


def test_a_compression_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "odd.zip", **{"items.jsonl": "x"})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 10] = 97
    path.write_bytes(bytes(raw))
    assert "items.jsonl cannot be unpacked" in refusal(path)


def test_a_zip_bomb_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "bomb.zip", **{"items.jsonl": " " * 100_000})
    monkeypatch.setattr(archive, "MAX_UNPACKED", 99_999)
    assert "unpacks to" in refusal(path)


def test_nothing_is_extracted(tmp_path: Path) -> None:
    path = zipped(tmp_path / "set.zip", **{"sub__items.jsonl": '{"id": 1, "title": "a"}'})
    read_catalog(path)
    assert list(tmp_path.iterdir()) == [path]


def test_progress_counts_every_byte_once(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("id,title\n" + "".join(f"{i},film {i}\n" for i in range(30_000)), "utf-8")
    seen: list[tuple[int, int, str]] = []
    read_catalog(path, progress=lambda *step: seen.append(step))
    size = path.stat().st_size
    assert seen[-1] == (size, size, str(path))
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)


def test_a_file_that_vanishes_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x", "utf-8")
    with open_source(tmp_path) as source, pytest.raises(DataError, match=r"b\.csv: cannot be read"):
        list(text_lines(Member(source, "b.csv"), "utf-8"))
