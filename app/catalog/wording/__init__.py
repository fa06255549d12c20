"""How a catalog's facets are called in English, for all who speak of items."""

from __future__ import annotations

from app.catalog.wording.facets import Form, facet_words, forms, slots

__all__ = ["Form", "facet_words", "forms", "slots"]
