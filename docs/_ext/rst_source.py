"""Parse generated reStructuredText into nodes, for the directives in this folder."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import nested_parse_with_titles


def nodes_of(directive: SphinxDirective, lines: Iterable[str], source: str) -> list[nodes.Node]:
    """Return the nodes of `lines`, which may contain section titles; warnings name `source`."""
    content = StringList()
    for number, line in enumerate(lines):
        content.append(line, source, number)
    parent = nodes.section()
    parent.document = directive.state.document
    nested_parse_with_titles(directive.state, content, parent)
    return list(parent.children)


def table(header: Iterable[str], rows: Iterable[Iterable[str]], widths: str = "auto") -> list[str]:
    """Return a list-table; cells are reStructuredText and may have several lines."""
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [list(header), *map(list, rows)]:
        for number, cell in enumerate(row):
            first, *rest = cell.splitlines() or [""]
            lines.append(f"   {'*' if number == 0 else ' '} - {first}".rstrip())
            lines.extend(f"       {line}".rstrip() for line in rest)
    return [*lines, ""]
