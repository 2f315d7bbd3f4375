"""The data of the page that shows the flow of a script: a chart with folded groups, a table, an index to search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat_api.engine.analysis.checker import Finding
from chat_api.engine.chart.chart import Chart, chart_of
from chat_api.engine.chart.folding import fold_groups
from chat_api.schemas.admin.finding_texts import shown_findings
from chat_api.schemas.admin.flow_boxes import MARK_LABELS
from chat_api.schemas.admin.flow_labels import labels_of, link_text
from chat_api.schemas.admin.flow_svg import draw_chart
from chat_api.schemas.lint import check_rows
from chat_api.schemas.loader import SchemaRows, raw_groups, raw_questions, raw_rules, rows_of
from chat_api.schemas.models import Schema
from chat_api.schemas.translations.catalog import completeness
from chat_api.schemas.type_labels import type_label

#: What the URL says where all groups are folded.
ALL: Final = "all"
_FINDINGS_MAX: Final = 30
#: The characters of a question that are searched, and those of a condition on the branch that was found.
_SEARCHED_MAX: Final = 1_000
_CONDITION_MAX: Final = 200

#: Texts of the page's scripts; `%(name)s` in them stand for what the scripts fill in.
_TEXTS: Final[Mapping[str, Promise]] = {
    "nothing": gettext_lazy("Nothing found."),
    "found": gettext_lazy("%(number)s of %(count)s: question %(qid)s."),
    "folded": gettext_lazy("It is in the folded group “%(name)s”. Press Enter to unfold it."),
    "first": gettext_lazy("The script begins with it."),
    "unreached": gettext_lazy("Nothing leads to it."),
    "before": gettext_lazy("Questions before it on the marked branch: %(count)s."),
    "earlier": gettext_lazy("Branches before these: %(count)s"),
    "step": gettext_lazy("Question %(qid)s, %(text)s: %(condition)s"),
}


class Flow:
    """The flow of a schema. Loaded with the same number of queries, however long the script is."""

    def __init__(self, schema: Schema, folded: Iterable[str]) -> None:
        self.schema = schema
        self.rows: SchemaRows = rows_of(schema)
        self.findings: Sequence[Finding] = check_rows(schema, self.rows)
        self.chart: Chart = chart_of(
            raw_questions(self.rows), self.findings, raw_groups(self.rows), raw_rules(schema)
        )
        used = {node.question.group_id for node in self.chart.nodes}
        self.names = {group.pk: group.name for group in self.rows.groups if group.pk in used}
        self.folded = folded_groups(folded, self.names)
        self.title = _("Flow of %(schema)s") % {"schema": schema}

    def drawing(self) -> SafeString | str:
        """Return the chart as an `svg` element, or an empty text if there are no questions."""
        if not self.chart.nodes:
            return ""
        folded = fold_groups(self.chart, self.folded) if self.folded else self.chart
        return draw_chart(folded, title=self.title, groups=self.names)

    def context(self) -> dict[str, Any]:
        """Return the context of the page's template."""
        return {
            "title": self.title,
            "drawing": self.drawing(),
            "groups": self._groups(),
            "flow": {
                "questions": self._index(),
                "groups": self.names,
                "texts": {key: str(text) for key, text in _TEXTS.items()},
            },
            "lines": [
                {
                    "question": node.question,
                    "type": type_label(node.question.type),
                    "links": [link_text(self.chart, link) for link in node.links],
                    "marks": [str(MARK_LABELS[mark]) for mark in sorted(node.marks)],
                    "findings": shown_findings(node.findings),
                }
                for node in self.chart.nodes
            ],
            # The table has the rest.
            "findings": shown_findings(self.findings[:_FINDINGS_MAX]),
            "languages": completeness(self.schema, self.rows),
        }

    def _groups(self) -> list[dict[str, Any]]:
        counts = dict.fromkeys(self.names, 0)
        for node in self.chart.nodes:
            if node.question.group_id in counts:
                counts[node.question.group_id] += 1
        return [
            {"id": group, "name": name, "count": counts[group], "is_folded": group in self.folded}
            for group, name in self.names.items()
        ]

    def _index(self) -> list[dict[str, Any]]:
        """Return what is searched, and the links by which the branch that leads to a question is found."""
        return [
            {
                "qid": node.question.qid,
                "name": node.question.name or "",
                "text": node.question.text[:_SEARCHED_MAX],
                "group": node.question.group_id,
                "links": [
                    [link.target, " / ".join(labels_of(link))[:_CONDITION_MAX]]
                    for link in node.links
                    if link.target is not None
                ],
            }
            for node in self.chart.nodes
        ]


def folded_groups(values: Iterable[str], groups: Iterable[int]) -> set[int]:
    """Return the groups that the values of the query parameter fold: ids, joined by commas or one by one, or `all`.

    Unknown ids are ignored.
    """
    given = {part for value in values for part in value.split(",")}
    return {group for group in groups if ALL in given or str(group) in given}
