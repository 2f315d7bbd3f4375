"""Parsing of JSON and YAML files as plain data, with limits and strict rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from chat_api.lib.db.storable import DOCUMENT_DEPTH_MAX, DOCUMENT_NODES_MAX, JSONProblem, json_problem

#: A schema of SCHEMA_QUESTIONS_MAX questions is much smaller.
BYTES_MAX: Final = 20 * 2**20
_TOO_LARGE: Final = f"more than {DOCUMENT_NODES_MAX} values, or more than {DOCUMENT_DEPTH_MAX} nested levels"
_REASONS: Final = {
    JSONProblem.UNSTORABLE: "contains a character that cannot be stored",
    JSONProblem.NOT_FINITE: "contains a number that is not finite",
    JSONProblem.TOO_DEEP: _TOO_LARGE,
    JSONProblem.TOO_LARGE: _TOO_LARGE,
}

_MERGE: Final = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, slots=True)
class Reason:
    """An error of a document, and the part of it that is wrong; `str` is both as one text.

    `part` is `schema`, `group`, `question`, `answer`, `attachment`, `score` or `flag`, `index` its place in the list of
    its kind, and `field` the column. `question` is the index of the question, `qid` the number that it has.
    """

    text: str
    where: str = ""
    part: str = "schema"
    field: str | None = None
    question: int | None = None
    qid: int | None = None
    answer: int | None = None
    index: int | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


class BadDocument(Exception):
    """A file cannot be loaded; `reasons` are the error messages, `details` say where each of them is."""

    def __init__(self, *reasons: str | Reason) -> None:
        self.details = tuple(Reason(each) if isinstance(each, str) else each for each in reasons)
        self.reasons = tuple(map(str, self.details))
        super().__init__("; ".join(self.reasons))


def read_text(path: Path) -> str:
    """Return the text of the file. Raises `BadDocument`."""
    try:
        with path.open("rb") as file:
            raw = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise BadDocument(error.strerror or str(error)) from error
    if len(raw) > BYTES_MAX:
        raise BadDocument(f"the file is larger than {BYTES_MAX} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDocument("the file is not UTF-8") from error


def parse(text: str, *, is_json: bool) -> Any:
    """Parse a JSON or YAML text. Raises `BadDocument`."""
    try:
        data = _from_json(text) if is_json else _from_yaml(text)
    except RecursionError as error:
        raise BadDocument("nested too deeply") from error
    except (ValueError, OverflowError, yaml.YAMLError) as error:
        raise BadDocument(f"invalid {'JSON' if is_json else 'YAML'}: {error}") from error
    refuse_unstorable(data)
    return data


def refuse_unstorable(data: Any) -> None:
    """Raise `BadDocument` if the data is too large, or contains a value that databases cannot store."""
    problem = json_problem(data, depth_max=DOCUMENT_DEPTH_MAX, nodes_max=DOCUMENT_NODES_MAX)
    if problem is not None:
        raise BadDocument(_REASONS[problem])


def _from_json(text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"duplicate key {key!r}")
            found[key] = value
        return found

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is not valid JSON")

    return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)


def _from_yaml(text: str) -> Any:
    # The loader is safe: it creates plain data only.
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506


if TYPE_CHECKING:
    _Loader = yaml.SafeLoader
else:
    # The loader in C is three times as fast, where PyYAML was built with it.
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_Loader):
    """YAML without surprises: `yes`, `1:30` and `2017-01-01` are texts, and duplicate keys are errors."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        #: The ids of mappings whose merged keys are expanded already.
        self._flattened: set[int] = set()
        self._merged = 0

    def flatten_mapping(self, node: Any) -> None:
        """Expand merged keys (``<<``): the keys of the mapping win, then those of earlier merges.

        The order is fixed here because it differs between releases of PyYAML.
        """
        if id(node) in self._flattened:
            return
        self._flattened.add(id(node))
        self._check_duplicates(node)
        own = [pair for pair in node.value if pair[0].tag != _MERGE]
        seen = {key.value for key, _ in own if isinstance(key, yaml.ScalarNode)}
        merged = []
        for key, value in self._merged_pairs(node):
            # Other kinds of keys are rejected when the mapping is created.
            name = key.value if isinstance(key, yaml.ScalarNode) else id(key)
            if name not in seen:
                merged.append((key, value))
                seen.add(name)
        node.value = merged + own

    def _check_duplicates(self, node: Any) -> None:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                continue
            if key.value in seen:
                raise _yaml_error(f"duplicate key {key.value!r}", key)
            seen.add(key.value)

    def _merged_pairs(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Yield the merged pairs, in order; their number is limited before they are created."""
        for key, value in node.value:
            if key.tag != _MERGE:
                continue
            for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if not isinstance(merged, yaml.MappingNode):
                    raise _yaml_error("only a mapping or a list of mappings can be merged", key)
                self.flatten_mapping(merged)
                self._merged += len(merged.value)
                if self._merged > DOCUMENT_NODES_MAX:
                    raise _yaml_error("too many merged keys", key)
                yield from merged.value


def _yaml_error(text: str, node: Any) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, text, node.start_mark)


_PlainLoader.yaml_implicit_resolvers = {}
#: Explicit tags can only create plain values: dates, sets and the like are not JSON.
_PlainLoader.yaml_constructors = {
    tag: create
    for tag, create in yaml.SafeLoader.yaml_constructors.items()
    if tag in (None, *(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map")))
}


class _SourceInt(int):
    source: str


class _SourceFloat(float):
    source: str


_WITH_SOURCE: Final[dict[str, Callable[[Any], Any]]] = {"int": _SourceInt, "float": _SourceFloat}


def as_written(value: float) -> str:
    """Return a number as written in the document: as a text, 1.50 is not 1.5."""
    return str(getattr(value, "source", value))


def _strict(name: str, pattern: str) -> Callable[[Any, Any], Any]:
    """Return the constructor of a tag that rejects values which do not match the pattern."""
    create = yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{name}"]
    valid = re.compile(pattern)
    kind = _WITH_SOURCE.get(name)

    def construct(loader: Any, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode) and valid.fullmatch(node.value) is None:
            raise _yaml_error(f"{node.value[:50]!r} is not a valid {name}", node)
        value = create(loader, node)
        if kind is not None:
            value = kind(value)
            value.source = node.value
        return value

    return construct


for _name, _pattern, _first in (
    ("null", r"|~|null|Null|NULL", ["", "~", "n", "N"]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?[0-9]+\.[0-9]*([eE][-+][0-9]+)?|\.[0-9]+([eE][-+][0-9]+)?", list("-+.0123456789")),
):
    _tag = f"tag:yaml.org,2002:{_name}"
    _PlainLoader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), _first)
    _PlainLoader.add_constructor(_tag, _strict(_name, _pattern))
_PlainLoader.add_implicit_resolver(_MERGE, re.compile(r"^<<$"), ["<"])
