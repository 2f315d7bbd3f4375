"""REST views of threads, a thin layer over selectors and actions. Messages are in `messages`, members in `members`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar, Final, TypeVar

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat import actions, selectors
from chat_api.chat.api import thread_filters
from chat_api.chat.choices import Permission
from chat_api.chat.default_membership import default_membership
from chat_api.chat.documents import ThreadContext, thread_document
from chat_api.chat.models import Thread, UserThread
from chat_api.chat.permissions.threads import membership_of_request
from chat_api.chat.search.filters import REFUSALS, THREADS_PARAMETER, query_of, threads_found
from chat_api.chat.serializers.document_contexts import (
    last_message_bytes,
    reader_of,
    thread_context,
    without_hidden_last_messages,
)
from chat_api.chat.serializers.requests import (
    ThreadChangeSerializer,
    ThreadCreateSerializer,
)
from chat_api.chat.serializers.responses import EmptySerializer, ThreadSerializer
from chat_api.lib.rest.fields import client_id_in
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals
from chat_api.lib.rest.relations import account_named
from chat_api.lib.rest.selection import Selection
from chat_api.lib.rest.serializers import Serializer
from chat_api.lib.rest.views import ChatAPIView

R = TypeVar("R")

_EVENT_HEAD: Final = "Chat-Event-Head"
#: The header of `ThreadView.with_event_head`.
EVENT_HEAD_PARAMETER: Final = OpenApiParameter(
    _EVENT_HEAD,
    OpenApiTypes.INT,
    OpenApiParameter.HEADER,
    response=[200],
    description="The `seq` of an event of the thread. The response has all changes up to it, and perhaps later ones.",
)
#: Query parameters with which a page of threads needs no queryset.
_OF_PLAIN_PAGES: Final = frozenset({"limit", "fields", "include_fields"})


class ThreadView(ChatAPIView):
    """A view under `threads/{thread_id}`."""

    #: The methods whose responses show messages of other users.
    shows_messages: ClassVar[frozenset[str]] = frozenset()

    def check_permissions(self, request: Request) -> None:
        """Check the configured permission class, then what `DEFAULT_USER_THREAD` permits a non-member to read."""
        super().check_permissions(request)
        if request.method not in self.shows_messages or membership_of_request(request, self) is not None:
            return
        if not self.member.may(Permission.MESSAGES_READ):
            self.permission_denied(request)

    @cached_property
    def member(self) -> UserThread:
        """The requester's membership, or the default one of a non-member whom the host admits.

        Raises `HookFailed` in writes if the function that returns the default one fails.
        """
        member = membership_of_request(self.request, self)
        if member is not None:
            return member
        thread = get_object_or_404(Thread, pk=self.kwargs["thread_id"])
        writes = self.request.method not in SAFE_METHODS and not self._describes
        return default_membership(user=self.request.user, thread=thread, writes=writes)

    def get_user_thread(self) -> UserThread:
        """Return `member`."""
        return self.member

    def handle_exception(self, exc: Exception) -> Response:
        """Respond as for a missing thread (403 or 401) if it was deleted after the permission check."""
        return super().handle_exception(PermissionDenied() if isinstance(exc, Thread.DoesNotExist) else exc)

    def get_serializer_context(self) -> dict[str, Any]:
        """Return the context of serializers; `viewer` is the reader, `thread_type` the type of the path's thread."""
        context = {**super().get_serializer_context(), "viewer": self.request.user}
        if "thread_id" in self.kwargs:
            context["thread_type"] = self.member.type
        return context

    @cached_property
    def selection(self) -> Selection:
        """The fields that the request selects."""
        return Selection.of_request({"request": self.request})

    def carry_out(self, body: Serializer, action: Callable[[dict[str, Any]], R]) -> R:
        """Call the action with the validated body. Raises `ValidationError` with the errors of fields and action."""
        if body.is_valid():
            return action(body.validated_data)
        raise ValidationError({**actions.errors_of(lambda: action(body.accepted)), **body.errors})

    def thread_document(self, row: UserThread) -> dict[str, Any]:
        """Return the fields of one membership's thread object that the request selects."""
        return thread_document(row, self.thread_context([row], type=row.type))

    def with_event_head(self, response: Response) -> Response:
        """Return the response, which names the event from which on a socket has what is newer.

        `member` must have been loaded before what the response shows.
        """
        response[_EVENT_HEAD] = str(self.member.event_head)
        return response

    def thread_context(self, rows: Sequence[UserThread], *, type: str) -> ThreadContext:
        """Look up the values that the threads, all of one type, show to the viewer of the context."""
        reader = reader_of({**self.get_serializer_context(), "thread_type": type})
        return thread_context(rows, reader=reader, selection=self.selection)


@extend_schema_view(
    get=extend_schema(
        summary="List an account's threads of a type",
        parameters=[*SELECTION_PARAMETERS, THREADS_PARAMETER],
        responses={200: ThreadSerializer(many=True), **REFUSALS},
    ),
    post=extend_schema(
        summary="Create a thread",
        parameters=SELECTION_PARAMETERS,
        request=ThreadCreateSerializer,
        responses={200: ThreadSerializer, 201: ThreadSerializer, **refusals(410)},
    ),
)
class AccountThreadsView(ThreadView):
    """The threads of an account, the newest updated first."""

    operation_name = "accounts_threads"
    body_serializers = {"POST": ThreadCreateSerializer}
    permission_setting = "PERMISSIONS_THREADS_LIST_BY_USER_ID_AND_TYPE"
    serializer_class = ThreadSerializer
    queryset = UserThread.objects.none()
    filter_backends = thread_filters.BACKENDS
    columns = thread_filters.COLUMNS
    ordering = ("-updated",)
    tie_breaker = "thread_id"
    pagination_setting = "PAGINATION_THREAD_LIST"
    #: The threads are personal.
    open_methods = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load the account, once the permission class has admitted the requester. Raises 404."""
        super().initial(request, *args, **kwargs)
        self.owner = account_named(self.kwargs["user_id"], requester=request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        """Return the context; threads are shown as their owner sees them, for every requester."""
        context = super().get_serializer_context()
        return {**context, "viewer": self.owner} if hasattr(self, "owner") else context

    def get(self, request: Request, user_id: int, type: str) -> Response:
        """List the account's threads of a type, last updated first; filters and `q` can be combined."""
        rows = self._plain_page(type)
        if rows is None:
            found = self.filter_queryset(selectors.memberships_of(user=self.owner, type=type))
            query = query_of(request)
            if query is not None:
                found = threads_found(found, query, users=self._viewers())
            rows = self.page_of(found)
        for row in rows:
            row.user = self.owner
        shown = self.thread_context(rows, type=type)
        if shown.selection.wants("last_message_data"):
            rows = self.within_bytes(rows, lambda row: last_message_bytes(row, shown))
        return self.answer_page([thread_document(row, shown) for row in rows])

    def _plain_page(self, type: str) -> list[UserThread] | None:
        """Return the first page if the request specifies at most a limit; None for other requests."""
        if not _OF_PLAIN_PAGES.issuperset(self.request.query_params):
            return None
        limit = self.plain_limit()
        if limit is None:
            return None
        rows = selectors.page_of_memberships(user_id=self.owner.pk, type=type, limit=limit)
        return self.hold_page(rows, limit)

    def post(self, request: Request, user_id: int, type: str) -> Response:
        """Create a thread with the account as its first member; a script asks its first question at once.

        Sending the same `client_id` again creates no second thread.
        """
        client_id = client_id_in(request.data)
        if client_id is not None:
            earlier = actions.earlier_thread(creator=self.owner, type=type, client_id=client_id)
            if earlier is not None:
                return Response(self.thread_document(earlier))
        body = ThreadCreateSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        made: dict[str, Any] = {"creator": self.owner, "draft": body.draft(type=type), "by": request.user}
        if client_id is None:
            member, is_new = actions.create_thread(**made), True
        else:
            member, is_new = actions.create_thread_once(client_id=client_id, **made)
        return Response(
            self.thread_document(member), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        )

    def thread_context(self, rows: Sequence[UserThread], *, type: str) -> ThreadContext:
        """Look up the values that the threads show to their owner, omitting last messages hidden from the requester."""
        shown = super().thread_context(rows, type=type)
        if self.owner.pk == self.request.user.pk:
            return shown
        return without_hidden_last_messages(shown, viewer=self.request.user)

    def _viewers(self) -> list[Any]:
        return [self.owner] if self.owner.pk == self.request.user.pk else [self.owner, self.request.user]


@extend_schema_view(
    get=extend_schema(
        summary="Retrieve a thread",
        parameters=[*SELECTION_PARAMETERS, EVENT_HEAD_PARAMETER],
        responses=ThreadSerializer,
    ),
    put=extend_schema(
        summary="Change a thread",
        parameters=SELECTION_PARAMETERS,
        request=ThreadChangeSerializer,
        responses=ThreadSerializer,
    ),
    patch=extend_schema(
        summary="Change parts of a thread",
        parameters=SELECTION_PARAMETERS,
        request=ThreadChangeSerializer,
        responses=ThreadSerializer,
    ),
    delete=extend_schema(summary="Leave a thread", responses={204: None}),
)
class ThreadDetailView(ThreadView):
    """One thread as the requester sees it."""

    operation_name = "threads"
    body_serializers = {"PUT": ThreadChangeSerializer}
    permission_setting = "PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID"
    serializer_class = ThreadSerializer

    def get(self, request: Request, thread_id: int) -> Response:
        """Return the thread."""
        return self.with_event_head(Response(self.thread_document(self.member)))

    def put(self, request: Request, thread_id: int) -> Response:
        """Change the title and state for everybody, and the requester's own notifications; omitted fields stay."""
        body = ThreadChangeSerializer(data=request.data, context=self.get_serializer_context())
        requester = self.member
        changed = self.carry_out(
            body, lambda changes: actions.change_thread(requester=requester, changes=changes)
        )
        return Response(self.thread_document(changed))

    def patch(self, request: Request, thread_id: int) -> Response:
        """Change the title and state for everybody, and the requester's own notifications."""
        return self.put(request, thread_id)

    def delete(self, request: Request, thread_id: int) -> Response:
        """Leave the thread; the other members keep it."""
        actions.remove_member(user_thread=self.member, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    post=extend_schema(
        summary="Subscribe to a thread without being a member", request=None, responses={204: None}
    )
)
class ThreadWSSubscribeView(ChatAPIView):
    """Subscribing to a thread without being a member."""

    operation_name = "threads_ws_subscribe"
    permission_setting = "PERMISSIONS_THREAD_WS_SUBSCRIBE"
    serializer_class = EmptySerializer

    def post(self, request: Request, thread_id: int) -> Response:
        """Subscribe to the thread; the subscription replaces the user's earlier one."""
        try:
            actions.subscribe(user=request.user, thread_id=thread_id)
        except Thread.DoesNotExist:
            raise NotFound from None
        return Response(status=status.HTTP_204_NO_CONTENT)
