"""Compact documents: readable YAML or JSON with qids instead of ids, described by `schemas/compact.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import models

from chat_api.engine.script import CHOICE_TYPES, END, QuestionType
from chat_api.schemas.loader import SchemaRows, rows_of
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema
from chat_api.schemas.portability.drafts import QuestionDraft, SchemaDraft, check
from chat_api.schemas.portability.parsing import BadDocument
from chat_api.schemas.portability.schema_errors import parts_of, reason_of
from chat_api.schemas.portability.unquoted import numbers_to_texts
from chat_api.schemas.portability.validating import errors_in
from chat_api.schemas.portability.yaml_texts import as_yaml

Document = dict[str, Any]

_REASONS_MAX: Final = 20

#: Columns in the order of the document, with the default values, which are omitted.
_QUESTION: Final[dict[str, Any]] = {
    "name": None,
    "text": "",
    "text_i18n": {},
    "hint": None,
    "hint_i18n": {},
    "show_if": None,
    "required": False,
    "required_message": None,
    "required_message_i18n": {},
    "skip": None,
    "skip_i18n": {},
    "choice_open": False,
    "range_from": None,
    "range_to": None,
    "limits": None,
    "constraints": None,
    "default": None,
    "calculate": None,
    "show_as_type": "automated_message",
    "has_attachments": False,
    "variable_modifications": [],
    "forking_rules": [],
    "meta": None,
    "comments": None,
}
_ANSWER: Final[dict[str, Any]] = {
    "text": "",
    "text_i18n": {},
    "value": None,
    "weight": None,
    "show_if": None,
    "exclusive": False,
    "variable_modifications": [],
    "meta": None,
    "comments": None,
}
_GROUP: Final[dict[str, Any]] = {
    "name_i18n": {},
    "key": None,
    "show_if": None,
    "text": None,
    "text_i18n": {},
    "layout": None,
    "repeat": None,
}
_SCHEMA: Final[dict[str, Any]] = {"name_i18n": {}, "match_text": False}
#: After the questions, because they refer to these.
_SCHEMA_END: Final[dict[str, Any]] = {"scores": None, "flags": None}
_ATTACHMENT: Final[dict[str, Any]] = {
    "title": "",
    "title_i18n": {},
    "description": "",
    "description_i18n": {},
    "url": None,
    "src": "",
    "thumbnail": None,
    "options": None,
    "object_id": None,
}
_FILES: Final = ("file", "thumbnail_image")


def as_compact(schema: Schema, *, indent: int | None, as_json: bool) -> str:
    """Return the schema as a compact document in YAML or JSON."""
    document = document_of(schema)
    if as_json:
        return json.dumps(document, indent=2 if indent is None else indent, ensure_ascii=False) + "\n"
    return as_yaml(document, indent=indent)


def document_of(schema: Schema, rows: SchemaRows | None = None) -> Document:
    """Return the compact document as data, from its rows, which take four queries unless they are given.

    Takes one more for each content type that is not cached.
    """
    return _dump_schema(schema, rows_of(schema) if rows is None else rows)


def from_compact(data: Any, *, using: str) -> SchemaDraft:
    """Return the schema of a compact document. Raises `BadDocument` with all errors and their positions."""
    data = numbers_to_texts(data)
    found = (part for error in errors_in(data) for part in parts_of(error))
    errors = sorted(found, key=lambda error: [str(part) for part in error.absolute_path])
    if errors:
        raise BadDocument(*(reason_of(error) for error in errors[:_REASONS_MAX]))
    row = Schema(
        name=data["name"],
        type=data["type"],
        version=data.get("version", 1),
        **{name: data.get(name, default) for name, default in {**_SCHEMA, **_SCHEMA_END}.items()},
    )
    groups = _groups(data)
    qids = [question["qid"] for question in data["questions"]]
    following = [*qids[1:], END]
    questions = [
        _question(each, number, after, groups, using)
        for number, (each, after) in enumerate(zip(data["questions"], following, strict=False), start=1)
    ]
    # Schemas of earlier releases are exported to this format too, so their attachments are accepted.
    return SchemaDraft(
        row, list(groups.values()), questions, is_next_version="version" not in data, is_lenient=True
    )


def checked_draft(document: Any, *, using: str) -> SchemaDraft:
    """Return the draft of a compact document whose questions show what they have. Raises `BadDocument`, as `check`."""
    draft = from_compact(document, using=using)
    for question in draft.questions:
        question.row.has_attachments = bool(question.templates)
    check(draft, using=using)
    return draft


def _groups(data: Document) -> dict[str, Group]:
    listed: list[Document] = [
        {"name": item} if isinstance(item, str) else item for item in data.get("groups", [])
    ]
    names = [item["name"] for item in listed]
    if len(set(names)) < len(names):
        raise BadDocument("groups: duplicate name")
    used = (question["group"] for question in data["questions"] if "group" in question)
    listed += [{"name": name} for name in dict.fromkeys(used) if name not in names]
    return {
        item["name"]: Group(
            name=item["name"],
            position=item.get("position", number),
            **{name: item.get(name, default) for name, default in _GROUP.items()},
        )
        for number, item in enumerate(listed, start=1)
    }


def _question(
    each: Document, number: int, following: int, groups: Mapping[str, Group], using: str
) -> QuestionDraft:
    kind = each["type"]
    row = Question(
        qid=each["qid"],
        type=kind,
        position=each.get("position", number),
        next_qid=each.get("next_qid", _default_next(kind, following)),
        **{name: each.get(name, default) for name, default in _QUESTION.items()},
    )
    answers = [
        Answer(
            position=answer.get("position", number),
            next_qid=answer.get("next_qid", following),
            **{name: answer.get(name, default) for name, default in _ANSWER.items()},
        )
        for number, answer in enumerate(each.get("answers", []), start=1)
    ]
    templates = [_template(attachment, using) for attachment in each.get("attachments", [])]
    return QuestionDraft(row, groups.get(each.get("group", "")), answers, templates)


def _default_next(kind: str, following: int) -> int | None:
    return None if kind in CHOICE_TYPES or kind == QuestionType.FORK else following


def _template(attachment: Document, using: str) -> AttachmentTemplate:
    content_type = None
    if "content_type" in attachment:
        app, model = attachment["content_type"].split(".")
        try:
            content_type = ContentType.objects.db_manager(using).get_by_natural_key(app, model)
        except ContentType.DoesNotExist:
            raise BadDocument(f"unknown model {attachment['content_type']}") from None
    return AttachmentTemplate(
        type=attachment["type"],
        content_type=content_type,
        **{name: attachment.get(name, default) for name, default in _ATTACHMENT.items()},
        **{name: attachment[name] for name in _FILES if name in attachment},
    )


def _dump_schema(schema: Schema, rows: SchemaRows) -> Document:
    document: Document = {"name": schema.name, "type": schema.type, "version": schema.version}
    document |= _non_defaults(schema, _SCHEMA)
    if rows.groups:
        document["groups"] = [_dump_group(group, number) for number, group in enumerate(rows.groups, start=1)]
    names = {group.pk: group.name for group in rows.groups}
    following = [*(row.qid for row in rows.questions[1:]), END]
    document["questions"] = [
        dict(_dump_question(question, number, after, names, rows))
        for number, (question, after) in enumerate(zip(rows.questions, following, strict=False), start=1)
    ]
    document |= _non_defaults(schema, _SCHEMA_END)
    return document


def _dump_question(
    question: Question, number: int, following: int, names: Mapping[int, str], rows: SchemaRows
) -> Iterator[tuple[str, Any]]:
    yield "qid", question.qid
    yield "type", question.type
    if question.group_id is not None and question.group_id in names:
        yield "group", names[question.group_id]
    if question.position != number:
        yield "position", question.position
    yield from _non_defaults(question, _QUESTION)
    if question.next_qid != _default_next(question.type, following):
        yield "next_qid", question.next_qid
    answers = rows.answers.get(question.pk, [])
    if answers:
        yield (
            "answers",
            [dict(_dump_answer(answer, number, following)) for number, answer in enumerate(answers, start=1)],
        )
    templates = rows.templates.get(question.pk, [])
    if templates:
        yield "attachments", [dict(_dump_template(template)) for template in templates]


def _dump_group(group: Group, number: int) -> str | Document:
    more = {
        **({"position": group.position} if group.position != number else {}),
        **dict(_non_defaults(group, _GROUP)),
    }
    return {"name": group.name, **more} if more else group.name


def _dump_answer(answer: Answer, number: int, following: int) -> Iterator[tuple[str, Any]]:
    if answer.position != number:
        yield "position", answer.position
    yield from _non_defaults(answer, _ANSWER)
    if answer.next_qid != following:
        yield "next_qid", answer.next_qid


def _dump_template(template: AttachmentTemplate) -> Iterator[tuple[str, Any]]:
    yield "type", template.type
    yield from _non_defaults(template, _ATTACHMENT)
    for name in _FILES:
        stored = getattr(template, name)
        if stored:
            yield name, stored.name
    if template.content_type_id is not None:
        yield "content_type", ".".join(ContentType.objects.get_for_id(template.content_type_id).natural_key())


def _non_defaults(row: models.Model, defaults: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, default in defaults.items():
        value = getattr(row, name)
        if value != default or type(value) is not type(default):
            yield name, value
