"""Boxes of a flow chart: questions, folded groups, and the tabs that fold a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chat_api.engine.chart.chart import Chart, Mark, Node
from chat_api.engine.chart.layout import Layout
from chat_api.schemas.admin.flow_geometry import HEIGHT, WIDTH, Geometry, Point
from chat_api.schemas.admin.flow_labels import CHARACTER_WIDTH, Area, labels_of, shorten
from chat_api.schemas.type_labels import type_label

_TEXT_MAX: Final = 24
_NOTE_MAX: Final = 31
_TEXT_WRAPPED_MAX: Final = 200
#: A tab ends before the middle of its box, where lines arrive.
_TAB_MAX: Final = 10
TAB_HEIGHT: Final = 24
_TAB_LEFT: Final = 4

#: Text for each mark, because colours alone are not accessible.
MARK_LABELS: Final[Mapping[Mark, Promise]] = {
    Mark.ERROR: gettext_lazy("error"),
    Mark.WARNING: gettext_lazy("warning"),
    Mark.LOOP: gettext_lazy("loop"),
    Mark.DEAD_END: gettext_lazy("dead end"),
    Mark.UNREACHED: gettext_lazy("unreachable"),
}


def draw_boxes(chart: Chart, layout: Layout, geometry: Geometry, groups: Mapping[int, str]) -> Iterator[str]:
    """Yield the boxes by position, which is also the keyboard order; `groups` are the names of groups by id."""
    corners, boxes = corners_of(layout, geometry), _Boxes(chart, layout, groups)
    for index, node in enumerate(chart.nodes):
        yield boxes.group(index, corners[index]) if node.folded else boxes.question(index, corners[index])


def corners_of(layout: Layout, geometry: Geometry) -> dict[int, Point]:
    """Return the left and upper end of each box, by index."""
    return {
        box: (geometry.centers[row, column][0] - WIDTH / 2, geometry.centers[row, column][1] - HEIGHT / 2)
        for row, layer in enumerate(layout.layers)
        for column, box in enumerate(layer)
        if box >= 0
    }


def draw_tabs(
    chart: Chart, corners: Mapping[int, Point], groups: Mapping[int, str]
) -> dict[int, tuple[str, Area]]:
    """Return the tab that folds a group, and its area (top, bottom, left, right), by index of the group's first box."""
    found: dict[int, tuple[str, Area]] = {}
    seen: set[int] = set()
    for index, node in enumerate(chart.nodes):
        group = node.question.group_id
        if group is None or node.folded or group in seen or group not in groups:
            continue
        seen.add(group)
        x, y = corners[index]
        text = f"▾ {shorten(groups[group], _TAB_MAX)}"
        width = 12 + CHARACTER_WIDTH * len(text)
        left, top = x + _TAB_LEFT, y - TAB_HEIGHT
        title = _("Fold the group “%(name)s”") % {"name": groups[group]}
        drawn = (
            f'<a href="#flow-group-{group}" class="tab" data-group="{group}"><title>{escape(title)}</title>'
            f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{TAB_HEIGHT}" rx="5"/>'
            f'<text x="{left + 6:.0f}" y="{top + 16:.0f}">{escape(text)}</text></a>'
        )
        found[index] = (drawn, (top, y, left, left + width))
    return found


def key_of(node: Node) -> str:
    """Return what the page calls the box: the qid of its question, or the id of its folded group."""
    return f"g{node.question.group_id}" if node.folded else str(node.question.qid)


@dataclass(frozen=True, slots=True)
class _Face:
    """The texts on a box; `title` is its accessible name."""

    title: str
    head: str
    text: str
    foot: str


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Drawing of single boxes of a chart."""

    chart: Chart
    layout: Layout
    groups: Mapping[int, str]

    def question(self, index: int, corner: Point) -> str:
        """Return the box of a question, which links to its row."""
        node = self.chart.nodes[index]
        question, kind = node.question, type_label(node.question.type)
        values = {"qid": question.qid, "type": kind, "text": question.text}
        title = "; ".join([_("Question %(qid)s, %(type)s: %(text)s") % values, *_mark_texts(node)])
        head = f"{question.qid} · {kind}" + (f" · {_('required')}" if question.required else "")
        classes = " ".join(["box", f"type-{question.type}", *sorted(node.marks)])
        opened = f'<a href="#q{question.qid}" id="flow-{key_of(node)}" class="{escape(classes)}">'
        return _drawn(opened, _Face(title, head, question.text, self._foot(index)), node, corner)

    def group(self, index: int, corner: Point) -> str:
        """Return the box of a folded group, which links to its control."""
        node, (x, y) = self.chart.nodes[index], corner
        group, count = node.question.group_id, len(node.folded)
        name = self.groups.get(group or 0, "")
        counted = ngettext("%(count)s question", "%(count)s questions", count) % {"count": count}
        values = {"name": name, "questions": counted}
        title = "; ".join([_("Unfold the group “%(name)s”: %(questions)s") % values, *_mark_texts(node)])
        classes = " ".join(["box", "folded", *sorted(node.marks)])
        opened = (
            f'<a href="#flow-group-{group}" id="flow-{key_of(node)}" data-group="{group}" class="{classes}">'
            f'<rect x="{x + 5:.0f}" y="{y + 5:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
        )
        return _drawn(opened, _Face(title, f"▸ {counted}", name, self._foot(index)), node, corner)

    def _foot(self, index: int) -> str:
        return shorten("; ".join(self._notes(index)), _NOTE_MAX)

    def _notes(self, index: int) -> Iterator[str]:
        """Yield a note for each link that has no line: to the end, to a missing question, or too long to draw."""
        for link in self.chart.nodes[index].links:
            labels = ", ".join(labels_of(link))
            shown = f" ({labels})" if labels else ""
            if link.missing is not None:
                yield "→ " + _("%(qid)s is missing") % {"qid": link.missing} + shown
            elif link.target is None:
                yield _("end") + shown
            elif (index, link.target) in self.layout.undrawn:
                yield f"→ {self.chart.nodes[link.target].question.qid}{shown}"


def _drawn(opened: str, face: _Face, node: Node, corner: Point) -> str:
    """Return the element of a box; `opened` is its start."""
    x, y = corner
    # Without a note at the bottom there is room for a second line.
    most = 1 if face.foot else 2
    lines = wrap(face.text[:_TEXT_WRAPPED_MAX], _TEXT_MAX, max_lines=most, placeholder="…")
    texts = "".join(
        f'<text x="{x + 10:.0f}" y="{y + 40 + 17 * number:.0f}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    # The box is narrow: specific marks replace "error" and "warning".
    specific = [mark for mark in sorted(node.marks) if mark not in (Mark.ERROR, Mark.WARNING)]
    labels = [str(MARK_LABELS[mark]) for mark in specific] or _mark_texts(node)
    badge = ""
    if labels:
        shown = escape(", ".join(labels))
        badge = f'<text class="badge" x="{x + WIDTH - 8:.0f}" y="{y + 18:.0f}">{shown}</text>'
    return (
        # The title is the accessible name; an aria-label would have to repeat the visible text word for word.
        f"{opened}<title>{escape(face.title)}</title>"
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
        f'<text class="head" x="{x + 10:.0f}" y="{y + 18:.0f}">{escape(face.head)}</text>'
        f"{texts}"
        f'<text class="foot" x="{x + 10:.0f}" y="{y + 62:.0f}">{escape(face.foot)}</text>'
        f"{badge}</a>"
    )


def _mark_texts(node: Node) -> list[str]:
    return [str(MARK_LABELS[mark]) for mark in sorted(node.marks)]
