"""Settings of notifications: transports, delays and devices."""

from __future__ import annotations

from typing import Final

from chat_api.settings.rules import (
    FUNCTION,
    Anything,
    Flags,
    Imported,
    ListOf,
    MappingOf,
    Maybe,
    Name,
    Text,
    WholeNumber,
)
from chat_api.settings.setting import Setting
from chat_api.settings.table.known import notification_flags, transports
from chat_api.settings.table.threads import THREAD_TYPE

_NAME: Final = Text(blank=False)
_TRANSPORT: Final = Name(transports, "transport")
_TRANSPORT_CLASS: Final = Imported(
    lambda found: callable(getattr(found, "send", None)), "a class with a method `send`"
)

SETTINGS: Final = (
    Setting(
        "NOTIFICATION_TRANSPORTS",
        {"email": "chat_api.notifications.transports.EmailTransport"},
        MappingOf(_TRANSPORT, _TRANSPORT_CLASS),
        """
The transports that notify users of unread messages: a dict from the member's flag (``push``, ``email``, ``sms``) to a
class with a method ``send(delivery)``, or its dotted path. Flags without an entry notify nobody. See
:doc:`/howto/notifications`.""",
    ),
    Setting(
        "NOTIFICATION_DELAYS",
        {"email": 300, "sms": 300},
        MappingOf(_TRANSPORT, WholeNumber(least=0)),
        """
How many seconds a notification waits: a dict from flag to number, 0 without an entry. Messages that the user reads
before then are not sent, and all messages of one thread that arrive before then become one notification.""",
    ),
    Setting(
        "NOTIFICATION_OPTIONS",
        {},
        MappingOf(_TRANSPORT, MappingOf(_NAME, Anything())),
        """
The keyword arguments for the transport class, as a dict from flag to dict.""",
    ),
    Setting(
        "NOTIFICATION_BASE_URL",
        None,
        Maybe(Text(starts=("http://", "https://"))),
        """
The URL of the project, for example ``https://example.com``, with its path prefix if there is one, for example
``https://example.com/chat``. With ``None``, notifications have no link to unsubscribe.""",
    ),
    Setting(
        "NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE",
        {},
        MappingOf(THREAD_TYPE, Flags(notification_flags)),
        """
The ``notifications`` of new members: a dict from the type of the thread to a sum of flags: unread (1), WebSocket (2),
push (4), e-mail (8), SMS (16). Types without an entry have 3.""",
    ),
    Setting(
        "PUSH_DEVICES_MAX",
        20,
        WholeNumber(),
        """
The maximum number of devices of a user. One more replaces the oldest.""",
    ),
    Setting(
        "WEB_PUSH_SERVICES",
        (
            "fcm.googleapis.com",
            ".push.services.mozilla.com",
            ".push.apple.com",
            ".notify.windows.com",
        ),
        ListOf(_NAME),
        """
The push services that devices may use: hosts, which are reached by HTTPS at its standard port, with a leading dot for
their subdomains; or whole origins, for example ``http://127.0.0.1:9000``. Users choose the URLs that the server sends
to, so any other is rejected.""",
    ),
    Setting(
        "USER_PHONE",
        None,
        Maybe(FUNCTION),
        """
``f(user) -> number or None``: the number that SMS for a user go to. With ``None``, the user's attribute ``phone``.""",
    ),
)
