"""Files as plain data: JSON and YAML without surprises, of a bounded size."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from chat_api.lib.db.storable import DOCUMENT_DEPTH_MAX, DOCUMENT_NODES_MAX, JSONProblem, json_problem

#: A schema of SCHEMA_QUESTIONS_MAX questions is far smaller.
BYTES_MAX: Final = 20 * 2**20
_TOO_MUCH: Final = (
    f"it has more than {DOCUMENT_NODES_MAX} values, or more than {DOCUMENT_DEPTH_MAX} levels of them"
)
_REASONS: Final = {
    JSONProblem.UNSTORABLE: "it contains a character that cannot be stored",
    JSONProblem.NOT_FINITE: "it contains a number that is not finite",
    JSONProblem.TOO_DEEP: _TOO_MUCH,
    JSONProblem.TOO_LARGE: _TOO_MUCH,
}

_MERGE: Final = "tag:yaml.org,2002:merge"


class BadDocument(Exception):
    """A file cannot be loaded; `reasons` say why, in words."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def read_text(path: Path) -> str:
    """Give the file's text. Raises `BadDocument`."""
    try:
        with path.open("rb") as file:
            raw = file.read(BYTES_MAX + 1)
    except OSError as error:
        raise BadDocument(error.strerror or str(error)) from error
    if len(raw) > BYTES_MAX:
        raise BadDocument(f"it is larger than {BYTES_MAX} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDocument("it is not UTF-8") from error


def parse(text: str, *, is_json: bool) -> Any:
    """Give the plain data of a JSON or YAML text. Raises `BadDocument`."""
    try:
        data = _from_json(text) if is_json else _from_yaml(text)
    except RecursionError as error:
        raise BadDocument("it is nested too deeply") from error
    except (ValueError, OverflowError, yaml.YAMLError) as error:
        raise BadDocument(f"it is not valid {'JSON' if is_json else 'YAML'}: {error}") from error
    refuse_unstorable(data)
    return data


def refuse_unstorable(data: Any) -> None:
    """Raise `BadDocument` if there is too much of the data, or something in it that no database can store."""
    problem = json_problem(data, depth_max=DOCUMENT_DEPTH_MAX, nodes_max=DOCUMENT_NODES_MAX)
    if problem is not None:
        raise BadDocument(_REASONS[problem])


def _from_json(text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"the key {key!r} is there twice")
            found[key] = value
        return found

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is no number of JSON")

    return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)


def _from_yaml(text: str) -> Any:
    # The loader is a safe one: it makes plain data and nothing else.
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506


if TYPE_CHECKING:
    _Loader = yaml.SafeLoader
else:
    # The one in C reads three times as fast, where PyYAML was built with it.
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_Loader):
    """Reads the YAML that people mean: `yes`, `1:30` and `2017-01-01` are texts, and no key comes twice."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        #: The mappings whose merged keys are in their place already, by id.
        self._flat: set[int] = set()
        self._merged = 0

    def flatten_mapping(self, node: Any) -> None:
        """Put merged keys (``<<``) in their place: a mapping's own keys win, then those of what is merged first.

        Releases of PyYAML disagree on that order, so that it is not left to them.
        """
        if id(node) in self._flat:
            return
        self._flat.add(id(node))
        self._refuse_doubles(node)
        own = [pair for pair in node.value if pair[0].tag != _MERGE]
        seen = {key.value for key, _ in own if isinstance(key, yaml.ScalarNode)}
        merged = []
        for key, value in self._merged_pairs(node):
            # Any other kind of key is refused when the mapping is made.
            name = key.value if isinstance(key, yaml.ScalarNode) else id(key)
            if name not in seen:
                merged.append((key, value))
                seen.add(name)
        node.value = merged + own

    def _refuse_doubles(self, node: Any) -> None:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                continue
            if key.value in seen:
                raise _wrong(f"the key {key.value!r} is there twice", key)
            seen.add(key.value)

    def _merged_pairs(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Give what the mapping merges, in order; their number is known before they are made."""
        for key, value in node.value:
            if key.tag != _MERGE:
                continue
            for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if not isinstance(merged, yaml.MappingNode):
                    raise _wrong("only a mapping, or a list of them, can be merged", key)
                self.flatten_mapping(merged)
                self._merged += len(merged.value)
                if self._merged > DOCUMENT_NODES_MAX:
                    raise _wrong("keys are merged too often", key)
                yield from merged.value


def _wrong(text: str, node: Any) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, text, node.start_mark)


_PlainLoader.yaml_implicit_resolvers = {}
#: A tag that somebody writes out gives no other data than plain values do: dates, sets and the like are no JSON.
_PlainLoader.yaml_constructors = {
    tag: make
    for tag, make in yaml.SafeLoader.yaml_constructors.items()
    if tag in (None, *(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map")))
}


class _WrittenInt(int):
    source: str


class _WrittenFloat(float):
    source: str


_WRITTEN: Final[dict[str, Callable[[Any], Any]]] = {"int": _WrittenInt, "float": _WrittenFloat}


def as_written(value: float) -> str:
    """Return a number of a document as somebody wrote it: 1.50 is not 1.5 where a text is meant."""
    return str(getattr(value, "source", value))


def _checked(name: str, pattern: str) -> Callable[[Any, Any], Any]:
    """Return the constructor of a tag that refuses what is not written as such a value is."""
    make = yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{name}"]
    written = re.compile(pattern)
    kind = _WRITTEN.get(name)

    def construct(loader: Any, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode) and written.fullmatch(node.value) is None:
            raise _wrong(f"{node.value[:50]!r} is no {name}", node)
        value = make(loader, node)
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
    _PlainLoader.add_constructor(_tag, _checked(_name, _pattern))
_PlainLoader.add_implicit_resolver(_MERGE, re.compile(r"^<<$"), ["<"])
