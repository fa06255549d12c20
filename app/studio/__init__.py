"""The graphs in LangGraph Studio: the same nodes, in a world that is made from what is chosen there."""
