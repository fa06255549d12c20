"""The graphs as LangGraph Studio loads them (langgraph.json): drawn from the same nodes, no key needed."""

from __future__ import annotations

from graphs.recommender import recommender_graph
from graphs.session import session_graph
from graphs.user import user_graph

session = session_graph()
user = user_graph()
recommender = recommender_graph()
