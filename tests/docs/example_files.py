"""The examples under docs/reference/examples: requests and responses, commands and events, one file each.

The documentation shows them, and the tests beside this module carry them out.
"""

from __future__ import annotations

import json
import re
from os import environ
from pathlib import Path
from typing import Any, Final

from tests.docs.examples import ROOT

FOLDER: Final = ROOT / "docs" / "reference" / "examples"
#: Columns of a line of JSON, and the indentation of a level.
_WIDTH: Final = 96
_STEP: Final = 2
#: Stands for a text, or a part of one, that differs between runs.
_ANYTHING: Final = "…"

Example = dict[str, Any]


def paths_of(kind: str, name: str) -> list[Path]:
    """Return the files of one operation, command or event: ``NAME.json`` first, then ``NAME.DETAIL.json``."""
    first = FOLDER / kind / f"{name}.json"
    return [first, *sorted((FOLDER / kind).glob(f"{name}.*.json"))] if first.exists() else []


def names_in(kind: str) -> set[str]:
    """Return the names of the operations, commands or events that have a file."""
    return {path.name.split(".")[0] for path in (FOLDER / kind).glob("*.json")}


def read(path: Path) -> Example:
    """Return the example that the file holds."""
    example: Example = json.loads(path.read_text(encoding="utf-8"))
    return example


def settle(path: Path, example: Example, part: str, got: Any) -> None:
    """Compare what the library returned with the `part` of the example that shows it.

    With ``CHAT_API_RECORD_EXAMPLES`` in the environment, write it into the file instead.
    """
    expected = example.get(part)
    if environ.get("CHAT_API_RECORD_EXAMPLES"):
        path.write_text(f"{dumped({**example, part: merged(expected, got)})}\n", encoding="utf-8")
    else:
        assert merged(expected, got) == expected, path.name


def merged(expected: Any, got: Any) -> Any:
    """Return `got`, but with the texts of `expected` that stand for what was returned."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return {key: merged(expected.get(key), value) for key, value in got.items()}
    if isinstance(expected, list) and isinstance(got, list):
        rest = [None] * (len(got) - len(expected))
        return [merged(*pair) for pair in zip([*expected, *rest], got, strict=False)]
    if isinstance(expected, str) and isinstance(got, str) and _ANYTHING in expected:
        pattern = ".+".join(map(re.escape, expected.split(_ANYTHING)))
        return expected if re.fullmatch(pattern, got, re.DOTALL) else got
    return got


def dumped(value: Any, *, indent: int = 0, used: int = 0) -> str:
    """Return JSON in which every object or list that fits into a line stands in one.

    `indent` is how far the value is indented, `used` how many columns its key takes.
    """
    flat = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or indent + used + len(flat) < _WIDTH:
        return flat
    inner = indent + _STEP
    if isinstance(value, dict):
        names = {key: f"{json.dumps(key, ensure_ascii=False)}: " for key in value}
        lines = [f"{name}{dumped(value[key], indent=inner, used=len(name))}" for key, name in names.items()]
    else:
        lines = [dumped(item, indent=inner) for item in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    between = f",\n{' ' * inner}"
    return f"{begin}\n{' ' * inner}{between.join(lines)}\n{' ' * indent}{end}"
