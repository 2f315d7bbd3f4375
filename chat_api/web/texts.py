"""The texts that the client shows where there is no element of its own: the connection, and errors."""

from __future__ import annotations

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat_api.settings import chat_settings


def client_texts() -> dict[str, str]:
    """Return the texts by key, in the active language; those that name a limit are complete."""
    text_max, attachments_max = chat_settings.MESSAGE_TEXT_MAX, chat_settings.MESSAGE_ATTACHMENTS_MAX
    return {
        "connecting": _("Connecting…"),
        "connected": _("Connected."),
        "reconnecting": _("Connection lost. Reconnecting…"),
        "offline": _("You are offline. Messages are sent when you are online again."),
        "sending": _("Sending…"),
        "queued": _("Waiting to be sent."),
        "not_sent": _("Not sent."),
        "retry": _("Try again"),
        "signed_out": _("You are signed out. Sign in again; what you have written is kept."),
        "forbidden": _("You do not have permission for this."),
        "not_found": _("This is not available any more."),
        "moved_on": _("The conversation has moved on. Check your answer before you send it."),
        "rejected": _("This was not accepted. Check what you have entered."),
        "too_many_requests": _("Too many requests. Wait a little, then try again."),
        "server_error": _("The server has a problem. Try again later."),
        "text_too_long": ngettext(
            "Enter at most %(n)s character.", "Enter at most %(n)s characters.", text_max
        )
        % {"n": text_max},
        "too_many_files": ngettext(
            "Attach at most %(n)s file.", "Attach at most %(n)s files.", attachments_max
        )
        % {"n": attachments_max},
        "file_too_large": _("Choose a file of at most %(size)s.")
        % {"size": filesizeformat(chat_settings.ATTACHMENT_MAX_BYTES)},
        "file_type": _("Files of this type are not accepted."),
        "upload_failed": _("The file was not uploaded."),
    }
