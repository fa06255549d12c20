"""Language models: the client, the call tape, budgets, and the scripted test server."""
