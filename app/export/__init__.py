"""A run as files of rows: JSONL or Parquet, with the columns that docs/export.md lists."""

from app.export.exporting import FORMATS, Exported, export
from app.export.schemas import SCHEMAS

__all__ = ["FORMATS", "SCHEMAS", "Exported", "export"]
