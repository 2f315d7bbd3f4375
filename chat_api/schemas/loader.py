"""Loading of all rows of a schema, and their conversion for the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chat_api.engine.script import Script
from chat_api.engine.script_source import RawAnswer, RawGroup, RawQuestion, RawRules, script_of
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema


@dataclass(frozen=True, slots=True)
class SchemaRows:
    """The rows of a schema, in order; answers and templates by the id of their question."""

    groups: Sequence[Group]
    questions: Sequence[Question]
    answers: dict[int, list[Answer]]
    templates: dict[int, list[AttachmentTemplate]]


def rows_of(schema: Schema) -> SchemaRows:
    """Load the rows of a schema from its database, with four queries."""
    using = schema._state.db
    answers: dict[int, list[Answer]] = {}
    templates: dict[int, list[AttachmentTemplate]] = {}
    groups = list(Group.objects.using(using).filter(schema=schema).order_by("position", "pk"))
    questions = list(Question.objects.using(using).filter(schema=schema).order_by("position", "pk"))
    for answer in Answer.objects.using(using).filter(question__schema=schema).order_by("position", "pk"):
        answers.setdefault(answer.question_id, []).append(answer)
    template_rows = AttachmentTemplate.objects.using(using).filter(question__schema=schema).order_by("pk")
    for template in template_rows:
        if template.question_id is not None:
            templates.setdefault(template.question_id, []).append(template)
    return SchemaRows(groups, questions, answers, templates)


def load_script(schema: Schema, rows: SchemaRows) -> Script:
    """Return the script of the schema; malformed parts of it are left out."""
    return script_of(raw_questions(rows), raw_groups(rows), raw_rules(schema))


def raw_rules(schema: Schema) -> RawRules:
    """Return the columns of the schema itself for the engine, including any errors in them."""
    return RawRules(scores=schema.scores, flags=schema.flags, match_text=schema.match_text)


def raw_groups(rows: SchemaRows) -> list[RawGroup]:
    """Return the groups for the engine, including any errors in them."""
    return [
        RawGroup(
            id=row.pk,
            position=row.position,
            key=row.key,
            show_if=row.show_if,
            repeat=row.repeat,
            texts=tuple(_texts([] if row.text is None else [row.text], row.text_i18n)),
        )
        for row in rows.groups
    ]


def raw_questions(rows: SchemaRows) -> list[RawQuestion]:
    """Return the questions for the engine, including any errors in them."""
    return [
        _raw(question, rows.answers.get(question.pk, ()), rows.templates.get(question.pk, ()))
        for question in rows.questions
    ]


def _raw(
    question: Question, answers: Iterable[Answer], templates: Iterable[AttachmentTemplate]
) -> RawQuestion:
    return RawQuestion(
        id=question.pk,
        qid=question.qid,
        position=question.position,
        type=question.type,
        text=question.text,
        next_qid=question.next_qid,
        choice_open=question.choice_open,
        range_from=question.range_from,
        range_to=question.range_to,
        required=question.required,
        show_as_type=question.show_as_type,
        meta=question.meta,
        group_id=question.group_id,
        variable_modifications=question.variable_modifications,
        forking_rules=question.forking_rules,
        has_attachments=question.has_attachments,
        answers=tuple(
            RawAnswer(
                id=answer.pk,
                position=answer.position,
                text=answer.text,
                next_qid=answer.next_qid,
                variable_modifications=answer.variable_modifications,
                exclusive=answer.exclusive,
                value=answer.value,
                weight=answer.weight,
                show_if=answer.show_if,
            )
            for answer in answers
        ),
        titles=tuple(_shown_with(question, answers, templates)),
        name=question.name,
        show_if=question.show_if,
        skip=question.skip,
        default=question.default,
        calculate=question.calculate,
        limits=question.limits,
        constraints=question.constraints,
        required_message=question.required_message,
    )


def _shown_with(
    question: Question, answers: Iterable[Answer], templates: Iterable[AttachmentTemplate]
) -> Iterator[str]:
    """Yield the texts shown with the question, and all translations: they have placeholders, too."""
    yield from (template.title for template in templates)
    yield from filter(None, (question.hint, question.skip, question.required_message))
    constraints = list(objects_in(question.constraints))
    yield from (item["message"] for item in constraints if isinstance(item.get("message"), str))
    translations: list[Any] = [question.text_i18n, question.hint_i18n, question.skip_i18n]
    translations += [question.required_message_i18n, *(item.get("message_i18n") for item in constraints)]
    translations += [*(row.text_i18n for row in answers), *(row.title_i18n for row in templates)]
    yield from _texts([], *translations)


def _texts(sources: Iterable[str], *translations: Any) -> Iterator[str]:
    """Yield the texts, and those of the translations that are texts by language."""
    yield from sources
    for texts in translations:
        if isinstance(texts, dict):
            yield from (text for text in texts.values() if isinstance(text, str))


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON list; none for other values."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
