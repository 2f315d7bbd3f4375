"""The permission class of each endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chat_api.settings.rules import PERMISSION
from chat_api.settings.setting import Setting

#: By setting: the name of the default class in `chat_api.permissions`, and the path of its endpoint.
_ENDPOINTS: Final[Mapping[str, tuple[str, str]]] = {
    "PERMISSIONS_THREADS_LIST_BY_USER_ID_AND_TYPE": (
        "ThreadsListByUserIDAndType",
        "accounts/{user_id}/threads/{type}",
    ),
    "PERMISSIONS_UNREAD_BY_USER_ID": ("UnreadByUserID", "accounts/{user_id}/unread"),
    "PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": ("ThreadObjectByThreadID", "threads/{thread_id}"),
    "PERMISSIONS_THREAD_ROLLBACK": ("ThreadRollback", "threads/{thread_id}/rollback"),
    "PERMISSIONS_THREAD_PROMPT": ("ThreadPrompt", "threads/{thread_id}/prompt"),
    "PERMISSIONS_THREAD_REPLY": ("ThreadReply", "threads/{thread_id}/reply"),
    "PERMISSIONS_THREAD_CORRECT": ("ThreadCorrect", "threads/{thread_id}/correct"),
    "PERMISSIONS_THREAD_USERS_LIST_BY_THREAD_ID": ("ThreadUsersListByThreadID", "threads/{thread_id}/users"),
    "PERMISSIONS_THREAD_USERS_OBJECT_BY_THREAD_ID": (
        "ThreadUsersObjectByThreadID",
        "threads/{thread_id}/users/{user_id}",
    ),
    "PERMISSIONS_MESSAGES_LIST_BY_THREAD_ID": ("MessagesListByThreadID", "threads/{thread_id}/messages"),
    "PERMISSIONS_MESSAGE_OBJECT_BY_THREAD_ID": (
        "MessageObjectByThreadID",
        "threads/{thread_id}/messages/{pk}",
    ),
    "PERMISSIONS_MESSAGE_QUESTION_BY_THREAD_ID": (
        "MessageQuestionByThreadID",
        "threads/{thread_id}/messages/{pk}/question",
    ),
    "PERMISSIONS_MESSAGES_READ_BY_THREAD_ID": ("MessagesReadByThreadID", "threads/{thread_id}/read"),
    "PERMISSIONS_ATTACHMENTS_LIST_BY_MESSAGE_ID": (
        "AttachmentsListByMessageID",
        "threads/{thread_id}/messages/{message_id}/attachments",
    ),
    "PERMISSIONS_ATTACHMENT_OBJECT_BY_MESSAGE_ID": (
        "AttachmentObjectByMessageID",
        "threads/{thread_id}/messages/{message_id}/attachments/{pk}",
    ),
    "PERMISSIONS_THREAD_WS_SUBSCRIBE": ("ThreadWSSubscribe", "threads/{thread_id}/ws-subscribe"),
    "PERMISSIONS_THREAD_ASSIGNMENT": ("ThreadAssignment", "threads/{thread_id}/assignment"),
    "PERMISSIONS_THREAD_DEPARTURE": ("ThreadDeparture", "threads/{thread_id}/departure"),
    "PERMISSIONS_THREAD_RUNS": ("ThreadRuns", "threads/{thread_id}/runs"),
    "PERMISSIONS_THREAD_EVENTS": ("ThreadEvents", "threads/{thread_id}/events"),
    "PERMISSIONS_WS_TICKET": ("WSTicket", "ws-ticket"),
    "PERMISSIONS_PUSH_DEVICES": ("PushDevices", "push-devices"),
    "PERMISSIONS_NOTIFICATIONS_UNSUBSCRIBE": (
        "NotificationsUnsubscribe",
        "notifications/unsubscribe/{token}",
    ),
    "PERMISSIONS_SCHEMA_OBJECT": ("SchemaObject", "schemas/{pk}"),
    "PERMISSIONS_SCHEMA_LIST_BY_TYPE": ("SchemaListByType", "schemas/{type}"),
    "PERMISSIONS_SURVEYS_LIST_BY_USER_ID": ("SurveysListByUserID", "accounts/{user_id}/surveys"),
    "PERMISSIONS_SURVEYS_GLOBAL_LIST": ("SurveysGlobalList", "surveys"),
    "PERMISSIONS_SURVEY_OBJECT": ("SurveyObject", "surveys/{pk}"),
    "PERMISSIONS_SURVEY_RESULTS": ("SurveyResults", "surveys/{pk}/results"),
    "PERMISSIONS_SURVEY_SUBMIT": ("SurveySubmit", "surveys/{pk}/submit"),
    "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID": ("SurveyItemsListBySurveyID", "surveys/{survey_id}/items"),
    "PERMISSIONS_SURVEY_ITEM_OBJECT_BY_SURVEY_ID": (
        "SurveyItemObjectBySurveyID",
        "surveys/{survey_id}/items/{pk}",
    ),
    "PERMISSIONS_SURVEY_INSTANCES_BY_SURVEY_ID": (
        "SurveyInstancesBySurveyID",
        "surveys/{survey_id}/groups/{group_id}/instances",
    ),
    "PERMISSIONS_SURVEY_ATTACHMENT_LIST_BY_ITEM_ID": (
        "SurveyAttachmentListByItemID",
        "surveys/{survey_id}/items/{item_id}/attachments",
    ),
    "PERMISSIONS_SURVEY_ATTACHMENT_OBJECT_BY_ITEM_ID": (
        "SurveyAttachmentObjectByItemID",
        "surveys/{survey_id}/items/{item_id}/attachments/{pk}",
    ),
}

#: By setting: the name of the default class in `chat_api.permissions`.
PERMISSION_CLASSES: Final[Mapping[str, str]] = {name: default for name, (default, _) in _ENDPOINTS.items()}

SETTINGS: Final = tuple(
    Setting(name, f"chat_api.permissions.{default}", PERMISSION, f"``{path}``")
    for name, (default, path) in _ENDPOINTS.items()
)
