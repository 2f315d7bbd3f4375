"""The rows of a schema that a new document leaves as they are: they are neither written nor get other ids."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import models

from chat_api.schemas.loader import SchemaRows
from chat_api.schemas.models import Answer, Group, Question
from chat_api.schemas.portability.drafts import QuestionDraft, SchemaDraft


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to be deleted, and a draft of those to be inserted after that.

    A question is changed with its answers and templates as a whole, and with its group.
    """

    groups: list[Group]
    questions: list[Question]
    added: SchemaDraft


def changes_of(rows: SchemaRows, draft: SchemaDraft) -> Changes:
    """Return what turns the stored rows into those of the draft."""
    groups = _kept_groups(rows, draft)
    names = {group.pk: group.name for group in rows.groups if group.name in groups}
    stored = {question.qid: question for question in rows.questions}
    kept: set[int] = set()
    added: list[QuestionDraft] = []
    for each in draft.questions:
        before = stored.get(each.row.qid)
        if before is not None and _is_unchanged(before, each, rows, names):
            kept.add(before.pk)
        else:
            group = None if each.group is None else groups.get(each.group.name, each.group)
            added.append(replace(each, group=group))
    new_groups = [group for group in draft.groups if group.name not in groups]
    return Changes(
        [group for group in rows.groups if group.name not in groups],
        [question for question in rows.questions if question.pk not in kept],
        replace(draft, groups=new_groups, questions=added),
    )


def _kept_groups(rows: SchemaRows, draft: SchemaDraft) -> dict[str, Group]:
    """Return by name the stored groups that stay."""
    new = {group.name: _values(group) for group in draft.groups}
    return {group.name: group for group in rows.groups if new.get(group.name) == _values(group)}


def _is_unchanged(before: Question, after: QuestionDraft, rows: SchemaRows, names: dict[int, str]) -> bool:
    """Return whether a question and all that belongs to it stay; `names` are those of kept groups by id."""
    group = None if before.group_id is None else names.get(before.group_id, "")
    return (
        group == (None if after.group is None else after.group.name)
        and _values(before) == _values(after.row)
        and _all_values(rows.answers.get(before.pk, ())) == _all_values(_by_position(after))
        and _all_values(rows.templates.get(before.pk, ())) == _all_values(after.templates)
    )


def _by_position(draft: QuestionDraft) -> list[Answer]:
    return sorted(draft.answers, key=lambda answer: answer.position)


def _all_values(rows: Iterable[models.Model]) -> list[str]:
    return [_values(row) for row in rows]


def _values(row: models.Model) -> str:
    """Return the columns of a row as they are stored, without its id and its parents; 1, 1.0 and true differ."""
    found = {}
    for column in row._meta.concrete_fields:
        if column.primary_key or column.name in ("schema", "group", "question"):
            continue
        value = getattr(row, column.attname)
        is_file = isinstance(column, models.FileField)
        found[column.name] = (value.name or "") if is_file else column.to_python(value)
    return json.dumps(found, sort_keys=True)
