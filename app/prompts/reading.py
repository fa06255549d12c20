"""One prompt file: YAML front matter, then a `system` and a `user` block; checked before it is ever rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Annotated

import yaml
from jinja2 import Environment, Template, TemplateSyntaxError, meta, nodes
from jinja2.exceptions import TemplateNotFound
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import DataError

SUFFIX = ".md"
BLOCKS = ("system", "user")
_FRONT = re.compile(r"---\n(.*?\n)---[ \t]*(?:\n|\Z)", re.S)


class FrontMatter(BaseModel):
    """What a prompt says of itself. `output` names the class its answer is read as."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: Annotated[str, Field(min_length=1)]
    output: Annotated[str, Field(pattern=r"^[A-Za-z]\w*$")]
    inputs: tuple[Annotated[str, Field(pattern=r"^[a-z_]\w*$")], ...]


@dataclass(frozen=True)
class Prompt:
    """A prompt that has been checked. `hash` is the content hash of the file and its includes, 16 hex digits."""

    name: str
    path: Path
    text: str
    """The file, followed by the fragments that it includes."""
    description: str
    output: str
    inputs: tuple[str, ...]
    template: Template

    @cached_property
    def hash(self) -> str:
        return blake2b(self.text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class _Source:
    """One template file with its syntax tree."""

    name: str
    path: Path
    text: str
    tree: nodes.Template
    variables: frozenset[str]


def read_text(path: Path) -> str:
    """The text of a prompt file; front matter is kept as empty lines, so that line numbers are the file's."""
    text = _read(path)
    front = _FRONT.match(text)
    return text if front is None else "\n" * front[0].count("\n") + text[front.end() :]


def read_prompt(environment: Environment, name: str) -> Prompt:
    """The prompt `name`; anything wrong with it is a DataError that names file and line."""
    sources = list(_sources(environment, name + SUFFIX, set()))
    own = sources[0]
    front = _front_matter(own.path)
    _check_blocks(own)
    _check_variables(sources, front)
    texts = [_read(own.path), *(f"\n{{# {s.name} #}}\n{s.text}" for s in sources[1:])]
    return Prompt(
        name=name,
        path=own.path,
        text="".join(texts),
        description=front.description,
        output=front.output,
        inputs=front.inputs,
        template=environment.get_template(own.name),
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); a prompt is a file of UTF-8 text") from error


def _sources(environment: Environment, name: str, before: set[str]) -> Iterator[_Source]:
    """The file and all that it includes, each once, in the order of their first mention."""
    before.add(name)
    assert environment.loader is not None
    text, file, _ = environment.loader.get_source(environment, name)
    path = Path(file or name)
    try:
        tree = environment.parse(text, name, str(path))
        variables = frozenset(meta.find_undeclared_variables(tree))
    except TemplateSyntaxError as error:
        raise DataError(f"{path}:{error.lineno}: {error.message}") from error
    yield _Source(name, path, text, tree, variables)
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        included = _included(path, node)
        if included in before:
            continue
        try:
            yield from _sources(environment, included, before)
        except TemplateNotFound as error:
            raise DataError(f"{path}:{node.lineno}: there is no fragment {included!r}") from error


def _included(path: Path, node: nodes.Node) -> str:
    wanted = node.template if isinstance(node, nodes.Include) else None
    if not isinstance(wanted, nodes.Const) or not isinstance(wanted.value, str):
        raise DataError(
            f'{path}:{node.lineno}: fragments are included by name: {{% include "user/_name.md" %}}'
        )
    return wanted.value


def _front_matter(path: Path) -> FrontMatter:
    text = _read(path)
    match = _FRONT.match(text)
    if match is None:
        raise DataError(f"{path}:1: a prompt begins with front matter: ---, description, output, inputs, ---")
    try:
        values = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 2 + (mark.line if mark else 0)
        raise DataError(f"{path}:{line}: the front matter is not YAML ({_first_line(error)})") from error
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        line = _line_of(match[1], key)
        about = f"front matter {key!r}" if key else "the front matter"
        raise DataError(f"{path}:{line}: {about}: {first['msg'].lower()}") from error


def _first_line(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]


def _line_of(front: str, key: str) -> int:
    """The line of a key in the file; the first where it is missing."""
    lines = front.splitlines()
    return next((i for i, line in enumerate(lines, 2) if line.startswith(f"{key}:")), 1)


def _check_blocks(source: _Source) -> None:
    found = [node for node in source.tree.body if isinstance(node, nodes.Block)]
    names = [block.name for block in found]
    for name in BLOCKS:
        if name not in names:
            raise DataError(
                f"{source.path}:1: it has no block {name!r}: {{% block {name} %}} … {{% endblock %}}"
            )
    for block in found:
        if block.name not in BLOCKS:
            raise DataError(f"{source.path}:{block.lineno}: the block {block.name!r} would not be used")
    for node in source.tree.body:
        if not isinstance(node, nodes.Block) and not _blank(node):
            raise DataError(
                f"{source.path}:{_first_used(node)}: what stands outside of the blocks is not used"
            )


def _blank(node: nodes.Node) -> bool:
    parts = node.nodes if isinstance(node, nodes.Output) else [node]
    return all(isinstance(part, nodes.TemplateData) and not part.data.strip() for part in parts)


def _first_used(node: nodes.Node) -> int:
    """The line of the first thing in a node that is more than white space."""
    for part in node.nodes if isinstance(node, nodes.Output) else ():
        if isinstance(part, nodes.TemplateData) and part.data.strip():
            before = part.data[: len(part.data) - len(part.data.lstrip())]
            return part.lineno + before.count("\n")
    return node.lineno


def _check_variables(sources: list[_Source], front: FrontMatter) -> None:
    own, used = sources[0], set[str]()
    for source in sources:
        used |= source.variables
        for name in sorted(source.variables - set(front.inputs)):
            line = next((n.lineno for n in source.tree.find_all(nodes.Name) if n.name == name), 1)
            raise DataError(
                f"{source.path}:{line}: {name!r} is not among the inputs of {own.path.name} "
                f"({', '.join(front.inputs)}); declare it or take it out"
            )
    unused = [name for name in front.inputs if name not in used]
    if unused:
        raise DataError(
            f"{own.path}:{inputs_line(own.path)}: the input {unused[0]!r} is declared and not used; take it out"
        )


def inputs_line(path: Path) -> int:
    """The line on which a prompt declares its inputs."""
    return _line_of(_read(path).partition("---\n")[2], "inputs")
