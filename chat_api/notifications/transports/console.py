"""Console transport, for development."""

from __future__ import annotations

import sys

from chat_api.notifications.rendering import in_language_of, short_text
from chat_api.notifications.transports.base import Delivery, Transport


class ConsoleTransport(Transport):
    """Writes notifications to standard output."""

    repeatable = True

    def send(self, delivery: Delivery) -> None:
        """Write the delivery."""
        with in_language_of(delivery):
            sys.stdout.write(f"To {delivery.user}: {short_text(delivery, longest=500)}\n")
