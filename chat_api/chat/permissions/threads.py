"""Who may do what in a thread: flags of the requester's membership. Deny by default; hosts override by settings."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from chat_api.chat import selectors
from chat_api.chat.choices import Permission
from chat_api.chat.models import Message, UserThread
from chat_api.settings import chat_settings


def membership_of_request(request: Request, view: Any) -> UserThread | None:
    """Give the requester's membership of the thread in the path; read once a request."""
    thread_id = int(view.kwargs["thread_id"])
    known: dict[int, UserThread | None] = view.__dict__.setdefault("known_memberships", {})
    if thread_id not in known:
        known[thread_id] = selectors.membership(user=request.user, thread_id=thread_id)
    return known[thread_id]


class ThreadPermission(BasePermission):
    """Allows a member with the flag that `needs` names for the method.

    HEAD and OPTIONS need what GET needs, or, where nothing is read, what `reads` says. A method that the view does
    not have is let through to those who may read, so that they get a 405.
    """

    reads: ClassVar[Permission] = Permission.THREAD_READ
    needs: ClassVar[dict[str, Permission]] = {}

    def flag_for(self, method: str) -> Permission:
        """Give the flag that the method needs."""
        return self.needs.get(method, self.needs.get("GET", self.reads))

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the requester is a member with the flag."""
        member = membership_of_request(request, view)
        return member is not None and self.member_may(member, request, view)

    def member_may(self, member: UserThread, request: Request, view: Any) -> bool:
        """Say whether this member may send this request."""
        return member.may(self.flag_for(str(request.method)))


class ThreadsListByUserIDAndType(BasePermission):
    """The user himself, and types that the host lists."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether it is the requester's own list of a listed type."""
        return (
            request.user.is_authenticated
            and request.user.pk == view.kwargs["user_id"]
            and view.kwargs["type"] in chat_settings.TYPES_CHAT_LIST_THROUGH_API
        )


class ThreadObjectByThreadID(ThreadPermission):
    """A member: reading, editing and leaving each by its own flag."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.THREAD_READ,
        "PUT": Permission.THREAD_EDIT,
        "PATCH": Permission.THREAD_EDIT,
        "DELETE": Permission.THREAD_DELETE,
    }


class ThreadRollback(ThreadPermission):
    """A member with THREAD_ROLLBACK."""

    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.THREAD_ROLLBACK}


class ThreadUsersListByThreadID(ThreadPermission):
    """A member: listing and adding each by its own flag."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.THREAD_READ,
        "POST": Permission.THREAD_ADD_USER,
    }


class ThreadUsersObjectByThreadID(ThreadPermission):
    """A member: others by flags; seeing and leaving one's own row always."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.THREAD_READ,
        "PUT": Permission.THREAD_CONTROL_OTHERS,
        "PATCH": Permission.THREAD_CONTROL_OTHERS,
        "DELETE": Permission.THREAD_REMOVE_USER,
    }

    def member_may(self, member: UserThread, request: Request, view: Any) -> bool:
        """Say whether this member may send this request."""
        own = member.user_id == view.kwargs["user_id"]
        changes = request.method in ("PUT", "PATCH")
        if own and not changes:
            return True
        if changes and member.may(Permission.THREAD_BREAK_STATE):
            # What he may set there is for the view to say: `paused` alone.
            return True
        return super().member_may(member, request, view)


class ThreadWSSubscribe(BasePermission):
    """Superusers."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the requester is a superuser."""
        return bool(request.user.is_authenticated and getattr(request.user, "is_superuser", False))


class MessagesListByThreadID(ThreadPermission):
    """A member: reading and writing each by its own flag."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MESSAGES_READ,
        "POST": Permission.MESSAGES_CREATE,
    }


class MessagesReadByThreadID(ThreadPermission):
    """A member with MESSAGES_READ."""

    reads = Permission.MESSAGES_READ
    needs: ClassVar[dict[str, Permission]] = {"POST": Permission.MESSAGES_READ}


class ThreadEvents(ThreadPermission):
    """A member with MESSAGES_READ."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.MESSAGES_READ}


class PushDevices(BasePermission):
    """Whoever is signed in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the requester is signed in."""
        return bool(request.user.is_authenticated)


class ThreadDeparture(BasePermission):
    """Signed-in users: it is their own departure that they take back."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the requester is signed in."""
        return bool(request.user.is_authenticated)


class NotificationsUnsubscribe(BasePermission):
    """Everybody: the signed token in the address says whose it is."""


class WSTicket(BasePermission):
    """Whoever is signed in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the requester is signed in."""
        return bool(request.user.is_authenticated)


class MessageObjectByThreadID(ThreadPermission):
    """A member: reading, editing their own messages and deleting each by its own flag.

    The response to a change shows the message, so changing takes MESSAGES_READ too.
    """

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.MESSAGES_READ,
        "PUT": Permission.MESSAGES_EDIT | Permission.MESSAGES_READ,
        "PATCH": Permission.MESSAGES_EDIT | Permission.MESSAGES_READ,
        "DELETE": Permission.MESSAGES_DELETE,
    }

    def has_object_permission(self, request: Request, view: Any, obj: Message) -> bool:
        """Say whether the message may be changed: one's own only."""
        return request.method not in ("PUT", "PATCH") or obj.is_by(request.user)
