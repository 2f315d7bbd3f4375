"""A script's chart as SVG: boxes that can be followed like links, lines with what leads along them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import count, pairwise, product
from textwrap import wrap
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from chat_api.engine.chart.chart import Chart, Mark, Stop, Way
from chat_api.engine.chart.layout import Layout, layout_of
from chat_api.schemas.admin.flow_bands import GAP_DOWN, HEIGHT, WIDTH, Places, Spot, places_of

_TEXT_SHOWN: Final = 24
_NOTE_SHOWN: Final = 31
_SEEN: Final = 200
_LABEL_SHOWN: Final = 26
_LABELS_SHOWN: Final = 2
#: About the width of a letter of a label, and its height.
_LETTER: Final = 6.5
_LABEL_HEIGHT: Final = 13
_LABEL_WIDTH_MAX: Final = 400
#: Where along its line a label may go, the best place first.
_LABEL_PLACES: Final = (0.5, 0.78, 0.22)

#: What is said of a mark in words, as colours alone say nothing to many.
WORDS: Final = {
    Mark.ERROR: "error",
    Mark.WARNING: "warning",
    Mark.LOOP: "loop",
    Mark.DEAD_END: "dead end",
    Mark.UNREACHED: "never reached",
}


def drawn(chart: Chart, *, title: str) -> SafeString:
    """Give the chart as an `svg` element; each question is a link to `#q<qid>`, where the table says it in words."""
    layout = layout_of(len(chart.stops), chart.edges)
    places = places_of(layout)
    parts = [
        (
            f'<svg class="flow" role="group" aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg"'
            f' width="{places.width:.0f}" height="{places.height:.0f}"'
            f' viewBox="0 0 {places.width:.0f} {places.height:.0f}">'
        ),
        (
            '<defs><marker id="flow-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
            ' orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>'
        ),
        '<g aria-hidden="true">',
        *_lines(chart, layout, places),
        "</g>",
        *_boxes(chart, layout, places),
        "</svg>",
    ]
    # Every text in it went through `escape`.
    return mark_safe("".join(parts))  # noqa: S308


def _lines(chart: Chart, layout: Layout, places: Places) -> Iterator[str]:
    ways = {
        (place, way.target): way
        for place, stop in enumerate(chart.stops)
        for way in stop.ways
        if way.target is not None
    }
    labels = _Labels()
    tracks = count()
    for (source, target), passed in layout.lines.items():
        down = passed[-1][0] > passed[0][0]
        side = HEIGHT / 2 if down else -HEIGHT / 2
        spots = [places.middles[place] for place in passed]
        spots[0] = (spots[0][0], spots[0][1] + side)
        spots[-1] = (spots[-1][0], spots[-1][1] - side)
        loop = Mark.LOOP in chart.stops[source].marks and Mark.LOOP in chart.stops[target].marks
        kind = " ".join(["line", *(["back"] if not down else []), *(["loop"] if loop else [])])
        yield f'<path class="{kind}" d="{_path(passed, spots, places, tracks)}" marker-end="url(#flow-arrow)"/>'
        label = _label(ways[source, target].labels)
        if label:
            beside = spots[1]
            if places.turns(passed[0][0], passed[1][0]):
                beside = (spots[0][0], spots[0][1] + (GAP_DOWN if down else -GAP_DOWN))
            labels.add(label, spots[0], beside)
    # Above all lines, so that none crosses them out.
    yield from labels.drawn


class _Labels:
    """The words on the lines, each beside those that are there already."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        #: Height, beginning and end of what is written, by cells of the size of a label.
        self._taken: dict[tuple[int, int], list[tuple[float, float, float]]] = {}

    def add(self, label: str, start: Spot, end: Spot) -> None:
        """Write a label on the first stretch of a line; over another one only if there is no other place."""
        half = len(label) * _LETTER / 2
        # A longer stretch passes a layer, where boxes would hide the words.
        between = min(1.0, GAP_DOWN / max(abs(end[1] - start[1]), 1))
        places = [_on_line(start, end, part * between) for part in _LABEL_PLACES]
        x, y = next((place for place in places if self._is_free(*place, half)), places[0])
        self._taken.setdefault(_cell(x, y), []).append((y, x - half, x + half))
        self.drawn.append(f'<text class="label" x="{x:.0f}" y="{y:.0f}">{escape(label)}</text>')

    def _is_free(self, x: float, y: float, half: float) -> bool:
        column, row = _cell(x, y)
        cells = product((column - 1, column, column + 1), (row - 1, row, row + 1))
        near = (spot for cell in cells for spot in self._taken.get(cell, ()))
        return all(
            abs(y - height) >= _LABEL_HEIGHT or x + half < left or right < x - half
            for height, left, right in near
        )


def _cell(x: float, y: float) -> tuple[int, int]:
    return int(x // _LABEL_WIDTH_MAX), int(y // _LABEL_HEIGHT)


def _on_line(start: Spot, end: Spot, part: float) -> Spot:
    """Give the point at that part of a stretch between two layers, as `_path` bends it."""
    (x, y), (to_x, to_y) = start, end
    across, down = part**2 * (3 - 2 * part), 1.5 * part * (1 - part) + part**3
    return x + (to_x - x) * across, y + (to_y - y) * down


def _path(
    passed: Sequence[tuple[int, int]], spots: Sequence[Spot], places: Places, tracks: Iterator[int]
) -> str:
    parts = [f"M{spots[0][0]:.0f} {spots[0][1]:.0f}"]
    for ((layer, _), (to_layer, _)), (start, end) in zip(pairwise(passed), pairwise(spots), strict=True):
        if places.turns(layer, to_layer):
            corners = places.around(layer, start, end, down=to_layer > layer, track=next(tracks))
            parts += [f"L{x:.0f} {y:.0f}" for x, y in corners[1:]]
            continue
        (x, y), (to_x, to_y) = start, end
        middle = (y + to_y) / 2
        parts.append(f"C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}")
    return "".join(parts)


def _label(labels: Sequence[str]) -> str:
    shown = ", ".join(_cut(label, _LABEL_SHOWN) for label in labels[:_LABELS_SHOWN])
    return shown + (", …" if len(labels) > _LABELS_SHOWN else "")


def _boxes(chart: Chart, layout: Layout, places: Places) -> Iterator[str]:
    """Give the boxes by position, which is the order in which a keyboard comes to them."""
    spots = {
        box: places.middles[row, column]
        for row, layer in enumerate(layout.layers)
        for column, box in enumerate(layer)
        if box >= 0
    }
    for place, stop in enumerate(chart.stops):
        x, y = spots[place]
        yield _box(chart, stop, place, x - WIDTH / 2, y - HEIGHT / 2, layout)


def _box(chart: Chart, stop: Stop, place: int, x: float, y: float, layout: Layout) -> str:
    question = stop.question
    marks = sorted(stop.marks)
    kinds = " ".join(["box", f"type-{question.type}", *marks])
    words = [WORDS[mark] for mark in marks]
    said = "; ".join([f"Question {question.qid}, {question.type}: {question.text}", *words])
    notes = [*_notes(chart, stop, place, layout)]
    foot = _cut("; ".join(notes), _NOTE_SHOWN)
    # What has no note at its foot has room for a second line.
    lines = wrap(question.text[:_SEEN], _TEXT_SHOWN, max_lines=1 if foot else 2, placeholder="…")
    texts = "".join(
        f'<text x="{x + 10:.0f}" y="{y + 40 + 17 * number:.0f}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    # The box is narrow: what is wrong in particular goes before that something is.
    special = [WORDS[mark] for mark in marks if mark not in (Mark.ERROR, Mark.WARNING)] or words
    badge = ""
    if special:
        badge = f'<text class="badge" x="{x + WIDTH - 8:.0f}" y="{y + 18:.0f}">{", ".join(special)}</text>'
    head = f"{question.qid} · {question.type}" + (" · required" if question.required else "")
    return (
        # The title names the link; a label beside it would have to repeat what is drawn, word for word.
        f'<a href="#q{question.qid}" class="{kinds}">'
        f"<title>{escape(said)}</title>"
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
        f'<text class="head" x="{x + 10:.0f}" y="{y + 18:.0f}">{escape(head)}</text>'
        f"{texts}"
        f'<text class="foot" x="{x + 10:.0f}" y="{y + 62:.0f}">{escape(foot)}</text>'
        f"{badge}</a>"
    )


def _notes(chart: Chart, stop: Stop, place: int, layout: Layout) -> Iterator[str]:
    """Say in the box what has no line: the end, what is missing, and lines too long to be drawn."""
    for way in stop.ways:
        because = f" ({', '.join(way.labels)})" if way.labels else ""
        if way.missing is not None:
            yield f"→ {way.missing} is missing{because}"
        elif way.target is None:
            yield f"ends{because}"
        elif (place, way.target) in layout.named:
            yield f"→ {chart.stops[way.target].question.qid}{because}"


def way_in_words(chart: Chart, way: Way) -> str:
    """Give a way for the table: where it leads, and which answers or conditions lead there."""
    if way.missing is not None:
        where = f"{way.missing} (missing)"
    else:
        where = "the end" if way.target is None else str(chart.stops[way.target].question.qid)
    return f"{' / '.join(way.labels)} → {where}" if way.labels else f"→ {where}"


def _cut(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
