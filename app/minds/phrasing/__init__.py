"""How the embedded user puts things: tables of phrasings and the word forms that fill them."""
