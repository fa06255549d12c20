"""The public views of the first schema, in SQL that SQLite and PostgreSQL share.

A released view is never edited: a later revision drops and makes it anew. So the names of the bits are
written out here and do not follow `graphs.messages`, and neither do the numbers `app.store.packing`.
"""

from __future__ import annotations

SOURCES = (
    "popular",
    "dense",
    "lexical",
    "collaborative",
    "exploration",
    "random",
    "model",
    "human",
    "plugin",
)
ACTIONS = ("skipped", "opened", "watched", "liked", "disliked", "saved", "shared", "commented")

_RUN = "r.key AS run, a.position AS arm, a.name AS arm_name, sc.number AS scenario"
_OF_SESSION = """JOIN arm a ON a.id = s.arm_id
  JOIN run r ON r.id = a.run_id
  JOIN scenario sc ON sc.id = s.scenario_id"""
_FEELINGS = ("satisfaction", "boredom", "fatigue", "trust", "mood")


def views(dialect: str) -> tuple[str, ...]:
    """The CREATE VIEW statements; only the decoding of a blob differs between databases."""
    reply = "convert_from(b.body, 'UTF8')" if dialect == "postgresql" else "CAST(b.body AS TEXT)"
    return (_SESSIONS, _TURNS, _exposures(), _calls(reply))


def _bits(column: str, names: tuple[str, ...], prefix: str = "", lowest: int = 0) -> str:
    return ",\n  ".join(
        f"CASE WHEN ({column} & {1 << bit}) <> 0 THEN 1 ELSE 0 END AS {prefix}{name}"
        for bit, name in enumerate(names, lowest)
    )


def _whole(packed: str) -> str:
    return f"CAST({packed} AS INTEGER)"


def _share(packed: str, steps: int) -> str:
    return f"CAST({packed} AS DOUBLE PRECISION) / {steps}"


def _feelings(alias: str, suffix: str = "") -> str:
    return ", ".join(f"{alias}.{name} AS {name}{suffix}" for name in _FEELINGS)


_SESSIONS = f"""CREATE VIEW v_sessions AS SELECT
  s.key AS session, {_RUN},
  r.name AS run_name, r.seed AS seed, a.recommender AS recommender, a.mind AS mind, c.name AS catalog,
  p.name AS persona, p.hash AS persona_hash,
  s.status AS status, s.leave_reason AS leave_reason, s.leave_words AS leave_words,
  s.turns AS turns, s.items_seen AS items_seen, s.minutes AS minutes, s.reward AS reward,
  s.return_days AS return_days, s.sums AS sums, {_feelings("m")},
  s.failure AS failure, s.started AS started, s.seconds AS seconds,
  parent.key AS parent, s.parent_turn AS parent_turn, s.parent_node AS parent_node
FROM session s
  {_OF_SESSION}
  JOIN catalog c ON c.id = a.catalog_id
  JOIN persona p ON p.id = sc.persona_id
  LEFT JOIN session parent ON parent.id = s.parent_id
  LEFT JOIN mindset m ON m.session_id = s.id AND m.turn = s.turns"""

_TURNS = f"""CREATE VIEW v_turns AS SELECT
  s.key AS session, {_RUN}, t.number AS turn,
  CASE t.decision WHEN 0 THEN 'continue' WHEN 1 THEN 'instruct' ELSE 'leave' END AS decision,
  t.seen AS seen, t.seconds AS seconds, t.reward AS reward,
  t.match_before AS match_before, t.match_after AS match_after,
  {_feelings("before", "_before")}, {_feelings("after")},
  asked.words AS request, i.words AS words, i.reflection AS reflection,
  i.directives AS directives, i.understood AS understood,
  t.message AS message, t.plan AS plan
FROM turn t
  JOIN session s ON s.id = t.session_id
  {_OF_SESSION}
  LEFT JOIN mindset before ON before.session_id = t.session_id AND before.turn = t.number - 1
  LEFT JOIN mindset after ON after.session_id = t.session_id AND after.turn = t.number
  LEFT JOIN instruction asked ON asked.session_id = t.session_id AND asked.turn = t.number - 1
  LEFT JOIN instruction i ON i.session_id = t.session_id AND i.turn = t.number"""


def _exposures() -> str:
    """`e` has six packed numbers; its id begins with the session's, so a range of ids is a session.

    Both sides of the join can be looked up by the other, as a planner without statistics may begin with
    either. `e.item` is cast, for SQLite would make an index of it for every query that names an item, and
    then go through all exposures of the item once a session.
    """
    return f"""CREATE VIEW v_exposures AS SELECT
  s.key AS session, {_RUN},
  {_whole("(e.id >> 10) & 16383")} AS turn, {_whole("e.id & 1023")} AS position,
  {_whole("e.item")} AS item, it.item_id AS item_id, it.title AS title,
  {_share("e.score", 10_000)} AS score,
  {_share("NULLIF(e.how >> 43, 0) - 1", 1_000_000)} AS propensity,
  {_whole("(e.how >> 12) & 2147483647")} AS reason,
  {_bits("e.how", SOURCES, "from_")},
  {_whole("e.did & 1")} AS seen,
  {_bits("e.did", ACTIONS, lowest=1)},
  {_share("(e.felt & 16383)", 1_000)} AS watch_fraction,
  {_share("((e.felt >> 14) & 1048575)", 10)} AS seconds,
  CASE WHEN (e.did & 524288) <> 0 THEN {_share("(e.felt >> 34)", 1_000)} END AS utility,
  {_whole("NULLIF((e.did >> 13) & 63, 0) - 1")} AS factor,
  {_whole("NULLIF(e.did >> 20, 0) - 1")} AS facet,
  x.text AS text
FROM session s
  JOIN exposure e ON s.id = (e.id >> 24) AND e.id >= (s.id << 24) AND e.id < ((s.id + 1) << 24)
  {_OF_SESSION}
  LEFT JOIN item it ON it.catalog_id = a.catalog_id AND it.position = {_whole("e.item")}
  LEFT JOIN exposure_text x ON x.session_id = s.id AND x.turn = ((e.id >> 10) & 16383)
    AND x.position = (e.id & 1023)"""


def _calls(reply: str) -> str:
    return f"""CREATE VIEW v_calls AS SELECT
  l.id AS call, s.key AS session, {_RUN}, l.turn AS turn, l.node AS node, l.attempt AS attempt,
  l.position AS position, l.model AS model, l.seed AS seed,
  q.name AS prompt, l.prompt_hash AS prompt_hash, l.request_hash AS request_hash,
  {reply} AS reply, l.finish_reason AS finish_reason,
  l.prompt_tokens AS prompt_tokens, l.completion_tokens AS completion_tokens,
  l.cached_tokens AS cached_tokens, l.latency_ms AS latency_ms, l.usd AS usd,
  CASE WHEN l.accepted THEN 1 ELSE 0 END AS accepted, l.error AS error
FROM call l
  LEFT JOIN session s ON s.id = l.session_id
  LEFT JOIN arm a ON a.id = s.arm_id
  LEFT JOIN run r ON r.id = a.run_id
  LEFT JOIN scenario sc ON sc.id = s.scenario_id
  LEFT JOIN prompt q ON q.hash = l.prompt_hash
  LEFT JOIN blob b ON b.hash = l.reply_blob"""
