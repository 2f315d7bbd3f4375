"""The built-in transports, one file each."""

from chat_api.notifications.transports.base import Delivery, Transport, TransportError, UnreadMessage
from chat_api.notifications.transports.console import ConsoleTransport
from chat_api.notifications.transports.email import EmailTransport
from chat_api.notifications.transports.twilio import TwilioSMSTransport
from chat_api.notifications.transports.universal import UniversalNotificationsTransport
from chat_api.notifications.transports.webpush import WebPushTransport

__all__ = [
    "ConsoleTransport",
    "Delivery",
    "EmailTransport",
    "Transport",
    "TransportError",
    "TwilioSMSTransport",
    "UniversalNotificationsTransport",
    "UnreadMessage",
    "WebPushTransport",
]
