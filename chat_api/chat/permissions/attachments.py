"""Who may do what with the attachments of messages. Each class is the default of a setting."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from chat_api.chat.choices import Permission
from chat_api.chat.models import Attachment, Message
from chat_api.chat.permissions.threads import ThreadPermission


class AttachmentsListByMessageID(ThreadPermission):
    """A member: listing and attaching each by its own flag, attaching only to messages of their own."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MESSAGES_READ,
        "POST": Permission.MESSAGES_CREATE,
    }

    def has_object_permission(self, request: Request, view: Any, obj: Message) -> bool:
        """Say whether the requester may do so with this message."""
        return request.method in SAFE_METHODS or obj.is_by(request.user)


class AttachmentObjectByMessageID(ThreadPermission):
    """A member: reading and changing each by its own flag, changing only what hangs on messages of their own.

    The response to a change shows the attachment, so changing takes MESSAGES_READ too.
    """

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MESSAGES_READ,
        "PUT": Permission.MESSAGES_EDIT | Permission.MESSAGES_READ,
        "PATCH": Permission.MESSAGES_EDIT | Permission.MESSAGES_READ,
        "DELETE": Permission.MESSAGES_EDIT,
    }

    def has_object_permission(self, request: Request, view: Any, obj: Attachment) -> bool:
        """Say whether the requester may do so with this attachment."""
        return request.method in SAFE_METHODS or obj.message.is_by(request.user)
