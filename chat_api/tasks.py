"""The Celery tasks, scheduled by the host's beat. Each can run at any time, repeatedly and in several workers."""

from celery import shared_task

from chat_api.chat import actions
from chat_api.chat.delivery import notifications
from chat_api.lib.url_prefix import public_prefix
from chat_api.realtime import publish
from chat_api.search.backends.base import search_backend


@shared_task(name="chat_api.tasks.restart_due_scripts", ignore_result=True)
@public_prefix()
def restart_due_scripts() -> int:
    """Restart the repeated scripts that are due; return their number."""
    return actions.restart_due_scripts()


@shared_task(name="chat_api.tasks.deliver_pending_notifications", ignore_result=True)
@public_prefix()
def deliver_pending_notifications() -> int:
    """Send the notifications of unread messages that are due; return their number."""
    return notifications.deliver_pending_notifications()


@shared_task(name="chat_api.tasks.publish_pending_events", ignore_result=True)
@public_prefix()
def publish_pending_events() -> int:
    """Publish the events that a crashed process left unpublished; return their number."""
    return publish.publish_pending_events()


@shared_task(name="chat_api.tasks.trim_event_log", ignore_result=True)
@public_prefix()
def trim_event_log() -> int:
    """Delete the events older than EVENT_LOG_RETENTION and the expired tickets; return the number of rows."""
    return publish.trim_event_log()


@shared_task(name="chat_api.tasks.index_messages", ignore_result=True)
@public_prefix()
def index_messages() -> int:
    """Index the messages that are waiting for it, including those rejected before; return their number."""
    return search_backend().catch_up()
