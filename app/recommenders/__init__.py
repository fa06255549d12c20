"""Recommenders: baselines, the embedded agent and the models of items they learn from."""
