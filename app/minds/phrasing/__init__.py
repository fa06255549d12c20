"""How the embedded user puts things: tables of phrasings; the word forms that fill them are in `app.catalog.wording`."""
