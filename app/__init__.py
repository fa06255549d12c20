"""Everything that makes the world run; layers go down only (see pyproject's import-linter contracts)."""
