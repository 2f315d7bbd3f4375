"""Rendering of a flow chart as SVG: questions are boxes with links, edges are labelled lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import count, pairwise, product
from textwrap import wrap
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from chat_api.engine.chart.chart import Chart, Link, Mark, Node
from chat_api.engine.chart.layout import Layout, layout_of
from chat_api.schemas.admin.flow_geometry import GAP_DOWN, HEIGHT, WIDTH, Geometry, Point, geometry_of

_TEXT_MAX: Final = 24
_NOTE_MAX: Final = 31
_TEXT_WRAPPED_MAX: Final = 200
_LABEL_MAX: Final = 26
_LABELS_MAX: Final = 2
#: The approximate width of a character in a label, and the height of a label, in pixels.
_CHARACTER_WIDTH: Final = 6.5
_LABEL_HEIGHT: Final = 13
_LABEL_WIDTH_MAX: Final = 400
#: Positions of a label on its line, as fractions of the first segment, the preferred one first.
_LABEL_POSITIONS: Final = (0.5, 0.78, 0.22)

#: Text for each mark, because colours alone are not accessible.
MARK_LABELS: Final = {
    Mark.ERROR: "error",
    Mark.WARNING: "warning",
    Mark.LOOP: "loop",
    Mark.DEAD_END: "dead end",
    Mark.UNREACHED: "unreachable",
}


def draw_chart(chart: Chart, *, title: str) -> SafeString:
    """Return the chart as an `svg` element; each question links to its row `#q<qid>` in the table of the page."""
    layout = layout_of(len(chart.nodes), chart.edges)
    geometry = geometry_of(layout)
    parts = [
        (
            f'<svg class="flow" role="group" aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg"'
            f' width="{geometry.width:.0f}" height="{geometry.height:.0f}"'
            f' viewBox="0 0 {geometry.width:.0f} {geometry.height:.0f}">'
        ),
        (
            '<defs><marker id="flow-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
            ' orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>'
        ),
        '<g aria-hidden="true">',
        *_lines(chart, layout, geometry),
        "</g>",
        *_boxes(chart, layout, geometry),
        "</svg>",
    ]
    # All texts are escaped.
    return mark_safe("".join(parts))  # noqa: S308


def _lines(chart: Chart, layout: Layout, geometry: Geometry) -> Iterator[str]:
    links = {
        (index, link.target): link
        for index, node in enumerate(chart.nodes)
        for link in node.links
        if link.target is not None
    }
    labels = _Labels()
    tracks = count()
    for (source, target), path in layout.paths.items():
        down = path[-1][0] > path[0][0]
        side = HEIGHT / 2 if down else -HEIGHT / 2
        points = [geometry.centers[position] for position in path]
        points[0] = (points[0][0], points[0][1] + side)
        points[-1] = (points[-1][0], points[-1][1] - side)
        loop = Mark.LOOP in chart.nodes[source].marks and Mark.LOOP in chart.nodes[target].marks
        kind = " ".join(["line", *(["back"] if not down else []), *(["loop"] if loop else [])])
        yield f'<path class="{kind}" d="{_path_data(path, points, geometry, tracks)}" marker-end="url(#flow-arrow)"/>'
        label = _label(links[source, target].labels)
        if label:
            end = points[1]
            if geometry.turns(path[0][0], path[1][0]):
                end = (points[0][0], points[0][1] + (GAP_DOWN if down else -GAP_DOWN))
            labels.add(label, points[0], end)
    # Labels come after all lines, so that no line crosses them.
    yield from labels.drawn


class _Labels:
    """The labels of lines, placed so that they do not overlap."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        #: Height, left and right end of each label, by grid cell of the size of a label.
        self._occupied: dict[tuple[int, int], list[tuple[float, float, float]]] = {}

    def add(self, label: str, start: Point, end: Point) -> None:
        """Add a label on the first segment of a line; it overlaps another only if no position is free."""
        half = len(label) * _CHARACTER_WIDTH / 2
        # A longer segment crosses a layer, where boxes would cover the label.
        between = min(1.0, GAP_DOWN / max(abs(end[1] - start[1]), 1))
        positions = [_point_on_line(start, end, part * between) for part in _LABEL_POSITIONS]
        x, y = next((point for point in positions if self._is_free(*point, half)), positions[0])
        self._occupied.setdefault(_cell(x, y), []).append((y, x - half, x + half))
        self.drawn.append(f'<text class="label" x="{x:.0f}" y="{y:.0f}">{escape(label)}</text>')

    def _is_free(self, x: float, y: float, half: float) -> bool:
        column, row = _cell(x, y)
        cells = product((column - 1, column, column + 1), (row - 1, row, row + 1))
        nearby = (label for cell in cells for label in self._occupied.get(cell, ()))
        return all(
            abs(y - height) >= _LABEL_HEIGHT or x + half < left or right < x - half
            for height, left, right in nearby
        )


def _cell(x: float, y: float) -> tuple[int, int]:
    return int(x // _LABEL_WIDTH_MAX), int(y // _LABEL_HEIGHT)


def _point_on_line(start: Point, end: Point, part: float) -> Point:
    """Return the point at a fraction of the curve between two layers that `_path_data` draws."""
    (x, y), (to_x, to_y) = start, end
    across, down = part**2 * (3 - 2 * part), 1.5 * part * (1 - part) + part**3
    return x + (to_x - x) * across, y + (to_y - y) * down


def _path_data(
    path: Sequence[tuple[int, int]], points: Sequence[Point], geometry: Geometry, tracks: Iterator[int]
) -> str:
    parts = [f"M{points[0][0]:.0f} {points[0][1]:.0f}"]
    for ((layer, _), (to_layer, _)), (start, end) in zip(pairwise(path), pairwise(points), strict=True):
        if geometry.turns(layer, to_layer):
            corners = geometry.around(layer, start, end, down=to_layer > layer, track=next(tracks))
            parts += [f"L{x:.0f} {y:.0f}" for x, y in corners[1:]]
            continue
        (x, y), (to_x, to_y) = start, end
        middle = (y + to_y) / 2
        parts.append(f"C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}")
    return "".join(parts)


def _label(labels: Sequence[str]) -> str:
    shown = ", ".join(_shorten(label, _LABEL_MAX) for label in labels[:_LABELS_MAX])
    return shown + (", …" if len(labels) > _LABELS_MAX else "")


def _boxes(chart: Chart, layout: Layout, geometry: Geometry) -> Iterator[str]:
    """Yield the boxes by position, which is also the keyboard order."""
    centers = {
        box: geometry.centers[row, column]
        for row, layer in enumerate(layout.layers)
        for column, box in enumerate(layer)
        if box >= 0
    }
    for index, node in enumerate(chart.nodes):
        x, y = centers[index]
        yield _box(chart, node, index, x - WIDTH / 2, y - HEIGHT / 2, layout)


def _box(chart: Chart, node: Node, index: int, x: float, y: float, layout: Layout) -> str:
    question = node.question
    marks = sorted(node.marks)
    kinds = " ".join(["box", f"type-{question.type}", *marks])
    labels = [MARK_LABELS[mark] for mark in marks]
    title = "; ".join([f"Question {question.qid}, {question.type}: {question.text}", *labels])
    notes = [*_notes(chart, node, index, layout)]
    foot = _shorten("; ".join(notes), _NOTE_MAX)
    # Without a note at the bottom there is room for a second line.
    lines = wrap(question.text[:_TEXT_WRAPPED_MAX], _TEXT_MAX, max_lines=1 if foot else 2, placeholder="…")
    texts = "".join(
        f'<text x="{x + 10:.0f}" y="{y + 40 + 17 * number:.0f}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    # The box is narrow: specific marks replace "error" and "warning".
    specific = [MARK_LABELS[mark] for mark in marks if mark not in (Mark.ERROR, Mark.WARNING)] or labels
    badge = ""
    if specific:
        badge = f'<text class="badge" x="{x + WIDTH - 8:.0f}" y="{y + 18:.0f}">{", ".join(specific)}</text>'
    head = f"{question.qid} · {question.type}" + (" · required" if question.required else "")
    return (
        # The title is the accessible name; an aria-label would have to repeat the visible text word for word.
        f'<a href="#q{question.qid}" class="{kinds}">'
        f"<title>{escape(title)}</title>"
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
        f'<text class="head" x="{x + 10:.0f}" y="{y + 18:.0f}">{escape(head)}</text>'
        f"{texts}"
        f'<text class="foot" x="{x + 10:.0f}" y="{y + 62:.0f}">{escape(foot)}</text>'
        f"{badge}</a>"
    )


def _notes(chart: Chart, node: Node, index: int, layout: Layout) -> Iterator[str]:
    """Yield a note for each link that has no line: to the end, to a missing question, or too long to draw."""
    for link in node.links:
        labels = f" ({', '.join(link.labels)})" if link.labels else ""
        if link.missing is not None:
            yield f"→ {link.missing} is missing{labels}"
        elif link.target is None:
            yield f"end{labels}"
        elif (index, link.target) in layout.undrawn:
            yield f"→ {chart.nodes[link.target].question.qid}{labels}"


def link_text(chart: Chart, link: Link) -> str:
    """Return the text of a link for the table: the answers or conditions, and the next question."""
    if link.missing is not None:
        where = f"{link.missing} (missing)"
    else:
        where = "the end" if link.target is None else str(chart.nodes[link.target].question.qid)
    return f"{' / '.join(link.labels)} → {where}" if link.labels else f"→ {where}"


def _shorten(text: str, length: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
