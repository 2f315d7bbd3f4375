"""The examples that the package adds to its OpenAPI and AsyncAPI documents: ``chat_api/examples``.

They are those of the reference. The reference shows some responses with a few fields only; documents describe whole
objects, so the package has the whole response to the same request.
"""

from __future__ import annotations

import json
from os import environ
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from tests.docs.example_files import Example, dumped
from tests.docs.examples import ROOT

PACKAGED: Final = ROOT / "chat_api" / "examples"
_SELECTION: Final = ("fields", "include_fields")


def packaged(kind: str) -> dict[str, list[Example]]:
    """Return the examples of ``rest`` by operation, or of ``socket`` by message."""
    path = PACKAGED / f"{kind}.json"
    found: dict[str, list[Example]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def name_of(path: Path) -> str:
    """Return the name of an example among those of its operation or message."""
    return path.name.removesuffix(".json").partition(".")[2] or "example"


def summary_of(example: Example) -> str:
    """Return the title in the Markdown of the documents."""
    return str(example["title"]).replace("``", "`")


def whole(path: str) -> str:
    """Return the path and query of a request for whole objects."""
    bare, _, query = path.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name not in _SELECTION]
    return f"{bare}?{urlencode(kept, safe=',-')}" if kept else bare


def parameters_of(path: str, template: str) -> dict[str, Any]:
    """Return the values of the parameters in path and query; whole numbers as such."""
    bare, _, query = whole(path).partition("?")
    pairs = zip(template.split("/"), bare.split("/"), strict=True)
    found = {name.strip("{}"): value for name, value in pairs if name.startswith("{")} | dict(
        parse_qsl(query)
    )
    return {name: int(value) if value.isdigit() else value for name, value in found.items()}


def settle_packaged(kind: str, key: str, entry: Example) -> None:
    """Compare the entry with that of the package; with ``CHAT_API_RECORD_EXAMPLES`` in the environment, write it."""
    examples = packaged(kind)
    if environ.get("CHAT_API_RECORD_EXAMPLES"):
        others = [other for other in examples.get(key, ()) if other["name"] != entry["name"]]
        _write(kind, {**examples, key: [*others, entry]})
    else:
        assert entry in examples.get(key, ()), f"{key}: {entry['name']}"


def settle_names(kind: str, names: dict[str, set[str]]) -> None:
    """Compare the names of all examples with those of the package; when recording, drop the others from it."""
    examples = packaged(kind)
    if environ.get("CHAT_API_RECORD_EXAMPLES"):
        kept = {
            key: [entry for entry in entries if entry["name"] in names[key]]
            for key, entries in examples.items()
            if key in names
        }
        _write(kind, kept)
    else:
        assert {key: {entry["name"] for entry in entries} for key, entries in examples.items()} == names


def _write(kind: str, examples: dict[str, list[Example]]) -> None:
    def first(entry: Example) -> tuple[bool, str]:
        return entry["name"] != "example", entry["name"]

    ordered = {key: sorted(entries, key=first) for key, entries in sorted(examples.items())}
    PACKAGED.mkdir(exist_ok=True)
    (PACKAGED / f"{kind}.json").write_text(f"{dumped(ordered)}\n", encoding="utf-8")
