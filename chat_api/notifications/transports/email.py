"""E-mail transport, with Django's e-mail backends."""

from __future__ import annotations

from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.policy import Policy
from smtplib import SMTPRecipientsRefused
from typing import Final

from django.core.mail import EmailMultiAlternatives

from chat_api.notifications.rendering import in_language_of, rendered, subject
from chat_api.notifications.transports.base import Delivery, Transport, TransportError


class _InOneLine(UnstructuredHeader):
    """A header that is not folded: Python encodes a folded URL, and mail clients do not recognize that."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        """Return the header on one line."""
        return f"{self.name}: {self}{policy.linesep}"


_header: Final = HeaderRegistry(default_class=_InOneLine, use_default_map=False)


class EmailTransport(Transport):
    """Sends text and HTML. Option: `from_email` (default: DEFAULT_FROM_EMAIL).

    With an unsubscribe URL, the mail has the headers of RFC 8058, by which mail clients unsubscribe with one click.
    """

    def send(self, delivery: Delivery) -> None:
        """Send the delivery. Raises `TransportError`, permanent if the e-mail address is missing or refused."""
        address = str(getattr(delivery.user, "email", "") or "")
        if not address:
            raise TransportError("The user has no e-mail address.", permanent=True)
        headers: dict[str, str] = {"Auto-Submitted": "auto-generated"}
        if delivery.unsubscribe_url is not None:
            headers["List-Unsubscribe"] = _header("List-Unsubscribe", f"<{delivery.unsubscribe_url}>")
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        with in_language_of(delivery):
            mail = EmailMultiAlternatives(
                subject=subject(delivery),
                body=rendered("email.txt", delivery),
                from_email=self.options.get("from_email"),
                to=[address],
                headers=headers,
            )
            mail.attach_alternative(rendered("email.html", delivery), "text/html")
            try:
                mail.send()
            except (ValueError, SMTPRecipientsRefused) as error:
                # An invalid e-mail address or subject, or a mailbox that does not exist.
                raise TransportError(f"Refused: {error}", permanent=True) from error
