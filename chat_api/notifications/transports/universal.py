"""Through universal_notifications, for hosts that have classes for it; needs the extra `universal`."""

from __future__ import annotations

from chat_api.notifications.models import NotificationDelivery
from chat_api.notifications.rendering import in_language_of
from chat_api.notifications.transports.base import Delivery, Transport
from chat_api.settings import import_setting


class UniversalNotificationsTransport(Transport):
    """Hands over to a class of the host's, so that its categories and unsubscriptions hold.

    Option: `notification`, a subclass of one of universal_notifications' (or its dotted path). It is made with the
    `NotificationDelivery` as item (that package's history refers to it), the user as its one receiver, and
    `delivery` in its context.
    """

    packages = {"universal_notifications": "universal"}
    required_options = ("notification",)

    def send(self, delivery: Delivery) -> None:
        """Hand it over. Raises what the host's class raises."""
        kind = import_setting("NOTIFICATION_OPTIONS", self.options["notification"])
        with in_language_of(delivery):
            row = NotificationDelivery.objects.get(pk=delivery.id)
            kind(row, [delivery.user], {"delivery": delivery}).send()
