"""Transport through universal_notifications, for hosts that have classes for it; requires the extra `universal`."""

from __future__ import annotations

from chat_api.notifications.models import NotificationDelivery
from chat_api.notifications.rendering import in_language_of
from chat_api.notifications.transports.base import Delivery, Transport
from chat_api.settings import import_setting


class UniversalNotificationsTransport(Transport):
    """Sends through a notification class of the host, so that its categories and unsubscriptions apply.

    Option: `notification`, a subclass of one of the classes of universal_notifications, or its dotted path. It is
    created with the `NotificationDelivery` as item, because the history of that package refers to it, with the user as
    the only recipient, and with `delivery` in its context.
    """

    packages = {"universal_notifications": "universal"}
    required_options = ("notification",)

    def send(self, delivery: Delivery) -> None:
        """Send the delivery. Exceptions of the host's class propagate."""
        kind = import_setting("NOTIFICATION_OPTIONS", self.options["notification"])
        with in_language_of(delivery):
            row = NotificationDelivery.objects.get(pk=delivery.id)
            kind(row, [delivery.user], {"delivery": delivery}).send()
