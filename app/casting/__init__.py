"""Who plays: the two sides of every arm, for cohorts of many users and for single sessions of messages."""

from __future__ import annotations

from app.casting.cast import Cast, Company, People
from app.casting.checking import check, in_messages, roles_of
from app.casting.retold import Retold
from app.casting.seats import Carried, Seat
from app.casting.sides import Sides

__all__ = [
    "Carried",
    "Cast",
    "Company",
    "People",
    "Retold",
    "Seat",
    "Sides",
    "check",
    "in_messages",
    "roles_of",
]
