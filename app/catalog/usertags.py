"""The tags that several users gave a film."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from app.catalog.archive import Member
from app.catalog.delimited import Dialect, batches

LEAST_USERS = 3
MOST_TAGS = 10

_TYPES = {"userId": pa.string(), "movieId": pa.string(), "tag": pa.string()}


def common_tags(member: Member) -> dict[str, tuple[str, ...]]:
    """By film id, in lower case: tags of at least `LEAST_USERS` users, the most given first, `MOST_TAGS` at most."""
    table = pa.Table.from_batches([_folded(b) for _, b in batches(member, Dialect(), _TYPES)], _SCHEMA)
    counted = table.group_by(["movieId", "tag"]).aggregate([("userId", "count_distinct")])
    often = counted.filter(pc.greater_equal(counted["userId_count_distinct"], LEAST_USERS))
    order = [("movieId", "ascending"), ("userId_count_distinct", "descending"), ("tag", "ascending")]
    tags: dict[str, list[str]] = {}
    for row in often.sort_by(order).to_pylist():
        tags.setdefault(row["movieId"], []).append(row["tag"])
    return {film: tuple(given[:MOST_TAGS]) for film, given in tags.items()}


_SCHEMA = pa.schema(_TYPES)


def _folded(batch: pa.RecordBatch) -> pa.RecordBatch:
    tag = pc.utf8_trim_whitespace(pc.utf8_lower(batch.column("tag")))
    kept = pa.record_batch([batch.column("userId"), batch.column("movieId"), tag], schema=_SCHEMA)
    return kept.filter(pc.not_equal(tag, ""))
