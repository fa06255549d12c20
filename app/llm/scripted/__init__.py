"""The scripted model server: a real HTTP server that speaks OpenAI's protocol and misbehaves on demand.

It answers as a plausible user or recommender from the schema and the prompt's own items; see
docs/scripted-server.md.
"""

from app.llm.scripted.options import Options
from app.llm.scripted.server import ScriptedServer, serve

__all__ = ["Options", "ScriptedServer", "serve"]
