"""Web Push transport, to the devices that a user has registered; requires the extra `push`."""

from __future__ import annotations

import json
from typing import Any, Final

from chat_api.notifications.models import PushDevice
from chat_api.notifications.push_devices import devices_of, forget_device, is_push_service
from chat_api.notifications.rendering import in_language_of, short_text, subject
from chat_api.notifications.transports.base import Delivery, Transport, TransportError

_SECONDS: Final = 10
_TIME_TO_LIVE: Final = 24 * 60 * 60
_LONGEST: Final = 500
_GONE: Final = (404, 410)
_PERMANENT: Final = range(400, 500)
_TOO_MANY_REQUESTS: Final = 429


def _topic(delivery: Delivery) -> str:
    if delivery.flag_id is not None:
        return f"flag-{delivery.flag_id}"
    return f"thread-{delivery.thread_id}"


class WebPushTransport(Transport):
    """Sends to each of the user's devices, and deletes devices that are gone.

    Options: `vapid_private_key` and `vapid_subject` (`mailto:…`). The topic makes a push service replace a pending
    message of the same thread, so that a repetition is shown once.
    """

    repeatable = True
    packages = {"pywebpush": "push"}
    required_options = ("vapid_private_key", "vapid_subject")

    def send(self, delivery: Delivery) -> None:
        """Send the delivery. Raises `TransportError` if no device accepted it."""
        devices = devices_of(delivery.user)
        if not devices:
            raise TransportError("The user has no device.", permanent=True)
        with in_language_of(delivery):
            shown = {
                "title": subject(delivery),
                "body": short_text(delivery, longest=_LONGEST),
                "thread": delivery.thread_id,
                "count": delivery.count,
            }
        refusals = [
            refusal for refusal in (self._push(device, delivery, shown) for device in devices) if refusal
        ]
        if len(refusals) == len(devices):
            raise TransportError(
                "; ".join(str(refusal) for refusal in refusals)[:400],
                permanent=all(refusal.permanent for refusal in refusals),
            )

    def _push(self, device: PushDevice, delivery: Delivery, shown: dict[str, Any]) -> TransportError | None:
        from pywebpush import WebPushException, webpush
        from requests import RequestException, Session

        if not is_push_service(device.endpoint):
            return TransportError("The device does not belong to an allowed push service.", permanent=True)
        try:
            with Session() as session:
                # A redirect could lead into the internal network.
                session.max_redirects = 0
                webpush(
                    subscription_info={
                        "endpoint": device.endpoint,
                        "keys": {"p256dh": device.p256dh, "auth": device.auth},
                    },
                    data=json.dumps(shown, ensure_ascii=False),
                    vapid_private_key=self.options["vapid_private_key"],
                    vapid_claims={"sub": self.options["vapid_subject"]},
                    ttl=_TIME_TO_LIVE,
                    headers={"Topic": _topic(delivery)},
                    timeout=_SECONDS,
                    requests_session=session,
                )
        except WebPushException as error:
            status = getattr(error.response, "status_code", None)
            if status in _GONE:
                forget_device(device)
                return TransportError("The device is gone.", permanent=True)
            permanent = status in _PERMANENT and status != _TOO_MANY_REQUESTS
            return TransportError(f"The push service responded with {status}.", permanent=permanent)
        except RequestException as error:
            return TransportError(f"The push service could not be reached: {type(error).__name__}")
        except ValueError as error:
            return TransportError(f"The device's keys are invalid: {error}", permanent=True)
        return None
