"""Catalogs in the store: written whole or not at all, the newest of a name is the one in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Text, delete, select, type_coerce, update

from app.errors import StoreError, UsageError, unknown
from app.store.batches import insert as insert_batch
from app.store.reading import fetch
from app.store.rows import CatalogRow, StoredCatalog
from app.store.runs import inserted_id, now
from app.store.tables import Arm, Catalog, CatalogItem, CatalogPart, Run

CHUNK_BYTES = 64 << 20


def save_catalog(
    connection: Connection,
    name: str,
    fingerprint: str,
    source: str,
    items: Sequence[tuple[str, str, str]],
    parts: Mapping[str, bytes],
    interactions: int,
    facets: Mapping[str, Any] | None,
) -> int:
    known = _id_of(connection, name, fingerprint)
    created = _after(_newest_time(connection, name))
    if known is not None:
        changed = {"created": created} | ({"facets": dict(facets)} if facets else {})
        connection.execute(update(Catalog).where(Catalog.id == known).values(changed))
        return known
    values = {
        "name": name,
        "fingerprint": fingerprint,
        "source": source,
        "items": len(items),
        "interactions": interactions,
        "created": created,
        "facets": facets and dict(facets),
    }
    catalog_id = inserted_id(connection, Catalog, values)
    rows = [(catalog_id, position, *item) for position, item in enumerate(items)]
    insert_batch(connection, {"item": rows})
    for part, body in parts.items():
        insert_batch(connection, {"catalog_part": _chunks(catalog_id, part, body)})
    return catalog_id


def _chunks(catalog_id: int, name: str, body: bytes) -> list[tuple[Any, ...]]:
    starts = range(0, max(1, len(body)), CHUNK_BYTES)
    return [(catalog_id, name, i, body[at : at + CHUNK_BYTES]) for i, at in enumerate(starts)]


def _id_of(connection: Connection, name: str, fingerprint: str) -> int | None:
    where = (Catalog.name == name, Catalog.fingerprint == fingerprint)
    return connection.execute(select(Catalog.id).where(*where)).scalar()


def _newest_time(connection: Connection, name: str) -> str | None:
    newest = select(Catalog.created).where(Catalog.name == name).order_by(Catalog.created.desc()).limit(1)
    return connection.execute(newest).scalar()


def _after(newest: str | None) -> str:
    """Now, or just after `newest` where the clock was set back: the last one saved is the current one."""
    time = now()
    if newest is None or time > newest:
        return time
    return (datetime.fromisoformat(newest) + timedelta(microseconds=1)).isoformat(timespec="microseconds")


def catalog_rows(connection: Connection) -> list[CatalogRow]:
    """The current catalog of every name, by name."""
    rows = fetch(connection, CatalogRow, Catalog.__table__, order=(Catalog.name, Catalog.created))
    return list({row.name: row for row in rows}.values())


def load_catalog(connection: Connection, name: str) -> StoredCatalog | None:
    newest = (Catalog.created.desc(),)
    rows = fetch(connection, CatalogRow, Catalog.__table__, Catalog.name == name, order=newest, limit=1)
    return _whole(connection, rows[0]) if rows else None


def catalog_of(connection: Connection, catalog_id: int) -> StoredCatalog:
    rows = fetch(connection, CatalogRow, Catalog.__table__, Catalog.id == catalog_id)
    if not rows:
        raise StoreError(f"there is no catalog number {catalog_id}")
    return _whole(connection, rows[0])


def _whole(connection: Connection, row: CatalogRow) -> StoredCatalog:
    body = type_coerce(CatalogItem.body, Text)
    of_items = select(CatalogItem.item_id, CatalogItem.title, body).where(CatalogItem.catalog_id == row.id)
    items = [(r[0], r[1], r[2]) for r in connection.execute(of_items.order_by(CatalogItem.position))]
    return StoredCatalog(row, items, _parts(connection, row.id))


def _parts(connection: Connection, catalog_id: int) -> dict[str, bytes]:
    chunks = select(CatalogPart.name, CatalogPart.body).where(CatalogPart.catalog_id == catalog_id)
    found: dict[str, list[bytes]] = {}
    for name, body in connection.execute(chunks.order_by(CatalogPart.name, CatalogPart.position)):
        found.setdefault(name, []).append(bytes(body))
    return {name: b"".join(bodies) for name, bodies in found.items()}


def delete_catalog(connection: Connection, name: str) -> None:
    ids = list(connection.execute(select(Catalog.id).where(Catalog.name == name)).scalars())
    if not ids:
        raise unknown("catalog", name, (row.name for row in catalog_rows(connection)))
    used = select(Run.key).join(Arm, Arm.run_id == Run.id).where(Arm.catalog_id.in_(ids)).distinct()
    runs = sorted(connection.execute(used).scalars())
    if runs:
        shown = ", ".join(runs[:5]) + (", …" if len(runs) > 5 else "")
        raise UsageError(f"catalog {name!r} is used by the runs {shown}; it stays as long as they do")
    for table in (CatalogPart, CatalogItem):
        connection.execute(delete(table).where(table.catalog_id.in_(ids)))
    connection.execute(delete(Catalog).where(Catalog.id.in_(ids)))
