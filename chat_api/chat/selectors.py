"""Queries for threads and messages. Everything that could leak is loaded by these functions only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from chat_api.chat.choices import Permission
from chat_api.chat.models import (
    Attachment,
    IdempotencyKey,
    Message,
    ScriptRun,
    ThreadCreation,
    UnreadMessage,
    UserThread,
)
from chat_api.chat.visibility import evaluated, filtered_by_host, is_visible_to
from chat_api.lib.db.prepared import Prepared
from chat_api.lib.rest.relations import ID_MAX, can_be_key
from chat_api.raised_flags.models import Flag
from chat_api.settings import chat_settings


def membership(*, user: Any, thread_id: int) -> UserThread | None:
    """Return the user's membership of the thread, with its schema and `event_head`; None for non-members.

    Each request of the chat begins with it: the rest is loaded when needed.
    """
    if not user.is_authenticated:
        return None
    row = membership_row(user_id=user.pk, thread_id=thread_id)
    if row is not None:
        row.user = user
    return row


_MEMBERSHIP = Prepared(
    "membership",
    2,
    lambda user_id, thread_id: (
        UserThread.objects.filter(user_id=user_id, thread_id=thread_id)
        .select_related("schema")
        # The class declares its type, for memberships that were never saved, too.
        .annotate(event_head=F("thread__event_head"))  # type: ignore[no-redef]
    ),
)


def membership_row(*, user_id: Any, thread_id: int) -> UserThread | None:
    """Return the current row of the membership, or None if it no longer exists."""
    if abs(thread_id) > ID_MAX:
        return None
    return next(iter(_MEMBERSHIP.rows(user_id, thread_id)), None)


def memberships_of(*, user: Any, type: str) -> QuerySet[UserThread]:
    """Return the user's memberships of threads of the type, last updated first."""
    return (
        UserThread.objects.filter(user=user, type=type)
        .select_related("thread", "schema")
        .order_by("-updated", "thread_id")
    )


def page_of_memberships(*, user_id: Any, type: str, limit: int) -> list[UserThread]:
    """Return the first memberships of `memberships_of`, at most `limit`."""
    page = _membership_pages.get((type, limit))
    if page is None:
        build = partial(_page_of_memberships, type, limit)
        if len(_membership_pages) >= _PAGES_MAX or type not in chat_settings.TYPES_CHAT_LIST_THROUGH_API:
            return list(build(user_id))
        page = Prepared(f"first {limit} memberships of type {type}", 1, build, constants=(type,))
        _membership_pages[type, limit] = page
    return page.rows(user_id)


def _page_of_memberships(type: str, limit: int, user_id: Any) -> QuerySet[UserThread]:
    return memberships_of(user=user_id, type=type)[:limit]


#: How many lengths of pages are compiled; Django compiles others at each request.
_PAGES_MAX: Final = 100
_membership_pages: Final[dict[tuple[str, int], Prepared[UserThread]]] = {}


def with_permission(rows: QuerySet[UserThread], permission: Permission) -> QuerySet[UserThread]:
    """Return the memberships that have all flags of `permission`; null counts as none."""
    return rows.alias(_granted=F("permissions").bitand(int(permission))).filter(_granted=int(permission))


def members_of(*, thread_id: int) -> QuerySet[UserThread]:
    """Return the thread's members with their users, in the order in which they joined."""
    return UserThread.objects.filter(thread_id=thread_id).select_related("user").order_by("pk")


def member_of(*, thread_id: int, user_id: Any) -> UserThread:
    """Return one member of the thread. Raises `UserThread.DoesNotExist`."""
    if not (can_be_key(thread_id) and can_be_key(user_id)):
        raise UserThread.DoesNotExist
    return UserThread.objects.select_related("thread", "user", "schema").get(
        thread_id=thread_id, user_id=user_id
    )


def messages_visible_to(
    *, user: Any, thread_id: int | None = None, for_write: bool = False, superseded: bool = False
) -> QuerySet[Message]:
    """Return the messages (of one thread) that are not deleted and that the host's filter shows to the user.

    With `superseded`, those that the correction of an answer has superseded are among them. Where the filter fails,
    there are none; with `for_write`, it raises `HookFailed`.
    """
    messages = Message.objects.all()
    if superseded:
        messages = Message.all_objects.filter(Q(deleted=False) | Q(superseded=True))
    if thread_id is not None:
        messages = messages.filter(thread_id=thread_id)
    return filtered_by_host(messages, user=user, for_write=for_write)


def last_messages(*, user: Any, ids: Iterable[int | None]) -> dict[int, Message]:
    """Return those of the messages that are still visible to the user, by id, with their senders and attachments."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    rows = messages_visible_to(user=user).filter(pk__in=wanted).select_related("sender", "thread")
    found = evaluated(lambda: list(rows), fallback=[])
    return {message.pk: message for message in found if is_visible_to(message=message, user=user)}


def unread_among(*, user: Any, message_ids: Collection[int]) -> set[int]:
    """Return those of the messages that the user has not read."""
    if not message_ids:
        return set()
    rows = UnreadMessage.objects.filter(user_id=user.pk, message_id__in=message_ids)
    return set(rows.values_list("message_id", flat=True))


def thread_of_unread(*, user: Any, message_id: int) -> int | None:
    """Return the thread of a message that the user has not read; None if there is no such message."""
    if not can_be_key(message_id):
        return None
    rows = UnreadMessage.objects.filter(user=user, message_id=message_id)
    return rows.values_list("thread_id", flat=True).first()


def unread_counts(*, user: Any, thread_ids: Collection[int]) -> dict[int, int]:
    """Return, by thread, how many visible messages the user has not read; threads without any are left out."""
    if len(thread_ids) == 1 and not chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET"):
        return {thread_id: UNREAD_COUNT.value(user.pk, thread_id) or 0 for thread_id in thread_ids}
    if not chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET"):
        counts: Any = _UNREAD_COUNTS.values(user.pk, [*thread_ids]) if thread_ids else ()
        return dict(counts)
    rows = UnreadMessage.objects.filter(user_id=user.pk, thread_id__in=thread_ids)
    visible = rows.filter(message__in=messages_visible_to(user=user).filter(thread_id__in=thread_ids))
    return evaluated(lambda: dict(_counted_by_thread(visible)), fallback={})


def unread_in_threads(*, user: Any) -> QuerySet[UnreadMessage]:
    """Return what `unread` of the user's threads counts: visible unread messages where they have MESSAGES_READ."""
    readable = with_permission(UserThread.objects.filter(user_id=user.pk), Permission.MESSAGES_READ)
    rows = UnreadMessage.objects.filter(user_id=user.pk, thread_id__in=readable.values("thread_id"))
    if not chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET"):
        return rows
    return rows.filter(Exists(messages_visible_to(user=user).filter(pk=OuterRef("message_id"))))


def unread_totals(*, user: Any) -> dict[str, Any]:
    """Return in how many `threads` the user has unread messages, and how many `messages`, as documents count them.

    `types` has both numbers for each type of thread with unread messages that the API lists.
    """
    numbers = {"threads": Count("thread_id", distinct=True), "messages": Count("pk")}
    rows = unread_in_threads(user=user).order_by("type").values("type").annotate(**numbers)
    counted: list[Any] = evaluated(lambda: list(rows), fallback=[])
    by_type = {row["type"]: {name: row[name] for name in numbers} for row in counted}
    sums = {name: sum(row[name] for row in by_type.values()) for name in numbers}
    listed = chat_settings.TYPES_CHAT_LIST_THROUGH_API
    return {**sums, "types": {kind: row for kind, row in by_type.items() if kind in listed}}


def _counted_by_thread(rows: QuerySet[UnreadMessage]) -> QuerySet[Any, Any]:
    return rows.order_by().values("thread_id").annotate(number=Count("pk")).values_list("thread_id", "number")


_UNREAD_COUNTS = Prepared(
    "unread counts",
    1,
    lambda user_id, thread_ids: _counted_by_thread(
        UnreadMessage.objects.filter(user_id=user_id, thread_id__in=thread_ids)
    ),
    ids=True,
)


def unread_count(user_id: Any, thread_id: int) -> QuerySet[UnreadMessage, Any]:
    """Return the query for the number of the thread's messages that the user has not read; no row if there are none."""
    rows = UnreadMessage.objects.filter(user_id=user_id, thread_id=thread_id)
    return rows.order_by().values("user_id").annotate(number=Count("pk")).values_list("number")


UNREAD_COUNT = Prepared("unread count", 2, unread_count)


def unread_counts_of_members(*, thread_id: int, user_ids: Collection[Any]) -> dict[Any, int]:
    """Return, by user, the number of unread messages in the thread, including those that the host's filter hides."""
    rows = UnreadMessage.objects.filter(thread_id=thread_id, user_id__in=user_ids)
    counted = rows.order_by().values("user_id").annotate(number=Count("pk"))
    return dict(counted.values_list("user_id", "number"))


def already_sent(*, user: Any, thread_id: int, client_id: Any) -> Message | IdempotencyKey | None:
    """Return the row created by the user's earlier request with this client_id: a message (deleted or not) or a key."""
    message: Message | None = (
        Message.all_objects.filter(sender=user, thread_id=thread_id, client_id=client_id)
        .select_related("sender", "thread")
        .first()
    )
    if message is not None:
        return message
    return IdempotencyKey.objects.filter(user=user, thread_id=thread_id, client_id=client_id).first()


def creation_by(*, user: Any, type: str, client_id: Any) -> ThreadCreation | None:
    """Return the row that the user's earlier request with this client_id for a thread of the type created."""
    return ThreadCreation.objects.filter(user=user, type=type, client_id=client_id).first()


def asked_of(*, member: UserThread) -> QuerySet[Message]:
    """Return the messages that asked the member something in the current run, in order."""
    this_run = Q(run=member.run_id) if member.run_id is not None else Q(run=None)
    mine = Q(asked_of=member) & this_run
    return Message.objects.filter(mine, thread_id=member.thread_id, asks=True).order_by("pk")


def message_visible_to(
    *, user: Any, thread_id: int, message_id: int, superseded: bool = False
) -> Message | None:
    """Return the message, if it is in the thread and visible to the user, see `messages_visible_to`."""
    found = messages_visible_to(user=user, thread_id=thread_id, superseded=superseded).filter(pk=message_id)
    return evaluated(found.first, fallback=None)


def own_answer(*, user: Any, thread_id: int, message_id: int) -> Message | None:
    """Return the user's visible answer to a question of a script, with question, run and chosen answers, or None."""
    if not can_be_key(message_id):
        return None
    found = (
        messages_visible_to(user=user, thread_id=thread_id)
        .filter(pk=message_id, sender_id=user.pk, asks=False, related_question__isnull=False)
        .select_related("related_question__schema", "run")
        .prefetch_related("answer_links")
    )
    return evaluated(found.first, fallback=None)


def attachments_of(*, message: Message) -> QuerySet[Attachment]:
    """Return the attachments of a message that `message_visible_to` returned, in order of creation."""
    return Attachment.objects.filter(message=message).order_by("pk")


def attachment_of(*, message: Message, attachment_id: int) -> Attachment | None:
    """Return the attachment, with its message, or None if it does not belong to the message."""
    attachment = attachments_of(message=message).filter(pk=attachment_id).first()
    if attachment is not None:
        attachment.message = message
    return attachment


def place_of_attachment(*, attachment_id: int) -> tuple[int, int]:
    """Return the ids of the thread and the message that the attachment belongs to; zeros without an attachment."""
    if attachment_id > ID_MAX:
        return 0, 0
    places = Attachment.objects.filter(pk=attachment_id).values_list("message__thread_id", "message_id")
    return places.first() or (0, 0)


def runs_of(
    *, thread_id: int, user_id: Any, own: bool, others: bool, flags: bool = True
) -> QuerySet[ScriptRun]:
    """Return the runs of the thread with their memberships, schemas and, with `flags`, flags, the newest first.

    With `own` those of the user, with `others` those of all others.
    """
    rows = ScriptRun.objects.filter(user_thread__thread_id=thread_id).order_by("-pk")
    rows = rows.select_related("user_thread", "schema")
    if flags:
        rows = rows.prefetch_related(Prefetch("flags", Flag.objects.select_related("schema").order_by("pk")))
    if not others:
        rows = rows.filter(user_thread__user_id=user_id)
    return rows if own else rows.exclude(user_thread__user_id=user_id)
