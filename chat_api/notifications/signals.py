"""Signals of notifications, for hosts; `chat_api.chat.signals` re-exports them."""

from django.dispatch import Signal

#: sender=NotificationDelivery, delivery (the row), user_id, thread_id, transport: a transport has sent it.
notification_sent = Signal()
