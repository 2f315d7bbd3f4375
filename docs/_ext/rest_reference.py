"""The directive ``rest-reference``: every operation, from the OpenAPI document of this build."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from docutils import nodes
from reference_examples import operation_source
from rest_errors import ERRORS, SIGN_IN, Error
from rst_source import nodes_of, table
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from tests.docs.example_files import names_in

PREFIX: Final = "/api/"
METHODS: Final = ("get", "post", "put", "patch", "delete")
#: Described once, in the page's introduction.
COMMON: Final = frozenset({"account", "fields", "include_fields", "limit", "offset", "ordering"})
#: Which part of the page a path belongs to: the first that matches.
AREAS: Final = (
    ("Attachments", re.compile(r"attachments")),
    ("Messages", re.compile(r"/messages|/read$|/events$|/prompt$|/reply$")),
    ("Surveys", re.compile(r"surveys")),
    ("Schemas", re.compile(r"^schemas")),
    ("Threads and members", re.compile(r"")),
)
_ORDER: Final = ("Threads and members", "Messages", "Schemas", "Surveys", "Attachments")
_LOOKUPS: Final = ("gt", "gte", "lt", "lte", "in", "isnull", "icontains", "istartswith")

Document = Mapping[str, Any]


@cache
def openapi() -> Document:
    """Return the document as the test project serves it."""
    from drf_spectacular.generators import SchemaGenerator

    document: Document = SchemaGenerator().get_schema(request=None, public=True)
    return document


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Yield path (without the prefix), method and operation of every operation of the library."""
    for path, methods in document["paths"].items():
        if not path.startswith(PREFIX) or path in (f"{PREFIX}schema/", f"{PREFIX}docs/"):
            continue
        for method in METHODS:
            if method in methods:
                yield path.removeprefix(PREFIX), method, methods[method]


def check_complete(document: Document) -> None:
    """Raise `ExtensionError` if an operation has no errors or no example, or if one of these has no operation."""
    served = {(path, method): operation["operationId"] for path, method, operation in operations(document)}
    written = {(path, method) for path, methods in ERRORS.items() for method in methods}
    shown = names_in("rest")
    problems = [
        *(f"{method} {path} is not in rest_errors.py" for path, method in served.keys() - written),
        *(f"{method} {path} in rest_errors.py does not exist" for path, method in written - served.keys()),
        *(f"{name} has no example" for name in {*served.values()} - shown),
        *(f"the example of {name} has no operation" for name in shown - {*served.values()}),
    ]
    if problems:
        raise ExtensionError("; ".join(sorted(problems)))


def reference_source(document: Document) -> Iterator[str]:
    """Yield the reference as lines of reStructuredText."""
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
    text = operation.get("description") or operation["summary"]
    yield from (f"**{method.upper()}** · {text}".splitlines())
    yield from ("", f"Operation id: ``{operation['operationId']}``", "")
    yield from _query(operation.get("parameters", []), document)
    body = operation.get("requestBody")
    if body:
        shown = type_of(next(iter(body["content"].values()))["schema"], document)
        yield from (f"Request body: {shown}", "")
    yield from _responses(operation["responses"], document)
    errors = ERRORS[path][method]
    if errors:
        yield from ("Error codes:", "")
        yield from error_table(errors)
    yield from operation_source(operation["operationId"])


def error_table(errors: Iterable[Error]) -> list[str]:
    """Return the table of the error codes."""
    rows = ([f"``{field}``", f"``{code}``", condition] for field, code, condition in errors)
    return table(("Field", "Code", "Condition"), rows, "25 30 45")


def _query(parameters: list[Document], document: Document) -> Iterator[str]:
    query = [parameter for parameter in parameters if parameter["in"] == "query"]
    names = {parameter["name"] for parameter in query}
    rows, filters = [], []
    for parameter in query:
        name = parameter["name"]
        plain, _, lookup = name.rpartition("__")
        if f"{name}__isnull" in names:
            filters.append(f"``{name}``")
        elif name not in COMMON and not (lookup in _LOOKUPS and f"{plain}__isnull" in names):
            rows.append(
                [f"``{name}``", type_of(parameter["schema"], document), parameter.get("description", "")]
            )
    if rows:
        yield from table(("Query parameter", "Type", "Meaning"), rows, "20 20 60")
    if filters:
        yield from (f"Filters: {', '.join(filters)}.", "")
    common = [f"``{name}``" for name in sorted(names & COMMON)]
    if common:
        yield from (f"Common query parameters: {', '.join(common)}.", "")


def _responses(responses: Mapping[str, Document], document: Document) -> Iterator[str]:
    for code, response in sorted(responses.items()):
        if int(code) < 400:
            content = next(iter(response.get("content", {}).values()), None)
            shown = type_of(content["schema"], document) if content else "no body"
            yield from (f"Response: ``{code}``, {shown}.", "")
    errors = [f"``{code}``" for code in sorted(responses) if int(code) >= 400]
    if errors:
        yield from (f"Error statuses: {', '.join(errors)}.", "")


def type_of(schema: Document, document: Document) -> str:
    """Return the type of a value in words; objects are links."""
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
            types = dict.fromkeys(type_of(part, document) for part in schema[joined])
            return " or ".join(name for name in types if name not in ("null", "blank"))
    if schema.get("properties", {}).keys() >= {"results", "next"}:
        return _page_of(schema, document)
    if "enum" in schema:
        values = [value for value in schema["enum"] if value not in ("", None)]
        return " | ".join(f"``{value}``" for value in values) or ("blank" if "" in schema["enum"] else "null")
    if schema.get("type") == "array":
        return f"list of {_plural(type_of(schema.get('items', {}), document))}"
    return _plain_type(schema)


def _plural(kind: str) -> str:
    return f"{kind}s" if kind in ("whole number", "number", "text", "timestamp", "object") else kind


def _page_of(schema: Document, document: Document) -> str:
    return f"a page of {type_of(schema['properties']['results'], document).removeprefix('list of ')}"


def _plain_type(schema: Document) -> str:
    if not schema.get("type"):
        return "any JSON"
    kind = {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        schema["type"], schema["type"]
    )
    kind = {"date-time": "timestamp", "uuid": "UUID", "uri": "URL", "byte": "base64", "binary": "file"}.get(
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
        yield from table(("Field", "Type", "Notes"), rows, "25 40 35")


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


class SignInErrorsDirective(SphinxDirective):
    """Directive that inserts the error codes of every operation that needs a sign-in."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        return nodes_of(self, error_table(SIGN_IN), "rest_errors.py")


class RestReferenceDirective(SphinxDirective):
    """Directive that inserts the reference."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        # The document depends on all of the code, so every build generates it again.
        self.env.note_reread()
        document = openapi()
        check_complete(document)
        return nodes_of(self, reference_source(document), "OpenAPI document")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("rest-reference", RestReferenceDirective)
    app.add_directive("rest-sign-in-errors", SignInErrorsDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
