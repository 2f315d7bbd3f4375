"""The JSON documents of surveys and their items.

Each document is returned by a plain function of a row and a frozen context. The context holds the values that were
looked up for all rows together (`chat_api.surveys.document_contexts`); only users that are selected and not loaded yet
cost a query here. The serializers in `chat_api.surveys.serializers` describe the same keys for the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chat_api.attachments.documents import AttachmentContext, attachment_document
from chat_api.lib.rest.accounts import Accounts
from chat_api.lib.rest.selection import Selection, cut
from chat_api.lib.text_formats import format_of
from chat_api.settings import chat_settings
from chat_api.surveys.instances import Place
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem

Document = dict[str, Any]
Timestamp = Callable[[datetime | None], Any]


@dataclass(frozen=True, slots=True)
class SurveyContext:
    """The selected keys of surveys, and how timestamps and users are shown to the requester."""

    selection: Selection
    timestamp: Timestamp
    #: The states that differ from the stored ones, by id of the survey.
    states: Mapping[int, Any]
    #: The requester; None outside of requests.
    viewer: Any
    owners: Accounts
    automated_senders: Accounts


def survey_document(survey: Survey, shown: SurveyContext) -> Document:
    """Return the survey with its owner and automated sender."""
    wants = shown.selection.wants
    document = {
        **survey_core_document(survey, shown.states, shown.timestamp, shown.viewer),
        "automated_sender_data": (
            shown.automated_senders.document(survey.automated_sender)
            if wants("automated_sender_data")
            else None
        ),
        "user_data": shown.owners.document(survey.user) if wants("user_data") else None,
        "submitted": shown.timestamp(survey.submitted),
    }
    return shown.selection.of(document)


def survey_core_document(
    survey: Survey, states: Mapping[int, Any], timestamp: Timestamp, viewer: Any
) -> Document:
    """Return the survey without its people, as it is shown with its items to the user `viewer`.

    `states` are those that differ from the stored ones, by id of the survey.
    """
    return {
        "schema": survey.schema_id,
        "user": survey.user_id,
        "updated": timestamp(survey.updated),
        "automated_sender": survey.automated_sender_id,
        "id": survey.pk,
        "created": timestamp(survey.created),
        "state": _shown_state(survey, states.get(survey.pk, survey.state), viewer),
    }


def _shown_state(survey: Survey, state: Any, viewer: Any) -> Any:
    """Return the state, its values only to those who see results: staff, and by RESPONDENT_SEES the owner."""
    if not isinstance(state, dict) or not (state.get("values") or state.get("instances")):
        return state
    if viewer is not None and viewer.pk == survey.user_id:
        is_shown = "values" in chat_settings.RESPONDENT_SEES
    else:
        is_shown = bool(getattr(viewer, "is_staff", False))
    if is_shown:
        return state
    instances = {
        key: [{**each, "values": {}} for each in found] for key, found in state.get("instances", {}).items()
    }
    return {**state, "values": {}, "instances": instances}


@dataclass(frozen=True, slots=True)
class ItemContext:
    """The values that items of one survey show besides their columns; those that are not selected are empty."""

    selection: Selection
    timestamp: Timestamp
    #: The survey as it is shown with each of its items.
    survey: Document | None
    #: By question and instance of the item: the question's document, rendered for the owner of the survey.
    questions: Mapping[Place, Document]
    #: By question and instance of the item: the documents of the chosen answers, by position.
    answers: Mapping[Place, Sequence[Document]]
    #: By the id of the item.
    attachments: Mapping[int, Sequence[SurveyAttachment]]
    #: None if no item has attachments.
    attachment: AttachmentContext | None
    senders: Accounts | None


def item_document(item: SurveyItem, shown: ItemContext) -> Document:
    """Return the item with its sender."""
    senders = shown.senders
    return _item_document(
        item, shown, "sender_data", None if senders is None else senders.document(item.sender)
    )


def item_with_survey_document(item: SurveyItem, shown: ItemContext) -> Document:
    """Return the item with its survey as it is now."""
    return _item_document(item, shown, "survey_data", shown.survey)


def _item_document(item: SurveyItem, shown: ItemContext, last_key: str, last_value: Any) -> Document:
    timestamp, selection, attachment = shown.timestamp, shown.selection, shown.attachment
    answers = [*shown.answers.get((item.related_question_id, item.instance), ())]
    document = {
        "related_question": item.related_question_id,
        "updated": timestamp(item.updated),
        "answers": [answer["id"] for answer in answers],
        "meta": item.meta,
        "created": timestamp(item.created),
        "has_attachments": item.has_attachments,
        "type": item.type,
        "survey": item.survey_id,
        "id": item.pk,
        "sender": item.sender_id,
        "text": item.text,
        "text_format": format_of(item.text_format),
        "position": item.position,
        "attachments_data": (
            [attachment_document(row, attachment) for row in shown.attachments.get(item.pk, ())]
            if attachment is not None
            else []
        ),
        "answers_data": answers,
        "related_question_data": shown.questions.get((item.related_question_id, item.instance)),
        last_key: last_value,
    }
    if item.instance:
        document["instance"] = item.instance
    if not selection.only:
        return document
    for name in _DOCUMENTS:
        if name in document:
            document[name] = cut(document[name], selection.inside(name))
    return selection.of(document)


#: The keys of items whose values are documents with selectable fields, except those of other contexts.
_DOCUMENTS: Final = ("answers_data", "related_question_data", "survey_data")
