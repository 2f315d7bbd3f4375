"""The questions and chosen answers of a survey's items, as its owner sees them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import prefetch_related_objects

from chat_api.attachments.sizes import holder_bytes
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.rendering import shown_question
from chat_api.surveys import selectors
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from chat_api.surveys.script_context import context_for

Document = dict[str, Any]


Wants = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class ShownItem:
    """What an item shows besides its columns."""

    question: Document | None
    answers: list[Document]
    attachments: list[SurveyAttachment]


def prepare_items(items: Sequence[SurveyItem], *, survey: Survey, wants: Wants) -> None:
    """Set `shown` of each item of the survey, as far as it is wanted, in a constant number of queries."""
    needs_answers = wants("answers") or wants("answers_data")
    if needs_answers:
        prefetch_related_objects([item for item in items if item.chosen is None], "answer_links")
    needs_attachments = wants("attachments_data")
    if needs_attachments:
        prefetch_related_objects([item for item in items if item.has_attachments], "attachments")
    needs_question = wants("related_question_data")
    questions = ScriptForOwner(survey) if needs_answers or needs_question else None
    if questions is not None:
        questions.prepare(items, with_answers=needs_answers)
    for item in items:
        item.survey = survey
        answers = questions.answers(item) if questions and needs_answers else []
        if needs_answers:
            item.chosen = [answer["id"] for answer in answers]
        question = questions.question(item.related_question_id) if questions and needs_question else None
        attachments = _attachments(item) if item.has_attachments and needs_attachments else []
        item.shown = ShownItem(question=question, answers=answers, attachments=attachments)


def item_bytes(item: SurveyItem) -> int:
    """Return how many bytes a prepared item takes on a page, as far as it is as large as somebody made it."""
    return holder_bytes(item.text, item.meta, item.shown.attachments)


def _attachments(item: SurveyItem) -> list[SurveyAttachment]:
    return sorted(item.attachments.all(), key=attrgetter("pk"))


class ScriptForOwner:
    """Gives, for items of one survey, their question and answers as JSON, without a query for each.

    Upgraded surveys may have items whose question or answers belong to another schema: `prepare` reads those
    schemas, in a number of queries that does not depend on how many items there are.
    """

    def __init__(self, survey: Survey) -> None:
        self._context = context_for(survey)
        self._own = compiled(survey.schema)
        self._foreign: dict[int, CompiledSchema] = {}
        self._stray: dict[int, int] = {}
        self._shown: dict[int, Document] = {}

    def prepare(self, items: Sequence[SurveyItem], *, with_answers: bool) -> None:
        """Read the other schemas that the items need, if any."""
        strays = (
            [pk for item in items for pk in item.answer_ids if not self._offers(item, pk)]
            if with_answers
            else []
        )
        if strays:
            self._stray.update(selectors.questions_of_answers(answer_ids=strays))
        needed = {item.related_question_id for item in items} | set(self._stray.values())
        missing = [pk for pk in needed if pk not in self._own.question_documents]
        if missing:
            schemas = selectors.schemas_of_questions(question_ids=missing)
            self._foreign.update({pk: compiled(schema) for pk, schema in schemas.items()})

    def question(self, question_id: int) -> Document:
        """Give the question with rendered text and resolved meta."""
        if question_id not in self._shown:
            schema = self._foreign.get(question_id, self._own)
            self._shown[question_id] = shown_question(schema, question_id, self._context)
        return self._shown[question_id]

    def answers(self, item: SurveyItem) -> list[Document]:
        """Give the item's chosen answers, by position."""
        chosen = set(item.answer_ids)
        sources = dict.fromkeys([item.related_question_id, *(self._stray.get(pk, 0) for pk in chosen)])
        return [
            answer
            for question_id in sources
            if question_id
            for answer in self.question(question_id)["answers"]
            if answer["id"] in chosen
        ]

    def _offers(self, item: SurveyItem, answer_id: int) -> bool:
        document = self._own.question_documents.get(item.related_question_id)
        return document is not None and any(answer["id"] == answer_id for answer in document["answers"])
