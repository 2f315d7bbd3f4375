"""Integration with the real universal_notifications: ``tox -e universal``."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core import mail
from django.template import engines

from chat_api.chat.models import UnreadMessage
from chat_api.notifications.models import DeliveryStatus, NotificationDelivery
from chat_api.realtime import signals
from chat_api.tasks import deliver_pending_notifications
from tests.notifications.conftest import two_talking

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not apps.is_installed("universal_notifications"),
        reason="universal_notifications is not installed; tox -e universal tests it",
    ),
]


def their_model(name: str) -> Any:
    return apps.get_app_config("universal_notifications").get_model(name)


@pytest.fixture
def by_their_email(settings: LazySettings) -> None:
    from universal_notifications.notifications import EmailNotification

    class NewMessages(EmailNotification):
        category = "chat"
        email_name = "new_messages"
        email_subject = "{{ delivery.count }} new"

        def get_template(self) -> Any:
            return Rendered()

    class Rendered:
        def render(self, context: dict[str, Any]) -> str:
            text = "<p>{{ delivery.messages.0.text }}</p>"
            return engines["django"].from_string(text).render(context)

    settings.CHAT_SETTINGS = {
        "NOTIFICATION_TRANSPORTS": {
            "email": "chat_api.notifications.transports.UniversalNotificationsTransport"
        },
        "NOTIFICATION_OPTIONS": {"email": {"notification": NewMessages}},
        "NOTIFICATION_DELAYS": {},
    }


@pytest.mark.usefixtures("by_their_email")
def test_notifications_are_sent_by_universal_notifications() -> None:
    alice_talk, bob_talk = two_talking()
    alice_talk.say(text="a < b")
    assert deliver_pending_notifications() == 1
    (sent,) = mail.outbox
    assert bob_talk.user.email in sent.to[0]
    assert (sent.subject, "<p>a &lt; b</p>" in sent.body) == ("1 new", True)
    history = their_model("NotificationHistory")
    assert history.objects.get().source == NotificationDelivery.objects.get()


@pytest.mark.usefixtures("by_their_email")
def test_user_unsubscribed_in_universal_notifications_gets_nothing() -> None:
    alice_talk, bob_talk = two_talking()
    unsubscribed = their_model("UnsubscribedUser")
    unsubscribed.objects.create(user=bob_talk.user, unsubscribed={"email": ["chat"]})
    alice_talk.say(text="x")
    deliver_pending_notifications()
    assert mail.outbox == []
    assert NotificationDelivery.objects.get().status == DeliveryStatus.SENT


def test_sockets_send_the_signal_of_universal_notifications() -> None:
    from universal_notifications.signals import ws_received

    assert signals.ws_received is ws_received


def test_command_in_the_signal_of_universal_notifications_runs() -> None:
    from universal_notifications.signals import ws_received

    alice_talk, bob_talk = two_talking()
    bob_talk.user.email = "bob@example.org"
    bob_talk.user.save()
    message = alice_talk.say(text="x")["id"]
    unread = UnreadMessage.objects.filter(user=bob_talk.user, message_id=message)
    assert unread.exists()
    ws_received.send(
        message_data={"message": "mark_message_as_read", "data": {"message": message}},
        channel_emails=[bob_talk.user.email],
        sender=None,
    )
    assert not unread.exists()
