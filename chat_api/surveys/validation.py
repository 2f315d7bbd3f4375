"""What a survey takes: which schemas, which answers. Nothing here writes."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from chat_api.engine.question_types.base import AnswerRefused, CheckedReply, Reply
from chat_api.engine.question_types.numbers import depends_on_language
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.script import CHOICE_TYPES, NON_ANSWERABLE, Script
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.engine.survey import survey_state
from chat_api.lib.errors import InvalidInput
from chat_api.lib.languages import number_format_of
from chat_api.lib.rest.relations import refuse_missing
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.settings import chat_settings
from chat_api.surveys import selectors
from chat_api.surveys.models import Survey, SurveyItem

#: The chosen answers' ids, by answered question's id.
Answered = Mapping[int, tuple[int, ...]]
#: The stored text and the chosen answers' ids, by answered question's id.
Given = Mapping[int, tuple[str, list[int]]]


def schema_problems(schema: Schema) -> list[str]:
    """Give the codes of what keeps a survey from being started on the schema."""
    codes = []
    if schema.type not in chat_settings.SURVEYS_ALLOWED_SCHEMA_TYPES:
        codes.append("NOT_ALLOWED")
    if not schema.published and not chat_settings.ALLOW_EDIT_PUBLISHED_SCHEMAS:
        codes.append("NOT_PUBLISHED")
    return codes


def refuse_submitted(survey: Survey) -> None:
    """Raise `InvalidInput` (`survey`: SUBMITTED) if the survey is closed."""
    if survey.submitted is not None:
        raise InvalidInput.field("survey", "SUBMITTED")


def check_answer(survey: Survey, question: ScriptQuestion, answers: Sequence[int], text: str) -> CheckedReply:
    """Accept an answer of the survey's owner; `text` is as typed. Raises `AnswerRefused`."""
    numbers = number_format_of(survey.user) if depends_on_language(question, text) else None
    return check_reply(question, Reply(text=text, answer_ids=tuple(answers)), numbers)


def answer_problems(
    survey: Survey, question_id: int, answers: Sequence[int], text: str
) -> dict[str, list[str]]:
    """Return the errors of an answer, codes by field; empty when it can be stored. `text` is as typed."""
    question = compiled(survey.schema).script.by_id(question_id)
    if question is None:
        return {"related_question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    if question.type in NON_ANSWERABLE:
        return {"related_question": ["NOT_A_QUESTION"]}
    try:
        check_answer(survey, question, answers, text)
    except AnswerRefused as refusal:
        return {field: list(codes) for field, codes in refusal.errors.items()}
    return {}


def request_problems(
    survey: Survey, question_id: int | None, answers: Sequence[int], text: str, *, is_new: bool
) -> dict[str, Any]:
    """Give all that is wrong with the answer that a request brings, by field; ids of nothing in DRF's words.

    Costs no query as long as nothing is wrong: whether a new answer (`is_new`) comes second to another is
    only looked up beside other problems, because the action finds it out under its lock.
    """
    script = compiled(survey.schema).script
    question = None if question_id is None else script.by_id(question_id)
    problems: dict[str, Any] = {}
    if question_id is not None:
        problems |= answer_problems(survey, question_id, answers, text)
        if question is None:
            problems |= _missing("related_question", Question.objects.all(), [question_id])
    offered = {answer.id for answer in question.answers} if question is not None else set()
    problems |= _missing("answers", Answer.objects.all(), [pk for pk in answers if pk not in offered])
    if is_new and problems and question is not None and "related_question" not in problems:
        problems |= already_answered(survey, question.id)
    return problems


def already_answered(survey: Survey, question_id: int) -> Mapping[str, list[str]]:
    """Give the problem of a second answer to a question; empty when it would be the first."""
    if selectors.is_answered(survey=survey, question_id=question_id):
        return {"related_question": ["ALREADY_ANSWERED"]}
    return {}


def stored_text(text: str) -> str:
    """Give a typed text as it is stored: stripped, and HTML-escaped unless ESCAPE_TEXT is off."""
    text = text.strip()
    return html.escape(text) if chat_settings.ESCAPE_TEXT else text


def unescaped_text(item: SurveyItem) -> str:
    """Return an item's text without the escaping."""
    return html.unescape(item.text) if chat_settings.ESCAPE_TEXT else item.text


def answered_questions(script: Script, given: Given) -> Answered:
    """Give the chosen answers' ids of the questions that really have an answer; an emptied item is none."""
    answered: dict[int, tuple[int, ...]] = {}
    for question_id, (text, answer_ids) in given.items():
        question = script.by_id(question_id)
        if question is not None and (answer_ids if question.type in CHOICE_TYPES else text):
            answered[question_id] = tuple(answer_ids)
    return answered


def state_of(script: Script, given: Given) -> dict[str, Any] | None:
    """Give the state as it is stored; None for a schema without questions."""
    state = survey_state(script, answered_questions(script, given))
    if state is None:
        return None
    return {"visibility": list(state.visibility), "completed": state.completed}


def has_state(schema: Schema) -> bool:
    """Say whether surveys of the schema keep a state: NO_STATE_UPDATE turns that off for a type."""
    switches: dict[str, Any] = chat_settings.OPTIMIZATIONS_BY_SURVEY_TYPE.get(schema.type, {})
    return not switches.get("NO_STATE_UPDATE", False)


def _missing(field: str, rows: QuerySet[Any], pks: list[int]) -> dict[str, Any]:
    try:
        refuse_missing(rows, pks)
    except ValidationError as error:
        return {field: error.detail}
    return {}
