"""SMS transport, with Twilio; requires the extra `sms`."""

from __future__ import annotations

from typing import Any

from chat_api.lib.hooks import required
from chat_api.notifications.rendering import in_language_of, short_text
from chat_api.notifications.transports.base import Delivery, Transport, TransportError
from chat_api.settings import chat_settings, import_setting

_LONGEST = 320
_SECONDS = 10
#: Statuses of Twilio for which a retry does not help.
_PERMANENT = range(400, 500)
_TOO_MANY_REQUESTS = 429


def _number_of(user: Any) -> Any:
    """Return the user's phone number from USER_PHONE. Raises `TransportError`, not permanent, if that fails."""
    if not chat_settings.has("USER_PHONE"):
        return getattr(user, "phone", None)
    try:
        return required("USER_PHONE", lambda: chat_settings.USER_PHONE(user))
    except Exception as error:
        raise TransportError(f"USER_PHONE failed: {error.__cause__ or error}") from error


class TwilioSMSTransport(Transport):
    """Sends an SMS to the number that USER_PHONE returns.

    Options: `account_sid`, `auth_token`, `from_`, and `http_client` (an object or a dotted path), which replaces the
    HTTP client of Twilio's library.
    """

    packages = {"twilio": "sms"}
    required_options = ("account_sid", "auth_token", "from_")

    def send(self, delivery: Delivery) -> None:
        """Send the delivery. Raises `TransportError`."""
        from requests import ReadTimeout
        from twilio.base.exceptions import TwilioRestException
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        number = _number_of(delivery.user)
        if not number:
            raise TransportError("The user has no phone number.", permanent=True)
        http_client: Any = import_setting("NOTIFICATION_OPTIONS", self.options.get("http_client"))
        client = Client(
            self.options["account_sid"],
            self.options["auth_token"],
            http_client=http_client or TwilioHttpClient(timeout=_SECONDS),
        )
        with in_language_of(delivery):
            text = short_text(delivery, longest=_LONGEST)
        try:
            client.messages.create(to=str(number), from_=self.options["from_"], body=text)
        except TwilioRestException as error:
            permanent = error.status in _PERMANENT and error.status != _TOO_MANY_REQUESTS
            raise TransportError(f"Twilio: {error.status} {error.msg}", permanent=permanent) from error
        except ReadTimeout as error:
            raise TransportError(
                "Twilio did not respond; the message may have arrived.", permanent=True
            ) from error
