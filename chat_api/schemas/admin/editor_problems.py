"""Errors and findings about a document as JSON for the script editor: each says which part it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from chat_api.engine.analysis.checker import Finding
from chat_api.schemas.admin.finding_texts import plain_text
from chat_api.schemas.portability.parsing import Reason

Problem = dict[str, Any]

#: The columns that findings of a code are about; by default the finding is about the whole part.
_FIELDS: Final[Mapping[str, tuple[str, str | None]]] = {
    "bad_modification": ("question", "variable_modifications"),
    "bad_name": ("question", "name"),
    "bad_placeholder": ("question", "text"),
    "bad_qid": ("question", "qid"),
    "bad_range": ("question", "range_to"),
    "bad_rule": ("question", "forking_rules"),
    "dead_end": ("question", "next_qid"),
    "duplicate_name": ("question", "name"),
    "duplicate_position": ("question", "position"),
    "duplicate_qid": ("question", "qid"),
    "empty_choice": ("question", "answers"),
    "empty_fork": ("question", "forking_rules"),
    "empty_limits": ("question", "limits"),
    "empty_text": ("question", "text"),
    "false_constraint": ("question", "constraints"),
    "missing_question": ("question", "next_qid"),
    "name_conflict": ("question", "variable_modifications"),
    "refused_default": ("question", "default"),
    "undecided_target": ("question", "forking_rules"),
    "unknown_attachment_type": ("attachment", "type"),
    "unknown_type": ("question", "type"),
    "unknown_variable": ("question", "variable_modifications"),
    "unreachable_condition": ("question", "forking_rules"),
}
#: How findings name an expression, and a score or flag.
_COLUMN: Final = re.compile(r"\b(show_if|calculate|default) of (an answer to )?question with QID ")
_UNUSED: Final = re.compile(r"\"(\w+)[.\w]*\" of question with QID ")
_OF_SCHEMA: Final = re.compile(r"\b(score|flag) \"?(\w+)")
_COLUMN_OF: Final = {"score": "expression", "flag": "if"}


def problems_of(reasons: Iterable[Reason], document: Any) -> list[Problem]:
    """Return what makes the document invalid."""
    return [problem_of(reason, document) for reason in reasons]


def problem_of(reason: Reason, document: Any = None) -> Problem:
    """Return one error; `index` is the place in the list of its kind, for groups, scores, flags and attachments."""
    qid = reason.qid
    if qid is None and reason.question is not None:
        qid = _qid_at(document, reason.question)
    return {
        "qid": qid,
        "question": reason.question,
        "answer": reason.answer,
        "part": reason.part,
        "index": reason.index,
        "field": reason.field,
        "text": reason.text,
    }


def error_findings(reasons: Iterable[Reason], document: Any) -> list[Problem]:
    """Return what makes the document invalid, as findings."""
    more = {"severity": "error", "code": "invalid_document", "hint": "", "plain": ""}
    return [{**problem, **more} for problem in problems_of(reasons, document)]


def finding_documents(findings: Iterable[Finding], document: Any) -> list[Problem]:
    """Return the findings of the checker about the document."""
    places: dict[Any, int] = {}
    for index, question in enumerate(_listed(document, "questions")):
        places.setdefault(question.get("qid"), index)
    return [
        {
            "qid": finding.qid,
            "question": None if finding.qid is None else places.get(finding.qid),
            "answer": None,
            **_place_of(finding, document),
            "text": finding.text,
            "plain": plain_text(finding),
            "severity": finding.severity.value,
            "code": finding.code,
            "hint": finding.hint,
        }
        for finding in findings
    ]


def _place_of(finding: Finding, document: Any) -> Problem:
    if finding.qid is None:
        named = _OF_SCHEMA.search(finding.text)
        if named is None:
            return {"part": "schema", "index": None, "field": None}
        part, name = named.groups()
        items = _listed(document, f"{part}s")
        index = next((place for place, item in enumerate(items) if item.get("name") == name), None)
        return {"part": part, "index": index, "field": _COLUMN_OF[part]}
    column = _COLUMN.search(finding.text)
    if column is not None:
        return {"part": "answer" if column[2] else "question", "index": None, "field": column[1]}
    unused = _UNUSED.match(finding.text)
    part, field = _FIELDS.get(finding.code, ("question", None if unused is None else unused[1]))
    return {"part": part, "index": None, "field": field}


def _listed(document: Any, name: str) -> list[dict[str, Any]]:
    """Return the objects of a list of the document, which may be anything; others are empty, to keep their places."""
    found = document.get(name) if isinstance(document, dict) else None
    items = found if isinstance(found, list) else []
    return [item if isinstance(item, dict) else {} for item in items]


def _qid_at(document: Any, index: int) -> int | None:
    questions = _listed(document, "questions")
    qid = questions[index].get("qid") if index < len(questions) else None
    return qid if isinstance(qid, int) and not isinstance(qid, bool) else None
