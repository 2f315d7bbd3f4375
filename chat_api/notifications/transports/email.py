"""By e-mail, with Django's own backends."""

from __future__ import annotations

from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.policy import Policy
from smtplib import SMTPRecipientsRefused
from typing import Final

from django.core.mail import EmailMultiAlternatives

from chat_api.notifications.rendering import in_language_of, rendered, subject
from chat_api.notifications.transports.base import Delivery, Transport, TransportError


class _InOneLine(UnstructuredHeader):
    """An address stays as it is: what Python folds otherwise, it encodes, and mail programs see no address in that."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        """Give the header's line."""
        return f"{self.name}: {self}{policy.linesep}"


_header: Final = HeaderRegistry(default_class=_InOneLine, use_default_map=False)


class EmailTransport(Transport):
    """Sends text and HTML. Option: `from_email` (default: DEFAULT_FROM_EMAIL).

    With an address to unsubscribe at it has the headers of RFC 8058, by which mail programs do it in one click.
    """

    def send(self, delivery: Delivery) -> None:
        """Send it. Raises `TransportError`, permanent where the user has no address or the server refuses it."""
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
                # An address or a subject that is none, or a mailbox that is not there.
                raise TransportError(f"Refused: {error}", permanent=True) from error
