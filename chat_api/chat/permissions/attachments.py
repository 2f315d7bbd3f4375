"""Permission classes for attachments of messages. Each is the default of a setting."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from chat_api.chat.choices import Permission
from chat_api.chat.models import Attachment, Message
from chat_api.chat.permissions.threads import ThreadPermission


class AttachmentsListByMessageID(ThreadPermission):
    """Allow members with the flag of the method; attachments can be added to the member's own messages only."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MESSAGES_READ,
        "POST": Permission.MESSAGES_CREATE,
    }

    def has_object_permission(self, request: Request, view: Any, obj: Message) -> bool:
        """Return whether the method is safe or the message is the requester's own."""
        return request.method in SAFE_METHODS or obj.is_by(request.user)


class AttachmentObjectByMessageID(ThreadPermission):
    """Allow members with the flag of the method; only attachments of the member's own messages can be changed.

    The response to a change contains the attachment, so changes require MESSAGES_READ, too.
    """

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MESSAGES_READ,
        "PUT": Permission.MESSAGES_EDIT | Permission.MESSAGES_READ,
        "PATCH": Permission.MESSAGES_EDIT | Permission.MESSAGES_READ,
        "DELETE": Permission.MESSAGES_EDIT,
    }

    def has_object_permission(self, request: Request, view: Any, obj: Attachment) -> bool:
        """Return whether the method is safe or the attachment belongs to the requester's own message."""
        return request.method in SAFE_METHODS or obj.message.is_by(request.user)
