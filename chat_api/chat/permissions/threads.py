"""Permission classes for threads, based on the flags of the membership. Hosts replace them by settings."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from chat_api.chat import selectors
from chat_api.chat.choices import Permission
from chat_api.chat.models import Message, UserThread
from chat_api.settings import chat_settings


def membership_of_request(request: Request, view: Any) -> UserThread | None:
    """Return the requester's membership of the thread in the path, loaded once per request."""
    thread_id = int(view.kwargs["thread_id"])
    known: dict[int, UserThread | None] = view.__dict__.setdefault("known_memberships", {})
    if thread_id not in known:
        known[thread_id] = selectors.membership(user=request.user, thread_id=thread_id)
    return known[thread_id]


class ThreadPermission(BasePermission):
    """Allow members with the flag that `needs` contains for the method.

    HEAD and OPTIONS require the flag of GET or, in views without GET, the flag in `reads`. A method that the view does
    not have is admitted for members who can read, so that they receive a 405.
    """

    reads: ClassVar[Permission] = Permission.THREAD_READ
    needs: ClassVar[dict[str, Permission]] = {}

    def flag_for(self, method: str) -> Permission:
        """Return the flag that the method requires."""
        return self.needs.get(method, self.needs.get("GET", self.reads))

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester is a member with the flag."""
        member = membership_of_request(request, view)
        return member is not None and self.member_may(member, request, view)

    def member_may(self, member: UserThread, request: Request, view: Any) -> bool:
        """Return whether this member can send this request."""
        return member.may(self.flag_for(str(request.method)))


class ThreadsListByUserIDAndType(BasePermission):
    """Allow users to access their own list, for types that the host lists."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether it is the requester's own list of a listed type."""
        return (
            request.user.is_authenticated
            and request.user.pk == view.kwargs["user_id"]
            and view.kwargs["type"] in chat_settings.TYPES_CHAT_LIST_THROUGH_API
        )


class UnreadByUserID(BasePermission):
    """Allow users to count their own unread messages."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether it is the requester's own account."""
        return bool(request.user.is_authenticated and request.user.pk == view.kwargs["user_id"])


class ThreadObjectByThreadID(ThreadPermission):
    """Allow members with the flag of the method: reading, editing, leaving."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.THREAD_READ,
        "PUT": Permission.THREAD_EDIT,
        "PATCH": Permission.THREAD_EDIT,
        "DELETE": Permission.THREAD_DELETE,
    }


class ThreadRollback(ThreadPermission):
    """Allow members with THREAD_ROLLBACK."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.THREAD_ROLLBACK}


class ThreadCorrect(ThreadPermission):
    """Allow members with THREAD_ROLLBACK to correct their own answers."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.THREAD_ROLLBACK}


class ThreadUsersListByThreadID(ThreadPermission):
    """Allow members with the flag of the method: listing and adding members."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.THREAD_READ,
        "POST": Permission.THREAD_ADD_USER,
    }


class ThreadUsersObjectByThreadID(ThreadPermission):
    """Allow members with the flag of the method; they can always see and end their own membership."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.THREAD_READ,
        "PUT": Permission.THREAD_CONTROL_OTHERS,
        "PATCH": Permission.THREAD_CONTROL_OTHERS,
        "DELETE": Permission.THREAD_REMOVE_USER,
    }

    def member_may(self, member: UserThread, request: Request, view: Any) -> bool:
        """Return whether this member can send this request."""
        own = member.user_id == view.kwargs["user_id"]
        changes = request.method in ("PUT", "PATCH")
        if own and not changes:
            return True
        if changes and member.may(Permission.THREAD_BREAK_STATE):
            # The view permits them to set only `paused`.
            return True
        return super().member_may(member, request, view)


class ThreadWSSubscribe(BasePermission):
    """Allow superusers."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester is a superuser."""
        return bool(request.user.is_authenticated and getattr(request.user, "is_superuser", False))


class MessagesListByThreadID(ThreadPermission):
    """Allow members with the flag of the method: reading and creating messages."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MESSAGES_READ,
        "POST": Permission.MESSAGES_CREATE,
    }


class ThreadPrompt(ThreadPermission):
    """Allow members with THREAD_READ: a thread shows members their own current question."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.THREAD_READ}


class ThreadReply(ThreadPermission):
    """Allow members with MESSAGES_CREATE."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.MESSAGES_CREATE}


class MessagesReadByThreadID(ThreadPermission):
    """Allow members with MESSAGES_READ."""

    reads = Permission.MESSAGES_READ
    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.MESSAGES_READ}


class ThreadEvents(ThreadPermission):
    """Allow members with MESSAGES_READ."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.MESSAGES_READ}


class PushDevices(BasePermission):
    """Allow signed-in users."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester is signed in."""
        return bool(request.user.is_authenticated)


class ThreadDeparture(BasePermission):
    """Allow signed-in users; they revoke their own departure."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester is signed in."""
        return bool(request.user.is_authenticated)


class NotificationsUnsubscribe(BasePermission):
    """Allow everybody: the signed token in the URL identifies the user."""


class WSTicket(BasePermission):
    """Allow signed-in users."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester is signed in."""
        return bool(request.user.is_authenticated)


class MessageObjectByThreadID(ThreadPermission):
    """Allow members with the flag of the method; members can edit their own messages only.

    The response to a change contains the message, so changes require MESSAGES_READ, too.
    """

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MESSAGES_READ,
        "PUT": Permission.MESSAGES_EDIT | Permission.MESSAGES_READ,
        "PATCH": Permission.MESSAGES_EDIT | Permission.MESSAGES_READ,
        "DELETE": Permission.MESSAGES_DELETE,
    }

    def has_object_permission(self, request: Request, view: Any, obj: Message) -> bool:
        """Return whether the method changes nothing or the message is the requester's own."""
        return request.method not in ("PUT", "PATCH") or obj.is_by(request.user)


class MessageQuestionByThreadID(ThreadPermission):
    """Allow members with MESSAGES_READ; the view shows them the questions of their own answers only."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.MESSAGES_READ}
