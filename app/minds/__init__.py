"""The user's side: the embedded behavioral model, its words, and minds of other kinds."""
