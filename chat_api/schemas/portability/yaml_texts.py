"""Readable YAML of compact documents."""

from __future__ import annotations

from typing import Any

import yaml


def as_yaml(document: dict[str, Any], *, indent: int | None = None) -> str:
    """Return the document as YAML, indented by at least two spaces."""
    text: str = yaml.dump(
        document,
        Dumper=_Dumper,
        indent=max(indent or 2, 2),
        width=110,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
    )
    return text


class _Dumper(yaml.SafeDumper):
    """YAML with multi-line texts as blocks, and without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None
    if not value.replace("\n", "").isprintable():
        # YAML treats some of these characters as line breaks, unless they are escaped.
        style = '"'
    elif "\n" in value:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
