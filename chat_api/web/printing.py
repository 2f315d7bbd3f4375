"""The messages of a thread as a page without scripts, to print or save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.timezone import is_aware, localtime
from rest_framework import status
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.exceptions import PermissionDenied as Refused
from rest_framework.request import Request

from chat_api.attachments.links import web_link
from chat_api.chat import selectors
from chat_api.chat.api.messages import MessagesView
from chat_api.chat.api.sending import MessageView
from chat_api.chat.api.threads import ThreadDetailView, ThreadView
from chat_api.chat.documents import message_document, thread_document
from chat_api.chat.models import Message
from chat_api.chat.serializers.document_contexts import (
    message_bytes,
    message_context,
    reader_of,
    thread_context,
)
from chat_api.chat.visibility import evaluated
from chat_api.lib.hooks import hook_scope
from chat_api.lib.rest.relations import ID_MAX, can_be_key
from chat_api.lib.rest.selection import Selection
from chat_api.lib.rest.url_converters import OutOfShape
from chat_api.lib.rest.views import count_within
from chat_api.lib.text_formats import plain_text
from chat_api.web.policy import print_policy
from chat_api.web.views import HostedPage

#: The page has at most this many messages.
MESSAGES_MAX: Final = 500
_SHOWN: Final = frozenset({"text", "text_format", "created", "sender_data", "attachments_data"})
_OF_THREAD: Final = frozenset({"title", "users_data", "users_count"})


@dataclass(frozen=True, slots=True)
class Line:
    """A message of the page: the texts are plain, and those that the host hides are empty."""

    id: int
    day: date | None
    time: datetime | None
    sender: str
    is_own: bool
    text: str
    #: Whether it is the answer of somebody who skipped the question.
    is_skipped: bool
    #: Titles and URLs; the URL is empty where it is none of the web.
    attachments: Sequence[tuple[str, str]]


class ThreadPrintView(HostedPage):
    """The newest messages of a thread, for users who can list them over the REST API."""

    template_name = "chat_api/client/print.html"

    def context(self, request: HttpRequest, **captured: Any) -> dict[str, Any]:
        """Return title, members and lines. Raises `PermissionDenied` for other users, also without such a thread."""
        thread_id = captured["thread_id"]
        if isinstance(thread_id, OutOfShape):
            raise Http404
        before = _before(request)
        with hook_scope(answers=True), _as_page():
            view = _admitted(MessagesView, request, thread_id)
            if not isinstance(view, MessageView):
                raise PermissionDenied
            lines, has_earlier = _lines(view, before)
            shown = {"lines": lines, "thread_id": thread_id, "is_continued": before is not None}
            if has_earlier and lines:
                shown["before"] = lines[0].id
            return {**shown, **_thread(request, view)}

    def policy(self, request: HttpRequest) -> str:
        """Return the policy of a page with a style sheet and nothing else."""
        return print_policy()


def _before(request: HttpRequest) -> int | None:
    """Return the id before whose message the page ends; None for the newest. Raises `Http404`."""
    raw = request.GET.get("before")
    if raw is None:
        return None
    if not (raw.isascii() and raw.isdigit()) or len(raw) > len(str(ID_MAX)) or not can_be_key(int(raw)):
        raise Http404
    return int(raw)


@contextmanager
def _as_page() -> Iterator[None]:
    """Raise Django's exceptions for those of the REST API, for example of a host's filter."""
    try:
        yield
    except APIException as error:
        if error.status_code == status.HTTP_404_NOT_FOUND:
            raise Http404 from error
        raise PermissionDenied from error


def _admitted(kind: type[ThreadView], request: HttpRequest, thread_id: int) -> ThreadView | None:
    """Return the view of the REST API for this request, if its permission class admits the user; else None.

    Raises `NotFound` and `Http404` for a missing thread, where a class of the host's admits everybody.
    """
    asked = Request(request)
    asked.user = request.user
    view = kind(request=asked, args=(), kwargs={"thread_id": thread_id}, format_kwarg=None)
    try:
        view.check_permissions(asked)
    except (NotAuthenticated, Refused):
        return None
    return view


def _lines(view: MessageView, before: int | None) -> tuple[list[Line], bool]:
    """Return the newest messages that fit the page, in order, and whether there are earlier ones."""
    user, thread_id = view.request.user, view.kwargs["thread_id"]
    rows = selectors.messages_visible_to(user=user, thread_id=thread_id).select_related("sender")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    newest = evaluated(lambda: list(rows.order_by("-pk")[: MESSAGES_MAX + 1]), fallback=[])
    shown = message_context(newest[:MESSAGES_MAX], reader=view.reader, selection=Selection(_SHOWN), unread=())
    count = count_within(newest[:MESSAGES_MAX], lambda message: message_bytes(message, shown))
    lines = [_line(message, message_document(message, shown), user) for message in newest[:count]]
    return lines[::-1], len(newest) > count


def _line(message: Message, document: Mapping[str, Any], user: Any) -> Line:
    created = message.created if "created" in document else None
    local = localtime(created) if created is not None and is_aware(created) else created
    text_format = document.get("text_format", message.text_format)
    is_answer = message.related_question_id is not None and not message.asks
    return Line(
        id=message.pk,
        day=None if local is None else local.date(),
        time=local,
        sender=_name(document.get("sender_data")),
        is_own=message.is_by(user),
        text=plain_text(str(document.get("text", "")), text_format, by_script=message.asks),
        is_skipped=is_answer and document.get("text") == "" and not document.get("attachments_data"),
        attachments=[_attachment(each) for each in document.get("attachments_data", ())],
    )


def _name(account: Any) -> str:
    """Return the full name of an account as the host shows it, else what distinguishes it from others."""
    if not isinstance(account, Mapping):
        return ""
    names = [account.get("first_name"), account.get("last_name")]
    full = " ".join(str(name) for name in names if name)
    return full or str(account.get("name") or account.get("username") or account.get("id") or "")


def _attachment(document: Mapping[str, Any]) -> tuple[str, str]:
    source = str(document.get("src") or "")
    url = web_link(source)
    return str(document.get("title") or document.get("type") or url), url


def _thread(request: HttpRequest, view: MessageView) -> dict[str, Any]:
    """Return title and members, for users who can read the thread itself."""
    allowed = _admitted(ThreadDetailView, request, view.kwargs["thread_id"])
    if allowed is None:
        return {"title": "", "members": []}
    member = view.member
    reader = reader_of({**view.get_serializer_context(), "thread_type": member.type})
    shown = thread_context([member], reader=reader, selection=Selection(_OF_THREAD))
    document = thread_document(member, shown)
    users = document.get("users_data", ())
    members = [name for name in map(_name, users) if name]
    return {
        "title": document["title"] or "",
        "members": members,
        "others": max(0, document["users_count"] - len(members)) if not users else 0,
    }
