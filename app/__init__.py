"""Everything that makes the world run; layers go down only (see pyproject's import-linter contracts)."""

__version__ = "0.1.0"
