"""A schema between a file and the database: rows that are not stored yet, checked, then stored under new ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files.utils import validate_file_name
from django.core.validators import URLValidator
from django.db import models
from django.db.models.fields.files import FieldFile

from chat_api.lib.db.writes import insert
from chat_api.lib.rest.relations import can_be_key
from chat_api.schemas.actions import create_version
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema
from chat_api.schemas.portability.parsing import BadDocument, refuse_unstorable
from chat_api.schemas.validation import clean_answer, clean_question, clean_translations
from chat_api.settings import chat_settings

#: More reasons than this nobody reads.
_REASONS_MAX: Final = 20
#: What a column of whole numbers holds on every database.
_NUMBER_MAX: Final = 2**31 - 1


@dataclass(slots=True)
class QuestionDraft:
    """A question with what is under it."""

    row: Question
    group: Group | None = None
    answers: list[Answer] = field(default_factory=list)
    templates: list[AttachmentTemplate] = field(default_factory=list)


@dataclass(slots=True)
class SchemaDraft:
    """A schema with what is under it. No row is stored, and none knows its parent."""

    row: Schema
    groups: list[Group] = field(default_factory=list)
    questions: list[QuestionDraft] = field(default_factory=list)
    #: Whether it becomes the name's next version whatever its own says.
    is_next_version: bool = False
    #: Whether attachments may be what an earlier release let through: other types, other addresses.
    is_lenient: bool = False

    @property
    def size(self) -> int:
        """Give how many rows it will be."""
        under = sum(1 + len(each.answers) + len(each.templates) for each in self.questions)
        return 1 + len(self.groups) + under


def check(draft: SchemaDraft, *, using: str) -> None:
    """Raise `BadDocument` with all that keeps the draft from being stored, or breaks the rules of `clean()`."""
    most: int = chat_settings.SCHEMA_QUESTIONS_MAX
    if len(draft.questions) > most:
        raise BadDocument(f"it has {len(draft.questions)} questions; SCHEMA_QUESTIONS_MAX allows {most}")
    reasons = [*_twice(draft), *_wrong_rows(draft), *_missing_models(draft, using)]
    if reasons:
        raise BadDocument(*reasons[:_REASONS_MAX])


def store(draft: SchemaDraft, *, using: str) -> Schema:
    """Store the draft as an unpublished schema: its version if that is free, else the name's next one."""
    given = draft.row
    version = None if draft.is_next_version else given.version
    schema = create_version(
        using=using, name=given.name, version=version, name_i18n=given.name_i18n, type=given.type
    )
    fill(schema, draft, using=using)
    return schema


def fill(schema: Schema, draft: SchemaDraft, *, using: str) -> None:
    """Store the draft's groups and questions under an empty schema."""
    for row in draft.groups:
        row.schema = schema
    insert(draft.groups, using=using)
    for question in draft.questions:
        question.row.schema, question.row.group = schema, question.group
    insert([question.row for question in draft.questions], using=using)
    for question in draft.questions:
        for answer in question.answers:
            answer.question = question.row
        for template in question.templates:
            template.question = question.row
    insert([answer for question in draft.questions for answer in question.answers], using=using)
    insert([template for question in draft.questions for template in question.templates], using=using)


def _twice(draft: SchemaDraft) -> Iterator[str]:
    questions = [question.row for question in draft.questions]
    yield from _doubles("groups have the name", (group.name for group in draft.groups))
    yield from _doubles("groups have the position", (group.position for group in draft.groups))
    yield from _doubles("questions have the qid", (question.qid for question in questions))
    yield from _doubles("questions have the position", (question.position for question in questions))
    for each in draft.questions:
        where = f"answers to question {each.row.qid} have the position"
        yield from _doubles(where, (answer.position for answer in each.answers))


def _doubles(what: str, values: Iterable[Any]) -> Iterator[str]:
    for value, times in Counter(values).items():
        if times > 1:
            yield f"{times} {what} {value}"


def _wrong_rows(draft: SchemaDraft) -> Iterator[str]:
    yield from _wrong_columns("schema", draft.row)
    yield from _refused("schema", lambda: clean_translations(draft.row, "name"))
    for group in draft.groups:
        where = f"group {group.name}"
        yield from _wrong_columns(where, group)
        yield from _refused(where, lambda row=group: clean_translations(row, "name"))
    qids = {question.row.qid for question in draft.questions}
    for question in draft.questions:
        where = f"question {question.row.qid}"
        yield from _wrong_columns(where, question.row)
        yield from _refused(where, lambda row=question.row: clean_question(row))
        for answer in question.answers:
            where_answer = f"{where}, answer {answer.position}"
            yield from _wrong_columns(where_answer, answer)
            yield from _refused(where_answer, lambda row=answer: clean_answer(row, qids=qids))
        for number, template in enumerate(question.templates, start=1):
            where_template = f"{where}, attachment {number}"
            yield from _wrong_columns(where_template, template, lenient=draft.is_lenient)
            yield from _refused(
                where_template, lambda row=template: clean_translations(row, "title", "description")
            )
            if template.url and not _is_of_the_web(template.url):
                yield f"{where_template}: url: {template.url[:100]!r} is no address of the web"


def _missing_models(draft: SchemaDraft, using: str) -> Iterator[str]:
    templates = [template for question in draft.questions for template in question.templates]
    named = {row.content_type_id for row in templates if row.content_type_id is not None}
    if named:
        possible = [pk for pk in named if can_be_key(pk)]
        there = ContentType.objects.using(using).filter(pk__in=possible).values_list("pk", flat=True)
        for pk in sorted(named.difference(there)):
            yield f"there is no content type {pk} here"


def _wrong_columns(where: str, row: models.Model, *, lenient: bool = False) -> Iterator[str]:
    columns = row._meta.concrete_fields
    # Parents are known later, and an empty text is one.
    left_out = {column.name for column in columns if column.is_relation or column.primary_key}
    left_out |= {
        column.name
        for column in columns
        if isinstance(column, models.TextField) and getattr(row, column.attname) == ""
    }
    if lenient:
        left_out |= {"type", "url"}
        long = (name for name, most in (("type", 50), ("url", 200)) if len(getattr(row, name) or "") > most)
        yield from (f"{where}: {name}: it is too long" for name in long)
    files = [column for column in columns if isinstance(column, models.FileField)]
    left_out |= {file.name for file in files}
    for file in files:
        yield from _wrong_file(f"{where}: {file.name}", getattr(row, file.attname), file)
    yield from _refused(where, lambda: row.clean_fields(exclude=left_out))
    for column in columns:
        if isinstance(column, models.FileField):
            continue
        value = getattr(row, column.attname)
        if isinstance(column, models.IntegerField) and value is not None and abs(value) > _NUMBER_MAX:
            yield f"{where}: {column.name}: {value} is too large a number"
        try:
            refuse_unstorable(value)
        except BadDocument as error:
            yield f"{where}: {column.name}: {error}"


def _refused(where: str, clean: Any) -> Iterator[str]:
    try:
        clean()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            for message in messages:
                yield f"{where}: {name}: {message}"


def _is_of_the_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in URLValidator.schemes
    except ValueError:
        return False


def _wrong_file(where: str, value: Any, column: models.FileField) -> Iterator[str]:
    name = str(value)
    if not isinstance(value, str | FieldFile) or (name and not _is_in_its_folder(name, column)):
        yield f"{where}: {name[:100]!r} is not the name of a stored file"
    elif column.max_length is not None and len(name) > column.max_length:
        yield f"{where}: it is too long"


def _is_in_its_folder(name: str, column: Any) -> bool:
    """Say whether files of the column are stored under such a name; any other file of the host's is not for authors.

    Whoever reads the template reads the file, and the file goes with the last template that names it.
    """
    try:
        validate_file_name(name, allow_relative_path=True)
    except SuspiciousFileOperation:
        return False
    return PurePosixPath(name).parent == PurePosixPath(column.upload_to)
