"""How the embedded user puts things: tables of phrasings; the word forms are in `app.catalog.wording`."""
