"""Loading of all rows of a schema, and their conversion for the engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chat_api.engine.script_source import RawAnswer, RawQuestion
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
            )
            for answer in answers
        ),
        titles=(*(template.title for template in templates), *_translated(question, answers, templates)),
    )


def _translated(
    question: Question, answers: Iterable[Answer], templates: Iterable[AttachmentTemplate]
) -> list[str]:
    """Return the translated texts, which have placeholders too."""
    found = [question.text_i18n, *(answer.text_i18n for answer in answers)]
    found += [template.title_i18n for template in templates]
    return [
        text for texts in found if isinstance(texts, dict) for text in texts.values() if isinstance(text, str)
    ]
