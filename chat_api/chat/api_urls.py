"""The chat's addresses; they stand alone under any prefix."""

from django.urls import path

from chat_api.chat import api, member_api, message_api, notification_api, realtime_api
from chat_api.chat.attachments_api import attachment_urlpatterns
from chat_api.lib.paths import ID, USER, WORD

urlpatterns = [
    *attachment_urlpatterns,
    path(
        f"accounts/<{USER}:user_id>/threads/<{WORD}:type>",
        api.AccountThreadsView.as_view(),
        name="account-threads-list",
    ),
    path(f"threads/<{ID}:thread_id>", api.ThreadDetailView.as_view(), name="thread-details"),
    path(f"threads/<{ID}:thread_id>/rollback", api.ThreadRollbackView.as_view(), name="thread-rollback"),
    path(f"threads/<{ID}:thread_id>/users", member_api.ThreadUsersView.as_view(), name="thread-users"),
    path(
        f"threads/<{ID}:thread_id>/users/<{USER}:user_id>",
        member_api.ThreadUserDetailView.as_view(),
        name="thread-users-details",
    ),
    path(
        f"threads/<{ID}:thread_id>/departure",
        member_api.ThreadDepartureView.as_view(),
        name="thread-departure",
    ),
    path(
        f"threads/<{ID}:thread_id>/ws-subscribe",
        api.ThreadWSSubscribeView.as_view(),
        name="thread-ws-subscribe",
    ),
    path(f"threads/<{ID}:thread_id>/events", realtime_api.ThreadEventsView.as_view(), name="thread-events"),
    path("push-devices", notification_api.PushDevicesView.as_view(), name="push-devices"),
    path(
        "notifications/unsubscribe/<str:token>",
        notification_api.UnsubscribeView.as_view(),
        name="notifications-unsubscribe",
    ),
    path("ws-ticket", realtime_api.SocketTicketView.as_view(), name="ws-ticket"),
    path(
        f"threads/<{ID}:thread_id>/messages",
        message_api.MessagesView.as_view(),
        name="thread-messages-list",
    ),
    path(f"threads/<{ID}:thread_id>/read", message_api.MessagesReadView.as_view(), name="thread-read"),
    path(
        f"threads/<{ID}:thread_id>/messages/<{ID}:pk>",
        message_api.MessageDetailView.as_view(),
        name="thread-message-details",
    ),
]
