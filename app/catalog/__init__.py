"""Catalogs: items, their interactions, importers, and the arrays and indexes built from them."""
