"""The look of tables: no boxes, dim headers, numbers at the right, long cells shortened."""

from __future__ import annotations

from rich.table import Table


def table(*columns: str, expand: bool = False) -> Table:
    """A table with these headers; one that begins with `>` is aligned to the right."""
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", expand=expand)
    for name in columns:
        right = name.startswith(">")
        shown.add_column(
            name.removeprefix(">"), justify="right" if right else "left", no_wrap=True, overflow="ellipsis"
        )
    return shown


def shortened(text: str, width: int) -> str:
    """At most `width` characters, the last an ellipsis where something was left out."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"
