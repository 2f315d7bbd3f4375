"""The directives ``chat-element``, ``element-properties`` and ``client-sizes``, from the built files of the client."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from rst_source import nodes_of, table
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

import chat_api
from chat_api import __version__

BUILT: Final = Path(chat_api.__file__).parent / "static" / "chat_api" / "client" / __version__
MANIFEST: Final = BUILT / "custom-elements.json"

Entry = Mapping[str, Any]


def elements() -> dict[str, Entry]:
    """Return the declarations of the manifest by tag name."""
    modules = json.loads(MANIFEST.read_text(encoding="utf-8"))["modules"]
    return {one["tagName"]: one for module in modules for one in module["declarations"]}


def refuse_gaps() -> None:
    """Raise `ExtensionError` if an attribute, a property, a method or an event has no text."""
    gaps = [
        f"{tag}: {entry['name']}"
        for tag, element in elements().items()
        for entry in (*_list(element, "attributes"), *_list(element, "events"), *_own_members(element))
        if not entry.get("description", "").strip()
    ]
    if gaps:
        raise ExtensionError("Without a comment in client/src/elements: " + "; ".join(sorted(gaps)))


def element_source(tag: str) -> Iterator[str]:
    """Yield the reference of an element as lines of reStructuredText."""
    element = elements()[tag]
    members = _own_members(element)
    parts: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {
        "Attributes": (("Attribute", "Property", "Type", "Meaning"), list(_attributes(element))),
        "Properties without an attribute": (
            ("Property", "Type", "Meaning"),
            [(f"``{one['name']}``", _type(one), _text(one)) for one in members if one["kind"] == "field"],
        ),
        "Methods": (
            ("Method", "What it does"),
            [(f"``{_signature(one)}``", _text(one)) for one in members if one["kind"] == "method"],
        ),
        "Events": (
            ("Event", "When"),
            [(f"``{one['name']}``", _text(one)) for one in _list(element, "events")],
        ),
        "Slots": (
            ("Slot", "Place"),
            [(f"``{one['name']}``", _text(one)) for one in _list(element, "slots")],
        ),
    }
    widths = {4: "18 18 20 44", 3: "18 22 60", 2: "34 66"}
    for title, (header, rows) in parts.items():
        if rows:
            yield from (title, "-" * len(title), "", *table(header, rows, widths[len(header)]))


def properties_source(tag: str) -> list[str]:
    """Return the table of the custom properties of CSS that an element reads."""
    rows = ((f"``{one['name']}``", _text(one)) for one in _list(elements()[tag], "cssProperties"))
    return table(("Custom property", "Meaning"), rows, "34 66")


def sizes_source() -> list[str]:
    """Return the table of the files that a browser loads, with their sizes."""
    files = [BUILT / name for name in ("register.js", "client.js", "elements.js", "elements.css")]
    files += sorted((BUILT / "strings").glob("*.json"))
    contents = [(path.relative_to(BUILT).as_posix(), path.read_bytes()) for path in files]
    rows = [
        (f"``{name}``", _kilobytes(len(data)), _kilobytes(len(gzip.compress(data, 9, mtime=0))))
        for name, data in contents
    ]
    return table(("File", "Size", "With gzip"), rows, "50 25 25")


def _kilobytes(size: int) -> str:
    return f"{size / 1000:.1f} kB"


def _list(element: Entry, key: str) -> list[Entry]:
    return list(element.get(key, ()))


def _own_members(element: Entry) -> list[Entry]:
    """Return the properties and methods that attributes do not stand for."""
    return [one for one in _list(element, "members") if "attribute" not in one]


def _attributes(element: Entry) -> Iterator[tuple[str, ...]]:
    for one in _list(element, "attributes"):
        yield (f"``{one['name']}``", f"``{one.get('fieldName', one['name'])}``", _type(one), _text(one))


def _type(entry: Entry) -> str:
    text = entry.get("type", {}).get("text", "")
    return f"``{text}``" if text else ""


def _signature(method: Entry) -> str:
    return f"{method['name']}({', '.join(one['name'] for one in method.get('parameters', ()))})"


def _text(entry: Entry) -> str:
    """Return the comment; code in it is marked with single backticks there."""
    return re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", " ".join(entry["description"].split()))


class _FromTheBuild(SphinxDirective):
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return what the directive stands for."""
        for file in BUILT.rglob("*.*"):
            self.env.note_dependency(str(file))
        if self.name == "client-sizes":
            return nodes_of(self, sizes_source(), str(BUILT))
        [tag] = self.arguments
        if tag not in elements():
            raise self.error(f"{MANIFEST.name} has no {tag}")
        source = element_source if self.name == "chat-element" else properties_source
        return nodes_of(self, source(tag), MANIFEST.name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives, and check the comments before anything is built."""
    refuse_gaps()
    for name in ("chat-element", "element-properties", "client-sizes"):
        app.add_directive(name, _FromTheBuild)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
