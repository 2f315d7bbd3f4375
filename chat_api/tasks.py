"""The Celery tasks; the host's beat schedules them. Each may run at any time, twice, and from many workers."""

from celery import shared_task

from chat_api.chat import actions
from chat_api.chat.delivery import notifications
from chat_api.lib.url_prefix import public_prefix
from chat_api.realtime import publish
from chat_api.search.backends.base import search_backend


@shared_task(name="chat_api.tasks.restart_due_scripts", ignore_result=True)
@public_prefix()
def restart_due_scripts() -> int:
    """Start again the repeated scripts whose time has come; gives how many."""
    return actions.restart_due_scripts()


@shared_task(name="chat_api.tasks.deliver_pending_notifications", ignore_result=True)
@public_prefix()
def deliver_pending_notifications() -> int:
    """Tell people of what they have not read, where the time for it has come; gives how many were told."""
    return notifications.deliver_pending_notifications()


@shared_task(name="chat_api.tasks.publish_pending_events", ignore_result=True)
@public_prefix()
def publish_pending_events() -> int:
    """Publish the events that a process which died could not; gives how many."""
    return publish.publish_pending_events()


@shared_task(name="chat_api.tasks.trim_event_log", ignore_result=True)
@public_prefix()
def trim_event_log() -> int:
    """Delete the events older than EVENT_LOG_RETENTION and the tickets that ran out; gives how many rows."""
    return publish.trim_event_log()


@shared_task(name="chat_api.tasks.index_messages", ignore_result=True)
@public_prefix()
def index_messages() -> int:
    """Send Elasticsearch what was written, and what it could not take when it was; gives how many messages."""
    return search_backend().catch_up()
