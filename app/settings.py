"""The settings of a run: every option of the command line, which is also a RECOWORLD_* variable."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from app.errors import UsageError

PREFIX = "RECOWORLD_"
FLAGS = {"instruct": "--instruct/--no-instruct"}

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)")
_QUOTED = re.compile(r"""(["'])(.*?)\1\s*(?:#.*)?""")


def _names(value: Any) -> Any:
    """A comma-separated text as a tuple of names."""
    return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


def _pairs(value: Any) -> Any:
    """`id=movie_id,title=name` as a mapping."""
    if not isinstance(value, str):
        return value
    parts = [part.partition("=") for part in value.split(",") if part.strip()]
    return {key.strip(): column.strip() if equals else None for key, equals, column in parts}


def _range(value: Any) -> Any:
    return tuple(value.split(",")) if isinstance(value, str) else value


Name = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_names), Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=100_000_000)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]
Turns = Annotated[int, Field(ge=1, le=10_000)]
SlateSize = Annotated[int, Field(ge=1, le=1_000)]
Workers = Annotated[int, Field(ge=1, le=1_024)]
Days = Annotated[int, Field(ge=1, le=3_650)]
Cohort = Annotated[int, Field(ge=1, le=1_000_000)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Coupling = Literal["none", "weak", "medium", "strong"]
Columns = Annotated[dict[str, Name], BeforeValidator(_pairs)]
Models = Annotated[tuple[Name, ...], BeforeValidator(_names)]
Limit = Annotated[int, Field(ge=1)]
Dollars = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Concurrency = Annotated[int, Field(ge=1, le=1024)]
Temperature = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
CacheUse = Literal["off", "read", "readwrite"]
Representation = Literal["text", "semantic_id", "multimodal"]
Scale = Annotated[tuple[float, float], BeforeValidator(_range)]


class Settings(BaseModel):
    """What a run does. `description` of a field says which values it allows."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)

    db: Name = Field("recoworld.db", description="the path of a SQLite file or an SQLAlchemy URL")
    seed: Seed = Field(7, description="a whole number from 0 to 2^63 - 1")
    sessions: Count = Field(100, description="a whole number of simulated users, 1 or more")
    days: Days = Field(1, description="a whole number of days from 1 to 3650")
    max_turns: Turns = Field(20, description="a whole number of turns from 1 to 10000")
    slate_size: SlateSize = Field(10, description="a whole number of items from 1 to 1000")
    recommender: Names = Field(
        ("agent",), description="names, module:attr or file.py:attr; commas between them in a variable"
    )
    mind: Name = Field("embedded", description="the name of a mind, module:attr or file.py:attr")
    catalog: Name = Field("films", description="'films', the name of a stored catalog, or a path to import")
    personas: Name = Field(
        "everyone", description="a population, personas with commas between them, a path, or 'from-ratings'"
    )
    name: str = Field("", max_length=200, description="any text of up to 200 characters")
    workers: Workers = Field(1, description="a whole number of processes from 1 to 1024")
    coupling: Coupling = Field("medium", description="one of none, weak, medium, strong")
    instruct: bool = Field(True, description="true or false")
    failure_limit: Share = Field(0.1, description="a share of failed sessions from 0 to 1")
    cohort: Cohort = Field(1000, description="a whole number of users in lock-step, 1 or more")
    columns: Columns = Field(default_factory=dict, description="pairs such as id=movie_id,title=name")
    scale: Scale | None = Field(None, description="the lowest and the highest rating, such as 1,5")
    model: Models = Field((), description="a model's name, or user=NAME and recommender=NAME")
    prompts: str = Field("", description="a folder whose prompt files replace the built-in ones")
    representation: Representation = Field("text", description="one of text, semantic_id, multimodal")
    per_item: bool = Field(False, description="true or false: one model call an item instead of a slate")
    cache: CacheUse = Field("off", description="one of off, read, readwrite")
    max_calls: Limit | None = Field(None, description="the most model calls, 1 or more")
    max_tokens: Limit | None = Field(None, description="the most tokens of model calls, 1 or more")
    max_usd: Dollars | None = Field(None, description="the most to spend on model calls, in dollars, above 0")
    concurrency: Concurrency = Field(16, description="a whole number of model calls at once, from 1 to 1024")
    timeout: Dollars = Field(120.0, description="seconds for one model call, above 0")
    temperature: Temperature | None = Field(None, description="a number from 0 to 2")

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    def origins(self) -> dict[str, str]:
        """Where each value came from: `flag`, the run file, the variable's name, `.env`, or `default`."""
        return {field: self._origins.get(field, "default") for field in type(self).model_fields}


def option(field: str) -> str:
    """The option of a setting: `--max-turns` for `max_turns`."""
    return FLAGS.get(field, "--" + field.replace("_", "-"))


def variable(field: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + field.upper()


def read_dotenv(folder: Path) -> dict[str, str]:
    """The variables of `folder`/.env, none where there is no such file.

    Lines of other tools that do not read `NAME=value` are passed over; ours are a UsageError.
    """
    path = folder / ".env"
    if not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); make it UTF-8 text or take it away") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line.strip())
        if match:
            found[match[1]] = _unquoted(match[2])
        elif line.strip().startswith(PREFIX):
            raise UsageError(f"{path}:{number}: {line.strip()!r} is not NAME=value")
    return found


def _unquoted(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    return quoted[2] if quoted else re.sub(r"(^|\s+)#.*$", "", text).strip()


def load_settings(
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    filed: Mapping[str, Any] | None = None,
    file: str = "file",
) -> Settings:
    """The effective settings: flag > run file > environment > .env > default. None means not given.

    `filed` are the settings that the run file `file` holds. A wrong value is a UsageError that names the
    option or variable and what is allowed.
    """
    given = {field: value for field, value in (flags or {}).items() if value is not None and value != []}
    dotenv = read_dotenv(folder or Path.cwd())
    environment = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for field in Settings.model_fields:
        for origin, source, key in (
            ("flag", given, field),
            (file, filed or {}, field),
            (variable(field), environment, variable(field)),
            (".env", dotenv, variable(field)),
        ):
            if key in source and (key == field or source[key] != ""):
                values[field], origins[field] = source[key], origin
                break
    return _validated(values, origins)


def _validated(values: dict[str, Any], origins: dict[str, str]) -> Settings:
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise UsageError(_wrong(field, values[field], origins[field])) from error
    if settings.scale is not None and not settings.scale[0] < settings.scale[1]:
        raise UsageError(_wrong("scale", values["scale"], origins["scale"]))
    settings._origins.update(origins)
    return settings


def _wrong(field: str, value: Any, origin: str) -> str:
    where = {"flag": option(field), ".env": f"{variable(field)} in .env"}.get(origin, origin)
    shown = ",".join(map(str, value)) if isinstance(value, tuple | list) else value
    return f"{where}: {str(shown)[:60]!r} is not allowed; give {Settings.model_fields[field].description}"


def unknown_variables(environ: Mapping[str, str], folder: Path) -> list[tuple[str, str]]:
    """(name, nearest setting or "") of RECOWORLD_* variables that nothing reads."""
    known = [variable(field) for field in Settings.model_fields]
    odd = [
        name for name in {**read_dotenv(folder), **environ} if name.startswith(PREFIX) and name not in known
    ]
    return [(name, next(iter(get_close_matches(name, known, n=1)), "")) for name in sorted(odd)]
