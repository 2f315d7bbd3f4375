"""Every permission class, for hosts and for settings."""

from chat_api.chat.attachments_permissions import AttachmentObjectByMessageID, AttachmentsListByMessageID
from chat_api.chat.permissions import (
    MessageObjectByThreadID,
    MessagesListByThreadID,
    MessagesReadByThreadID,
    NotificationsUnsubscribe,
    PushDevices,
    ThreadEvents,
    ThreadObjectByThreadID,
    ThreadRollback,
    ThreadsListByUserIDAndType,
    ThreadUsersListByThreadID,
    ThreadUsersObjectByThreadID,
    ThreadWSSubscribe,
    WSTicket,
)
from chat_api.schemas.permissions import NoOne, SchemaListByType, SchemaObject
from chat_api.surveys.permissions import (
    SurveyAttachmentListByItemID,
    SurveyAttachmentObjectByItemID,
    SurveyItemObjectBySurveyID,
    SurveyItemsListBySurveyID,
    SurveyObject,
    SurveysGlobalList,
    SurveysListByUserID,
    SurveySubmit,
)

__all__ = [
    "AttachmentObjectByMessageID",
    "AttachmentsListByMessageID",
    "MessageObjectByThreadID",
    "MessagesListByThreadID",
    "MessagesReadByThreadID",
    "NoOne",
    "NotificationsUnsubscribe",
    "PushDevices",
    "SchemaListByType",
    "SchemaObject",
    "SurveyAttachmentListByItemID",
    "SurveyAttachmentObjectByItemID",
    "SurveyItemObjectBySurveyID",
    "SurveyItemsListBySurveyID",
    "SurveyObject",
    "SurveySubmit",
    "SurveysGlobalList",
    "SurveysListByUserID",
    "ThreadEvents",
    "ThreadObjectByThreadID",
    "ThreadRollback",
    "ThreadUsersListByThreadID",
    "ThreadUsersObjectByThreadID",
    "ThreadWSSubscribe",
    "ThreadsListByUserIDAndType",
    "WSTicket",
]
