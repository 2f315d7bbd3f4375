"""The rules of surveys: which schemas can be surveys, which answers are accepted. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from chat_api.engine.question_types.base import AnswerRefused, CheckedReply, Reply
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.script import CHOICE_TYPES, NON_ANSWERABLE, QuestionType, Script
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.lib.db.storable import is_storable
from chat_api.lib.errors import InvalidInput
from chat_api.lib.languages import notation_of
from chat_api.lib.rest.relations import ID_MAX, IDS_MAX, refuse_missing
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.settings import chat_settings
from chat_api.surveys import selectors
from chat_api.surveys.models import Survey

#: The ids of the chosen answers, by the id of the answered question.
Answered = Mapping[int, tuple[int, ...]]
#: The stored answers, by the id of the answered question.
Given = Mapping[int, selectors.StoredAnswer]
#: The greatest number of an instance that fits into its column.
INSTANCE_MAX: Final = 2**31 - 1
#: Errors by field.
Problems = dict[str, Any]


def schema_problems(schema: Schema) -> list[str]:
    """Return the codes of the reasons why no survey can be started on the schema."""
    codes = []
    if schema.type not in chat_settings.SURVEYS_ALLOWED_SCHEMA_TYPES:
        codes.append("NOT_ALLOWED")
    if not schema.published and not chat_settings.ALLOW_EDIT_PUBLISHED_SCHEMAS:
        codes.append("NOT_PUBLISHED")
    return codes


def refuse_submitted(survey: Survey) -> None:
    """Raise `InvalidInput` (`survey`: SUBMITTED) if the survey is submitted."""
    if survey.submitted is not None:
        raise InvalidInput.field("survey", "SUBMITTED")


def plain_answer(body: Any) -> dict[str, Any] | None:
    """Return the validated data of a body whose values need no conversion, as `NewItemBody` would.

    None for all other bodies, which the serializer converts or rejects. It costs more than the rest of the validation,
    so most bodies bypass it.
    """
    if type(body) is not dict or type(body.get("related_question")) is not int or "attachments" in body:
        return None
    question_id, answers, text = body["related_question"], body.get("answers", []), body.get("text", "")
    verify, confirm, instance = body.get("verify", False), body.get("confirm", False), body.get("instance", 0)
    if type(answers) is not list or type(text) is not str:
        return None
    if type(verify) is not bool or type(confirm) is not bool:
        return None
    if type(instance) is not int or not 0 <= instance <= INSTANCE_MAX:
        return None
    ids = [question_id, *answers]
    if len(ids) > IDS_MAX or not all(type(pk) is int and 0 <= pk <= ID_MAX for pk in ids):
        return None
    if text and (len(text) > chat_settings.MESSAGE_TEXT_MAX or not is_storable(text)):
        return None
    return {
        "related_question_id": question_id,
        "instance": instance,
        "answer_ids": answers,
        "text": text,
        "verify": verify,
        "confirm": confirm,
    }


def check_answer(
    survey: Survey, script: Script, question_id: int, reply: Reply
) -> tuple[Problems, CheckedReply | None]:
    """Return the errors of an answer, as codes by field, and the accepted reply if there are none.

    Its text is as typed; numbers in it are read in the language of the survey's owner.
    """
    problems = question_problems(script, question_id)
    if problems:
        return problems, None
    question = script.questions_by_id[question_id]
    try:
        return {}, check_reply(question, reply, notation_of(survey.user))
    except AnswerRefused as refusal:
        return {field: [*codes] for field, codes in refusal.errors.items()}, None


def question_problems(script: Script, question_id: int) -> Problems:
    """Return the error of an answer to something that is not a question of the script."""
    question = script.questions_by_id.get(question_id)
    if question is None:
        return {"related_question": ["QUESTION_FROM_WRONG_SCHEMA"]}
    if question.type in NON_ANSWERABLE:
        return {"related_question": ["NOT_A_QUESTION"]}
    return {}


def request_problems(survey: Survey, question_id: int | None, reply: Reply, *, is_new: bool) -> Problems:
    """Return all errors of the answer in a request, by field; ids without a row get DRF's own texts.

    Costs no query if there are none. Whether a new answer (`is_new`) is the second one to its question is looked up
    only if there are other errors, because the action finds it out under its lock.
    """
    script = compiled(survey.schema).script
    question = None if question_id is None else script.questions_by_id.get(question_id)
    problems: Problems = {}
    if question_id is not None:
        problems, _ = check_answer(survey, script, question_id, reply)
        if question is None:
            problems |= _missing("related_question", Question.objects.all(), [question_id])
    offered = {answer.id for answer in question.answers} if question is not None else set()
    unknown = [pk for pk in reply.answer_ids if pk not in offered]
    if unknown:
        problems |= _missing("answers", Answer.objects.all(), unknown)
    if is_new and problems and question is not None and "related_question" not in problems:
        problems |= already_answered(survey, question.id)
    return problems


def already_answered(survey: Survey, question_id: int, instance: int = 0) -> Mapping[str, list[str]]:
    """Return the error of a second answer to the question; empty if it has no answer yet."""
    if selectors.is_answered(survey=survey, question_id=question_id, instance=instance):
        return {"related_question": ["ALREADY_ANSWERED"]}
    return {}


def holds_answer(
    question_type: str, text: str, answers: Collection[Any], *, has_attachments: bool = False
) -> bool:
    """Return whether an item with this content answers its question; emptied items do not."""
    if question_type == QuestionType.FILE:
        return has_attachments
    return bool(answers if question_type in CHOICE_TYPES else text)


def is_answer(question: ScriptQuestion, stored: selectors.StoredAnswer) -> bool:
    """Return whether a stored item answers the question, see `holds_answer`."""
    return holds_answer(question.type, stored.text, stored.answer_ids, has_attachments=stored.has_attachments)


def answered_questions(script: Script, given: Given) -> Answered:
    """Return the ids of the chosen answers by question, without items that were emptied."""
    answered: dict[int, tuple[int, ...]] = {}
    for question_id, stored in given.items():
        question = script.questions_by_id.get(question_id)
        if question is not None and is_answer(question, stored):
            answered[question_id] = tuple(stored.answer_ids)
    return answered


def has_state(schema: Schema) -> bool:
    """Return whether surveys of the schema have a state: NO_STATE_UPDATE turns it off by type of schema."""
    switches: dict[str, Any] = chat_settings.OPTIMIZATIONS_BY_SURVEY_TYPE.get(schema.type, {})
    return not switches.get("NO_STATE_UPDATE", False)


def _missing(field: str, rows: QuerySet[Any], pks: list[int]) -> Problems:
    try:
        refuse_missing(rows, pks)
    except ValidationError as error:
        return {field: error.detail}
    return {}
