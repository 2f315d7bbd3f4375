"""The variables that the texts of a survey's questions can use."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from chat_api.engine.script import Script
from chat_api.lib.rest.relations import ID_MAX
from chat_api.schemas.answer_texts import shown_scores, with_names
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.expression_context import logic_of
from chat_api.schemas.models import Schema
from chat_api.schemas.render_contexts import register_text_context
from chat_api.schemas.rendering import TextContext, shown_account
from chat_api.surveys import selectors, validation
from chat_api.surveys.answers import Facts
from chat_api.surveys.models import Survey
from chat_api.surveys.rule_context import suggesting
from chat_api.surveys.stored_answers import answers_of


def context_for(survey: Survey) -> TextContext:
    """Return the context of the survey: `user` is its owner, `sender` its automated sender, `thread` is empty.

    The answers are read once, for texts and suggestions together.
    """
    read = cache(lambda: answers_of(survey))

    def suggest(script: Script) -> Mapping[int, Any]:
        return read().suggestions() if suggesting(survey, script) else {}

    def make() -> Mapping[str, object]:
        schema = compiled(survey.schema)
        known = read()
        facts = known.facts()
        return {
            "user": shown_account(survey.user, viewer=survey.user),
            "sender": shown_account(survey.automated_sender, viewer=survey.user),
            "thread": {},
            "variables": facts.variables,
            # Answers to hidden questions do not count, so texts do not quote them.
            "answers": _answers(schema, known.given, facts),
            **shown_scores(logic_of(schema.script), known.environment, None, schema.in_language(None).scores),
        }

    return TextContext(survey, make, suggest=suggest)


def _answers(schema: CompiledSchema, given: validation.Given, facts: Facts) -> dict[str, str]:
    """Return the texts of visible answers by `q<qid>` and, where questions have names, by name."""
    by_qid = {
        f"q{question.qid}": _answer_text(schema.in_language(None), question.id, given[question.id])
        for question in schema.script.questions
        if question.id in given and question.id in facts.visible_ids
    }
    return with_names(by_qid, schema.script, facts.values, None)


def _answer_text(schema: CompiledSchema, question_id: int, stored: selectors.StoredAnswer) -> str:
    """Return an answer as a chat stores it: the texts of the chosen answers and the typed text, joined by commas."""
    offered = {answer["id"]: answer["text"] for answer in schema.question_documents[question_id]["answers"]}
    texts = [offered[pk] for pk in stored.answer_ids if pk in offered]
    return ", ".join([*texts, *([stored.text] if stored.text else [])])


def read_survey(user: Any, schema: Schema, value: str) -> TextContext | None:
    """Return the context of the survey with the id `value`; None unless it is the user's and of the schema."""
    if not value.isdecimal() or len(value) > len(str(ID_MAX)):
        return None
    survey = selectors.find_survey(survey_id=int(value))
    if survey is None or survey.user_id != user.pk or survey.schema_id != schema.pk:
        return None
    return context_for(survey)


register_text_context("survey", read_survey)
