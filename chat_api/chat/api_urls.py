"""The URLs of chat; they can be included alone under any prefix."""

from django.urls import path

from chat_api.chat.api import (
    asked_questions,
    assignment,
    corrections,
    events,
    members,
    messages,
    push_devices,
    rollbacks,
    runs,
    text_door,
    threads,
    unread,
)
from chat_api.chat.api.attachments import attachment_urlpatterns
from chat_api.lib.rest.url_converters import ID, USER, WORD

urlpatterns = [
    *attachment_urlpatterns,
    path(
        f"accounts/<{USER}:user_id>/threads/<{WORD}:type>",
        threads.AccountThreadsView.as_view(),
        name="account-threads-list",
    ),
    path(f"accounts/<{USER}:user_id>/unread", unread.AccountUnreadView.as_view(), name="account-unread"),
    path(f"threads/<{ID}:thread_id>", threads.ThreadDetailView.as_view(), name="thread-details"),
    path(
        f"threads/<{ID}:thread_id>/rollback", rollbacks.ThreadRollbackView.as_view(), name="thread-rollback"
    ),
    path(f"threads/<{ID}:thread_id>/prompt", text_door.ThreadPromptView.as_view(), name="thread-prompt"),
    path(f"threads/<{ID}:thread_id>/reply", text_door.ThreadReplyView.as_view(), name="thread-reply"),
    path(f"threads/<{ID}:thread_id>/correct", corrections.ThreadCorrectView.as_view(), name="thread-correct"),
    path(f"threads/<{ID}:thread_id>/users", members.ThreadUsersView.as_view(), name="thread-users"),
    path(
        f"threads/<{ID}:thread_id>/users/<{USER}:user_id>",
        members.ThreadUserDetailView.as_view(),
        name="thread-users-details",
    ),
    path(
        f"threads/<{ID}:thread_id>/assignment",
        assignment.ThreadAssignmentView.as_view(),
        name="thread-assignment",
    ),
    path(
        f"threads/<{ID}:thread_id>/departure",
        members.ThreadDepartureView.as_view(),
        name="thread-departure",
    ),
    path(
        f"threads/<{ID}:thread_id>/ws-subscribe",
        threads.ThreadWSSubscribeView.as_view(),
        name="thread-ws-subscribe",
    ),
    path(f"threads/<{ID}:thread_id>/runs", runs.ThreadRunsView.as_view(), name="thread-runs"),
    path(f"threads/<{ID}:thread_id>/events", events.ThreadEventsView.as_view(), name="thread-events"),
    path("push-devices", push_devices.PushDevicesView.as_view(), name="push-devices"),
    path(
        "notifications/unsubscribe/<str:token>",
        push_devices.UnsubscribeView.as_view(),
        name="notifications-unsubscribe",
    ),
    path("ws-ticket", events.SocketTicketView.as_view(), name="ws-ticket"),
    path(
        f"threads/<{ID}:thread_id>/messages",
        messages.MessagesView.as_view(),
        name="thread-messages-list",
    ),
    path(f"threads/<{ID}:thread_id>/read", messages.MessagesReadView.as_view(), name="thread-read"),
    path(
        f"threads/<{ID}:thread_id>/messages/<{ID}:pk>",
        messages.MessageDetailView.as_view(),
        name="thread-message-details",
    ),
    path(
        f"threads/<{ID}:thread_id>/messages/<{ID}:pk>/question",
        asked_questions.MessageQuestionView.as_view(),
        name="thread-message-question",
    ),
]
