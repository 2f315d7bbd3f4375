"""Lookups of the values that documents show in addition to columns, for many rows, in a constant number of queries.

`context` is always that of a serializer; code of the host that shows accounts and attachments gets all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any

from django.db.models import prefetch_related_objects

from chat_api.attachments.documents import attachment_context
from chat_api.attachments.sizes import holder_bytes
from chat_api.engine.script import Script
from chat_api.lib.rest.accounts import Accounts
from chat_api.lib.rest.selection import Selection
from chat_api.lib.rest.timestamps import timestamp_writer
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.rendering import shown_question, with_default
from chat_api.surveys import selectors
from chat_api.surveys.documents import Document, ItemContext, SurveyContext, survey_core_document
from chat_api.surveys.instances import Place
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from chat_api.surveys.problem_messages import shown_states
from chat_api.surveys.rule_context import suggesting
from chat_api.surveys.script_context import SurveyTexts
from chat_api.surveys.serializers.attachments import SurveyAttachmentSerializer

Context = Mapping[str, Any]


def survey_context(surveys: Sequence[Survey], context: Context) -> SurveyContext:
    """Return the context in which the requester sees the surveys."""
    selection = Selection.of_request(context)
    return SurveyContext(
        states=shown_states(surveys, _viewer(context)) if selection.wants("state") else {},
        selection=selection,
        timestamp=timestamp_writer(),
        viewer=_viewer(context),
        owners=Accounts(context, selection.inside("user_data")),
        automated_senders=Accounts(context, selection.inside("automated_sender_data")),
    )


def item_context(
    items: Sequence[SurveyItem], *, survey: Survey, context: Context, with_senders: bool = False
) -> ItemContext:
    """Look up the selected values that the items of the survey show to its owner.

    They are shown `with_senders`, or else with their survey.
    """
    selection = Selection.of_request(context)
    wants = selection.wants
    with_questions = wants("related_question_data")
    with_answers = wants("answers") or wants("answers_data")
    questions: Mapping[Place, Document] = {}
    answers: Mapping[Place, Sequence[Document]] = {}
    if with_questions or with_answers:
        chosen = _chosen(items, survey) if with_answers else {}
        is_rendered = with_questions or wants("answers_data")
        schema, texts = compiled(survey.schema).in_language(None), SurveyTexts(survey)
        questions, answers = _questions_and_answers(items, schema, chosen, texts if is_rendered else None)
        if with_questions and getattr(_viewer(context), "pk", None) == survey.user_id:
            questions = _with_defaults(questions, survey, schema.script, texts)
    holders: list[SurveyItem] = []
    if wants("attachments_data"):
        # An item that was only validated has no stored attachments.
        holders = [item for item in items if item.has_attachments and item.pk is not None]
    attachment = (
        attachment_context(SurveyAttachmentSerializer, context, selection.inside("attachments_data"))
        if holders
        else None
    )
    timestamp = timestamp_writer()
    survey_data, senders = None, None
    if with_senders and wants("sender_data"):
        senders = Accounts(context, selection.inside("sender_data"))
    if not with_senders and wants("survey_data"):
        states = (
            shown_states([survey], _viewer(context)) if selection.inside("survey_data").wants("state") else {}
        )
        survey_data = survey_core_document(survey, states, timestamp, _viewer(context))
    return ItemContext(
        selection=selection,
        timestamp=timestamp,
        survey=survey_data,
        questions=questions,
        answers=answers,
        attachments=_attachments(holders) if holders else {},
        attachment=attachment,
        senders=senders,
    )


def _viewer(context: Context) -> Any:
    """Return the user who makes the request, if there is one."""
    return getattr(context.get("request"), "user", None)


def item_bytes(item: SurveyItem, shown: ItemContext) -> int:
    """Return the size in bytes of those parts of an item whose size users determine."""
    return holder_bytes(item.text, item.meta, shown.attachments.get(item.pk, ()))


def _attachments(holders: Sequence[SurveyItem]) -> dict[int, list[SurveyAttachment]]:
    prefetch_related_objects(holders, "attachments")
    return {item.pk: sorted(item.attachments.all(), key=attrgetter("pk")) for item in holders}


def _chosen(items: Sequence[SurveyItem], survey: Survey) -> Mapping[Place, Collection[int]]:
    """Return the ids of the chosen answers by question and instance of the item."""
    unknown = [item for item in items if item.chosen is None]
    stored = selectors.chosen_answers(survey_id=survey.pk, items=unknown) if unknown else {}
    return {
        (item.related_question_id, item.instance): stored.get(item.pk, ())
        if item.chosen is None
        else item.chosen
        for item in items
    }


def _questions_and_answers(
    items: Sequence[SurveyItem],
    own: CompiledSchema,
    chosen: Mapping[Place, Collection[int]],
    texts: SurveyTexts | None,
) -> tuple[dict[Place, Document], dict[Place, list[Document]]]:
    """Return the questions of the items, and their chosen answers, by question and instance of the item.

    Texts are rendered in the contexts, if there are any. Items of upgraded surveys may have questions and answers of
    other schemas. The number of queries that load these does not depend on the number of items.
    """
    known = own.question_documents
    stray = [
        pk
        for (question_id, _), ids in chosen.items()
        for pk in ids
        if question_id not in known or all(answer["id"] != pk for answer in known[question_id]["answers"])
    ]
    homes = selectors.questions_of_answers(answer_ids=stray) if stray else {}
    needed = dict.fromkeys(
        [*((item.related_question_id, item.instance) for item in items), *((pk, 0) for pk in homes.values())]
    )
    missing = [pk for pk in dict.fromkeys(pk for pk, _ in needed) if pk not in known]
    foreign = _foreign_schemas(missing) if missing else {}
    questions = {}
    for place in needed:
        pk = place[0]
        schema = foreign.get(pk, own)
        if texts is None:
            questions[place] = schema.question_documents[pk]
        elif pk in schema.dynamic:
            questions[place] = shown_question(schema, pk, texts.at(place))
        else:
            questions[place] = schema.question(pk)
    answers = {}
    for place, ids in chosen.items():
        sources = dict.fromkeys([place, *((homes[pk], 0) for pk in ids if pk in homes)])
        offered = [answer for source in sources for answer in questions[source]["answers"]]
        answers[place] = [answer for answer in offered if answer["id"] in ids]
    return questions, answers


def _with_defaults(
    questions: Mapping[Place, Document], survey: Survey, script: Script, texts: SurveyTexts
) -> Mapping[Place, Document]:
    """Return the questions with the answers that they suggest; without a query if none of them does."""
    can_suggest = suggesting(survey, script)
    places = [place for place in questions if place[0] in can_suggest]
    if not places:
        return questions
    contexts = {place: texts.at(place) for place in places}
    by_context: dict[int, Mapping[int, Any]] = {}
    suggested: dict[Place, Any] = {}
    for place, context in contexts.items():
        if id(context) not in by_context:
            by_context[id(context)] = {} if context.suggest is None else context.suggest(script)
        suggested[place] = by_context[id(context)].get(place[0])
    return {place: with_default(document, suggested.get(place)) for place, document in questions.items()}


def _foreign_schemas(question_ids: Collection[int]) -> dict[int, CompiledSchema]:
    """Return the schemas of the questions, by the id of the question."""
    rows = selectors.schemas_of_questions(question_ids=question_ids)
    schemas = {schema.pk: schema for schema in rows.values()}
    ready = {pk: compiled(schema).in_language(None) for pk, schema in schemas.items()}
    return {question_id: ready[schema.pk] for question_id, schema in rows.items()}
