"""The directive ``rest-reference``: every endpoint, from the OpenAPI document made at the build."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from docutils import nodes
from rest_errors import ANSWERS
from rst_source import nodes_of, table
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

PREFIX: Final = "/api/"
METHODS: Final = ("get", "post", "put", "patch", "delete")
#: Said once, in the page's introduction.
EVERYWHERE: Final = frozenset({"fields", "include_fields", "limit", "offset", "ordering"})
#: Which part of the page a path belongs to: the first that matches.
AREAS: Final = (
    ("Attachments", re.compile(r"attachments")),
    ("Messages", re.compile(r"/messages|/read$|/events$")),
    ("Surveys", re.compile(r"surveys")),
    ("Schemas", re.compile(r"^schemas")),
    ("Threads and members", re.compile(r"")),
)
_ORDER: Final = ("Threads and members", "Messages", "Schemas", "Surveys", "Attachments")
_LOOKUPS: Final = ("gt", "gte", "lt", "lte", "in", "isnull", "icontains", "istartswith")

Document = Mapping[str, Any]


@cache
def openapi() -> Document:
    """Give the document as the host of the tests serves it."""
    from drf_spectacular.generators import SchemaGenerator

    document: Document = SchemaGenerator().get_schema(request=None, public=True)
    return document


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Give path (without the prefix), method and operation of every endpoint of the library."""
    for path, methods in document["paths"].items():
        if not path.startswith(PREFIX) or path in (f"{PREFIX}schema/", f"{PREFIX}docs/"):
            continue
        for method in METHODS:
            if method in methods:
                yield path.removeprefix(PREFIX), method, methods[method]


def refuse_gaps(document: Document) -> None:
    """Raise `ExtensionError` where an endpoint has no text about its refusals, or a text no endpoint."""
    there = {(path, method) for path, method, _ in operations(document)}
    written = {(path, method) for path, methods in ANSWERS.items() for method in methods}
    problems = [
        *(f"{method} {path} is not described" for path, method in there - written),
        *(f"{method} {path} is described but does not exist" for path, method in written - there),
    ]
    if problems:
        raise ExtensionError("docs/_ext/rest_errors.py: " + "; ".join(sorted(problems)))


def reference_source(document: Document) -> Iterator[str]:
    """Give the reference as lines of reStructuredText."""
    by_area: dict[str, dict[str, list[tuple[str, Document]]]] = {area: {} for area in _ORDER}
    for path, method, operation in operations(document):
        area = next(name for name, pattern in AREAS if pattern.search(path))
        by_area[area].setdefault(path, []).append((method, operation))
    for area, paths in by_area.items():
        if not paths:
            continue
        yield from (area, "-" * len(area), "")
        for path, methods in paths.items():
            title = f"``{path}``"
            yield from (title, "~" * len(title), "")
            for method, operation in methods:
                yield from _operation(path, method, operation, document)
    yield from _objects(document)


def _operation(path: str, method: str, operation: Document, document: Document) -> Iterator[str]:
    said = operation.get("description") or operation["summary"]
    yield from (f"**{method.upper()}** · {said}".splitlines())
    yield ""
    yield from _query(operation.get("parameters", []), document)
    body = operation.get("requestBody")
    if body:
        shown = type_of(next(iter(body["content"].values()))["schema"], document)
        yield from (f"Body: {shown}", "")
    yield from _answers(operation["responses"], document)
    refusals = ANSWERS[path][method]
    if refusals:
        yield "Refused with:"
        yield ""
        yield from table(
            ("Key", "Code", "When"), ([f"``{k}``", f"``{c}``", w] for k, c, w in refusals), "25 30 45"
        )


def _query(parameters: list[Document], document: Document) -> Iterator[str]:
    query = [parameter for parameter in parameters if parameter["in"] == "query"]
    names = {parameter["name"] for parameter in query}
    rows, filters = [], []
    for parameter in query:
        name = parameter["name"]
        plain, _, lookup = name.rpartition("__")
        if f"{name}__isnull" in names:
            filters.append(f"``{name}``")
        elif name not in EVERYWHERE and not (lookup in _LOOKUPS and f"{plain}__isnull" in names):
            rows.append(
                [f"``{name}``", type_of(parameter["schema"], document), parameter.get("description", "")]
            )
    if rows:
        yield from table(("Query", "Kind", "Meaning"), rows, "20 20 60")
    if filters:
        yield from (f"Filters: {', '.join(filters)}.", "")
    common = [f"``{name}``" for name in sorted(names & EVERYWHERE)]
    if common:
        yield from (f"Also {', '.join(common)}.", "")


def _answers(responses: Mapping[str, Document], document: Document) -> Iterator[str]:
    for code, response in sorted(responses.items()):
        if int(code) < 400:
            content = next(iter(response.get("content", {}).values()), None)
            shown = type_of(content["schema"], document) if content else "nothing"
            yield from (f"Answer: ``{code}``, {shown}.", "")
    refused = [f"``{code}``" for code in sorted(responses) if int(code) >= 400]
    if refused:
        yield from (f"Otherwise {', '.join(refused)}.", "")


def type_of(schema: Document, document: Document) -> str:
    """Give the kind of a value in words; objects are links."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        component = document["components"]["schemas"][name]
        if component.get("properties", {}).keys() >= {"results", "next"}:
            return _page_of(component, document)
        if not component.get("properties"):
            return type_of(component, document)
        return f":ref:`{name} <rest-object-{name}>`"
    for joined in ("oneOf", "anyOf", "allOf"):
        if joined in schema:
            kinds = dict.fromkeys(type_of(part, document) for part in schema[joined])
            return " or ".join(kind for kind in kinds if kind not in ("null", "blank"))
    if schema.get("properties", {}).keys() >= {"results", "next"}:
        return _page_of(schema, document)
    if "enum" in schema:
        values = [value for value in schema["enum"] if value not in ("", None)]
        return " | ".join(f"``{value}``" for value in values) or ("blank" if "" in schema["enum"] else "null")
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}), document)}"
    return _plain_type(schema)


def _page_of(schema: Document, document: Document) -> str:
    return f"a page of {type_of(schema['properties']['results'], document).removeprefix('list of ')}"


def _plain_type(schema: Document) -> str:
    if not schema.get("type"):
        return "any JSON"
    kind = {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        schema["type"], schema["type"]
    )
    kind = {"date-time": "moment", "uuid": "UUID", "uri": "address", "byte": "base64", "binary": "file"}.get(
        schema.get("format", ""), kind
    )
    return f"{kind} or null" if schema.get("nullable") else str(kind)


def _objects(document: Document) -> Iterator[str]:
    yield from ("Objects", "-------", "")
    for name in sorted(_used(document)):
        component = document["components"]["schemas"][name]
        yield from (f".. _rest-object-{name}:", "", name, "~" * len(name), "")
        if component.get("description"):
            yield from (*component["description"].splitlines(), "")
        required = component.get("required", ())
        rows = [
            [f"``{key}``", type_of(value, document), "\n".join(_notes(key, value, required))]
            for key, value in component.get("properties", {}).items()
        ]
        yield from table(("Key", "Kind", "Notes"), rows, "25 40 35")


def _notes(key: str, value: Document, required: Any) -> Iterator[str]:
    if value.get("readOnly"):
        yield "read-only"
    elif value.get("writeOnly"):
        yield "write-only"
    elif key in required:
        yield "required"
    if value.get("description"):
        yield from ("", *value["description"].splitlines())


def _used(document: Document) -> set[str]:
    found: set[str] = set()
    waiting: list[Any] = [operation for _, _, operation in operations(document)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, Mapping):
            waiting.extend(item.values())
            name = str(item.get("$ref", "")).rsplit("/", 1)[-1]
            if name and name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
    return {name for name in found if _is_object(document["components"]["schemas"][name])}


def _is_object(component: Document) -> bool:
    keys = component.get("properties", {}).keys()
    return bool(keys) and not keys >= {"results", "next"}


class RestReferenceDirective(SphinxDirective):
    """Puts the reference where it stands."""

    def run(self) -> list[nodes.Node]:
        """Give the sections."""
        # The document is made of the whole code; it is made again at every build.
        self.env.note_reread()
        document = openapi()
        refuse_gaps(document)
        return nodes_of(self, reference_source(document), "OpenAPI document")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("rest-reference", RestReferenceDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
