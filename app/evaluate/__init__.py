"""How like people the simulated users are."""
