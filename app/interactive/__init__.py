"""Sessions that a person plays or watches, live; each turn is stored as it ends."""
