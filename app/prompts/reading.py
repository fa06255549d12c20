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
from jinja2 import Template, TemplateSyntaxError, meta, nodes
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import DataError
from app.prompts.texts import FRAGMENT, FRONT, SUFFIX, Copies, Text, Texts, join, mark_line, split

BLOCKS = ("system", "user")


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
    """The file; a stored prompt has none and is called `user/review@1a2b3c4d` here."""
    text: str
    """The file, followed by the fragments that it includes."""
    description: str
    output: str
    inputs: tuple[str, ...]
    texts: Texts
    template: Template

    @cached_property
    def hash(self) -> str:
        return text_hash(self.text)

    @property
    def own(self) -> str:
        """The text without the fragments."""
        return split(self.text)[0]

    @property
    def fragments(self) -> dict[str, str]:
        """What it includes, by name, in the order of their first mention."""
        return split(self.text)[1]

    def line_of(self, key: str) -> str:
        """`file:line` of a key of the front matter, for errors."""
        return f"{self.path}:{_line_in(self.text, key)}"


@dataclass(frozen=True)
class _Source:
    """One template file with its syntax tree."""

    name: str
    path: Path
    text: str
    tree: nodes.Template
    variables: frozenset[str]


def text_hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def read_prompt(texts: Texts, name: str) -> Prompt:
    """The prompt `name`; anything wrong with it is a DataError that names file and line."""
    file = texts.find(name + SUFFIX)
    if file is None:
        raise DataError(f"{name}{SUFFIX}: there is no such prompt file")
    front = front_matter(file)
    sources = list(_sources(texts, file, name + SUFFIX, set()))
    _check_blocks(sources[0])
    _check_variables(sources, front, file)
    _check_marks(sources)
    return Prompt(
        name=name,
        path=file.path,
        text=join(file.text, ((source.name, source.text) for source in sources[1:])),
        description=front.description,
        output=front.output,
        inputs=front.inputs,
        texts=texts,
        template=texts.environment.get_template(name + SUFFIX),
    )


def stored_prompt(name: str, text: str, others: Texts) -> Prompt:
    """The prompt that has been kept as this text: it has the same hash and renders the same.

    `others` has the fragments that may be included by a file which takes its place.
    """
    label = Path(f"{name}@{text_hash(text)[:8]}")
    own, fragments = split(text)
    copies = {fragment: Text(label / fragment, body) for fragment, body in fragments.items()}
    prompt = read_prompt(Copies({name + SUFFIX: Text(label, own), **copies}, others), name)
    if prompt.text != text:
        raise DataError(f"{label}: the store does not have all fragments of this prompt")
    return prompt


def _sources(texts: Texts, file: Text, name: str, before: set[str]) -> Iterator[_Source]:
    """The file and all that it includes, each once, in the order of their first mention."""
    before.add(name)
    try:
        tree = texts.environment.parse(file.body, name, str(file.path))
        variables = frozenset(meta.find_undeclared_variables(tree))
    except TemplateSyntaxError as error:
        raise DataError(f"{file.path}:{error.lineno}: {error.message}") from error
    yield _Source(name, file.path, file.body, tree, variables)
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        included = _included(file.path, node)
        if included in before:
            continue
        fragment = texts.find(included)
        if fragment is None:
            raise DataError(f"{file.path}:{node.lineno}: there is no fragment {included!r}")
        yield from _sources(texts, fragment, included, before)


def _included(path: Path, node: nodes.Node) -> str:
    wanted = node.template if isinstance(node, nodes.Include) else None
    if not isinstance(wanted, nodes.Const) or not re.fullmatch(FRAGMENT, str(wanted.value)):
        raise DataError(
            f'{path}:{node.lineno}: fragments are included by name: {{% include "user/_name.md" %}}'
        )
    return str(wanted.value)


def front_matter(file: Text) -> FrontMatter:
    """What stands between the two rules at the file's beginning."""
    path, match = file.path, FRONT.match(file.text)
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


def _line_in(text: str, key: str) -> int:
    return _line_of(text.partition("---\n")[2], key)


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


def _check_variables(sources: list[_Source], front: FrontMatter, file: Text) -> None:
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
            f"{own.path}:{_line_in(file.text, 'inputs')}: the input {unused[0]!r} is declared and not used; "
            "take it out"
        )


def _check_marks(sources: list[_Source]) -> None:
    """What looks like the beginning of a fragment would be taken for one when the stored text is read."""
    for source in sources:
        line = mark_line(source.text)
        if line is not None:
            raise DataError(
                f"{source.path}:{line}: a comment that is nothing but the name of a file marks where a "
                "fragment begins; word it otherwise"
            )
