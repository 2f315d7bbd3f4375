"""Rendering of a flow chart as SVG: questions are boxes with links, edges are labelled lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import count, pairwise
from types import MappingProxyType
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from chat_api.engine.chart.chart import Chart, Mark
from chat_api.engine.chart.layout import Layout, layout_of
from chat_api.schemas.admin.flow_boxes import TAB_HEIGHT, corners_of, draw_boxes, draw_tabs, key_of
from chat_api.schemas.admin.flow_geometry import GAP_DOWN, HEIGHT, Geometry, Point, geometry_of
from chat_api.schemas.admin.flow_labels import LINE_HEIGHT, Label, Labels, label_of

_NO_GROUPS: Final[Mapping[int, str]] = MappingProxyType({})
#: What a gap has besides labels, and its maximum height, in pixels.
_GAP_AROUND: Final = 30
_GAP_MAX: Final = 300.0

#: Labels by (source, target).
_Texts = Mapping[tuple[int, int], Label]


def draw_chart(chart: Chart, *, title: str, groups: Mapping[int, str] = _NO_GROUPS) -> SafeString:
    """Return the chart as an `svg` element; `groups` are the names of groups by id.

    Each question links to its row `#q<qid>` in the table of the page, each group to its control `#flow-group-<id>`.
    """
    layout = layout_of(len(chart.nodes), chart.edges)
    texts = {
        (index, link.target): label_of(link)
        for index, node in enumerate(chart.nodes)
        for link in node.links
        if link.target is not None
    }
    geometry = geometry_of(layout, _gaps(layout, texts, has_tabs=bool(groups)))
    tabs = draw_tabs(chart, corners_of(layout, geometry), groups)
    labels = Labels()
    for _, area in tabs.values():
        labels.occupy(area)
    parts = [
        (
            f'<svg class="flow" role="group" aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg"'
            f' width="{geometry.width:.0f}" height="{geometry.height:.0f}"'
            f' viewBox="0 0 {geometry.width:.0f} {geometry.height:.0f}">'
        ),
        (
            '<defs><marker id="flow-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="12" markerHeight="12"'
            ' markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>'
        ),
        '<g aria-hidden="true">',
        *_lines(chart, layout, geometry, texts, labels),
        # Labels come after all lines, so that no line crosses them.
        *labels.drawn,
        "</g>",
    ]
    for index, box in enumerate(draw_boxes(chart, layout, geometry, groups)):
        parts += [tabs[index][0], box] if index in tabs else [box]
    parts.append("</svg>")
    # All texts are escaped.
    return mark_safe("".join(parts))  # noqa: S308


def _gaps(layout: Layout, texts: _Texts, *, has_tabs: bool) -> list[float]:
    """Return the height of the gap below each layer: there is room for the labels of a box one below the other."""
    counts: dict[tuple[int, int], int] = {}
    for edge, path in layout.paths.items():
        # A line that goes back begins in the gap above its box.
        layer = min(path[0][0], path[1][0])
        counts[layer, edge[0]] = counts.get((layer, edge[0]), 0) + len(texts[edge].lines)
    gaps = [float(GAP_DOWN)] * len(layout.layers)
    for (layer, _), lines in counts.items():
        needed = _GAP_AROUND + LINE_HEIGHT * lines + (TAB_HEIGHT if has_tabs else 0)
        gaps[layer] = max(gaps[layer], min(_GAP_MAX, needed))
    return gaps


def _lines(chart: Chart, layout: Layout, geometry: Geometry, texts: _Texts, labels: Labels) -> Iterator[str]:
    """Yield the lines, and place the labels on them."""
    tracks = count()
    for (source, target), path in layout.paths.items():
        down = path[-1][0] > path[0][0]
        side = HEIGHT / 2 if down else -HEIGHT / 2
        points = [geometry.centers[position] for position in path]
        points[0] = (points[0][0], points[0][1] + side)
        points[-1] = (points[-1][0], points[-1][1] - side)
        loop = Mark.LOOP in chart.nodes[source].marks and Mark.LOOP in chart.nodes[target].marks
        kind = " ".join(["line", *(["back"] if not down else []), *(["loop"] if loop else [])])
        edge = escape(f"{key_of(chart.nodes[source])} {key_of(chart.nodes[target])}")
        drawn = _path_data(path, points, geometry, tracks)
        yield f'<path class="{kind}" data-edge="{edge}" d="{drawn}" marker-end="url(#flow-arrow)"/>'
        end, gap = points[1], geometry.gaps[min(path[0][0], path[1][0])]
        if geometry.turns(path[0][0], path[1][0]):
            end = (points[0][0], points[0][1] + (gap if down else -gap))
        labels.add(texts[source, target], points[0], end, gap)


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
