"""The messages of problems in the states of surveys, as the texts of their questions are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from chat_api.engine.templates import names_in
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.rendering import shown_question
from chat_api.surveys import selectors
from chat_api.surveys.models import Survey
from chat_api.surveys.script_context import SurveyTexts
from chat_api.surveys.stored_answers import answers_from

State = dict[str, Any]


def shown_states(surveys: Sequence[Survey], viewer: Any) -> Mapping[int, State]:
    """Return by id the states of those surveys whose problems have messages, as the user `viewer` is shown them.

    Messages are in the language of the request. To the owner of the survey they quote answers, those of their instance
    in repeated groups; others can list surveys without their answers, and see the placeholders. The number
    of queries does not depend on the number of surveys; there is none without messages.
    """
    concerned = [survey for survey in surveys if any(each["message"] for _, each in _problems(survey.state))]
    if not concerned:
        return {}
    prefetch_related_objects(concerned, "schema")
    own = [survey for survey in concerned if survey.user_id == getattr(viewer, "pk", None)]
    quoting = [survey for survey in own if any(map(names_in, _messages(survey)))]
    texts: dict[int, SurveyTexts] = {}
    if quoting:
        prefetch_related_objects(quoting, "user", "automated_sender")
        using = quoting[0]._state.db or "default"
        rows = selectors.replies_by_survey(survey_ids=[survey.pk for survey in quoting], using=using)
        texts = {
            survey.pk: SurveyTexts(survey, answers_from(survey, rows.get(survey.pk, {})))
            for survey in quoting
        }
    return {survey.pk: _shown(survey, texts.get(survey.pk)) for survey in concerned}


def _problems(state: Any) -> Iterator[tuple[int, State]]:
    """Yield the problems of a state, each with the number of its instance; 0 outside of repeated groups."""
    if not isinstance(state, dict):
        return
    yield from ((0, problem) for problem in state.get("problems", ()))
    for instances in state.get("instances", {}).values():
        for each in instances:
            yield from ((each["instance"], problem) for problem in each["problems"])


def _messages(survey: Survey) -> Iterator[str]:
    """Yield the messages of the problems in the language of the request, as they are written."""
    schema = compiled(survey.schema)
    for _, problem in _problems(survey.state):
        yield _translated(schema, problem) or ""


def _place_of(schema: CompiledSchema, problem: State) -> tuple[int, int] | None:
    """Return the id of the question, and the position of the constraint that has the message of a problem."""
    question = schema.script.questions_by_qid.get(problem["qid"])
    if question is None or problem["message"] is None:
        return None
    written = schema.question_documents[question.id].get("constraints", ())
    found = (place for place, each in enumerate(written) if each["message"] == problem["message"])
    place = next(found, None)
    return None if place is None else (question.id, place)


def _translated(schema: CompiledSchema, problem: State) -> str | None:
    place = _place_of(schema, problem)
    if place is None:
        message: str | None = problem["message"]
        return message
    translated: str = schema.in_language(None).question_documents[place[0]]["constraints"][place[1]][
        "message"
    ]
    return translated


def _shown(survey: Survey, texts: SurveyTexts | None) -> State:
    schema = compiled(survey.schema)

    def shown(problem: State, number: int) -> State:
        message, place = _translated(schema, problem), _place_of(schema, problem)
        if texts is not None and place is not None and message is not None and names_in(message):
            document = shown_question(schema, place[0], texts.at((place[0], number)))
            message = document["constraints"][place[1]]["message"]
        return {**problem, "message": message}

    state: Any = survey.state
    found = {**state, "problems": [shown(problem, 0) for problem in state.get("problems", ())]}
    if "instances" in state:
        found["instances"] = {
            key: [
                {**each, "problems": [shown(problem, each["instance"]) for problem in each["problems"]]}
                for each in instances
            ]
            for key, instances in state["instances"].items()
        }
    return found
