"""The users who look at one thread, and what each of them sees, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from chat_api.chat import selectors, visibility
from chat_api.chat.choices import Notification, Permission
from chat_api.chat.default_membership import default_membership
from chat_api.chat.models import Message, Thread, ThreadWSSubscription, UnreadMessage, UserThread
from chat_api.chat.serializers.current_questions import questions_of
from chat_api.chat.serializers.document_contexts import attachments_of
from chat_api.lib.background_requests import BackgroundRequest
from chat_api.lib.hooks import degraded
from chat_api.settings import chat_settings


@dataclass(slots=True)
class Viewer:
    """A user who looks at a thread, as a member or a subscriber."""

    user: Any
    #: Their membership, or the default one of a subscriber.
    member: UserThread
    subscribes: bool
    #: Whether they get events as they happen.
    live: bool

    def may_read_messages(self) -> bool:
        """Return whether the viewer is permitted to read messages at all."""
        return self.member.may(Permission.MESSAGES_READ)


def viewers_of(thread: Thread, user_ids: Collection[Any], *, guest: Any = None) -> list[Viewer]:
    """Return the users who are members of the thread or subscribed to it, and the guest, who needs to be neither.

    A subscription counts as long as its user would be permitted to subscribe. A guest is a user whom the host's
    permission class has admitted.
    """
    members = UserThread.objects.filter(thread=thread, user_id__in=user_ids).select_related("user", "schema")
    viewers = []
    for member in members:
        member.thread = thread
        viewers.append(
            Viewer(member.user, member, subscribes=False, live=member.is_notified_by(Notification.WS))
        )
    known = {viewer.user.pk for viewer in viewers}
    others = [user_id for user_id in user_ids if user_id not in known]
    if others:
        quiet = bool(chat_settings.thread_switch((thread.type, "NO_WS_TO_SUBSCRIBED")))
        rows = ThreadWSSubscription.objects.filter(thread=thread, user_id__in=others).select_related("user")
        for row in rows:
            if not may_subscribe(row.user, thread.pk):
                continue
            member = default_membership(user=row.user, thread=thread)
            viewers.append(Viewer(row.user, member, subscribes=True, live=not quiet))
    if guest is not None and all(viewer.user.pk != guest.pk for viewer in viewers):
        member = default_membership(user=guest, thread=thread)
        viewers.append(Viewer(guest, member, subscribes=True, live=False))
    return viewers


def may_subscribe(user: Any, thread_id: int) -> bool:
    """Return whether the user would be permitted to subscribe to the thread now."""
    request = BackgroundRequest(user)
    view: Any = SimpleNamespace(kwargs={"thread_id": thread_id}, request=request)
    setting = "PERMISSIONS_THREAD_WS_SUBSCRIBE"
    return degraded(
        setting, lambda: bool(getattr(chat_settings, setting)().has_permission(request, view)), fallback=False
    )


class View:
    """These messages and the thread as these viewers see them."""

    def __init__(self, thread: Thread, viewers: Collection[Viewer], message_ids: Collection[int]) -> None:
        self.thread = thread
        last_ids = {viewer.member.last_message_id for viewer in viewers} - {None}
        rows = Message.all_objects.filter(pk__in={*message_ids, *last_ids}, thread=thread)
        self.messages = {message.pk: message for message in rows.select_related("sender")}
        self.attachments = attachments_of(self.messages.values())
        self._unread = _unread(viewers, self.messages)
        self._hidden = {viewer.user.pk: self._hidden_from(viewer.user) for viewer in viewers}
        self._counts = _unread_counts(thread, viewers)
        self._questions = questions_of([viewer.member for viewer in viewers], in_their_languages=True)

    def sees(self, viewer: Viewer, message_id: int) -> bool:
        """Return whether the message is visible to the viewer, or was before it was deleted."""
        return viewer.may_read_messages() and message_id not in self._hidden[viewer.user.pk]

    def has_read(self, viewer: Viewer, message: Message) -> bool:
        """Return whether the viewer sent the message or has read it."""
        return message.sender_id == viewer.user.pk or (viewer.user.pk, message.pk) not in self._unread

    def unread_count(self, viewer: Viewer) -> int:
        """Return how many messages of the thread the viewer has not read; 0 for those who cannot read any."""
        return self._counts.get(viewer.user.pk, 0) if viewer.may_read_messages() else 0

    def last_message(self, viewer: Viewer) -> Message | None:
        """Return the thread's last message as the viewer knows it; None if it is hidden or deleted."""
        message = self.messages.get(viewer.member.last_message_id or 0)
        if message is None or message.deleted or not self.sees(viewer, message.pk):
            return None
        return message

    def question(self, viewer: Viewer) -> dict[str, Any] | None:
        """Return the viewer's current question in their language; None if nothing is asked."""
        return self._questions.get(viewer.member.pk)

    def _hidden_from(self, user: Any) -> set[int]:
        hidden = {
            pk for pk, row in self.messages.items() if not visibility.is_visible_to(message=row, user=user)
        }
        if self.messages and chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET"):
            rows = visibility.filtered_by_host(Message.all_objects.filter(pk__in=self.messages), user=user)
            shown = visibility.evaluated(lambda: set(rows.values_list("pk", flat=True)), fallback=set())
            hidden |= self.messages.keys() - shown
        return hidden


def _unread(viewers: Iterable[Viewer], message_ids: Collection[int]) -> set[tuple[Any, int]]:
    users = [viewer.user.pk for viewer in viewers]
    rows = UnreadMessage.objects.filter(message_id__in=message_ids, user_id__in=users)
    return set(rows.values_list("user_id", "message_id"))


def _unread_counts(thread: Thread, viewers: Collection[Viewer]) -> dict[Any, int]:
    if not chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET"):
        return selectors.unread_counts_of_members(
            thread_id=thread.pk, user_ids=[viewer.user.pk for viewer in viewers]
        )
    # The host's filter is a function of one user, so each user takes a query.
    return {
        viewer.user.pk: selectors.unread_counts(user=viewer.user, thread_ids=[thread.pk]).get(thread.pk, 0)
        for viewer in viewers
    }
