"""A run as one HTML file that needs no network, no script and no other file.

`build(store, run)` gives the page as text; it needs matplotlib, the extra `report`.
"""

from app.report.building import build

__all__ = ["build"]
