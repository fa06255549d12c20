"""The look of tables: no boxes, dim headers, numbers at the right, long cells shortened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.style import StyleType


class Shortening(Table):
    """A table that shortens cells of its flexible columns with an ellipsis instead of wrapping them."""

    def add_row(
        self, *cells: RenderableType | None, style: StyleType | None = None, end_section: bool = False
    ) -> None:
        shown = [
            cell if column.no_wrap or column.overflow == "fold" else _whole(cell)
            for column, cell in zip(self.columns, cells, strict=True)
        ]
        super().add_row(*shown, style=style, end_section=end_section)


def _whole(cell: RenderableType | None) -> RenderableType | None:
    """A text that stays on one line."""
    text = cell.copy() if isinstance(cell, Text) else Text(cell) if isinstance(cell, str) else None
    if text is None:
        return cell
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def table(*columns: str) -> Table:
    """A table with these headers. `>`: to the right; `*`: wraps; other columns but the first give way."""
    shown = Shortening(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for at, name in enumerate(columns):
        right = name.startswith(">")
        shown.add_column(
            name.lstrip(">*"),
            justify="right" if right else "left",
            no_wrap=right or at == 0,
            overflow="fold" if name.startswith("*") else "ellipsis",
        )
    return shown


def labeled(label: str, text: str | Text, style: str = "", width: int = 11) -> Table:
    """A label, and the text beside it even where it wraps."""
    grid = Table.grid(padding=0)
    grid.add_column(width=width)
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"  {label}", "dim"), text if isinstance(text, Text) else Text(text, style))
    return grid


def shortened(text: str, width: int) -> str:
    """At most `width` characters, the last an ellipsis where something was left out."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"
