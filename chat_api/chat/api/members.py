"""REST views of members, a thin layer over selectors and actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat import actions, selectors
from chat_api.chat.api.threads import ThreadView
from chat_api.chat.choices import Permission
from chat_api.chat.documents import CONTROL_KEYS, member_document
from chat_api.chat.models import UserThread
from chat_api.chat.serializers.document_contexts import member_context, reader_of
from chat_api.chat.serializers.requests import MemberChangeSerializer, MemberCreateSerializer
from chat_api.chat.serializers.responses import EmptySerializer, MemberSerializer
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS
from chat_api.lib.rest.pagination import NoCountsWhenLimitedPagination
from chat_api.lib.rest.views import ChatAPIView
from chat_api.settings import chat_settings


class MemberView(ThreadView):
    """Base of both member views."""

    serializer_class = MemberSerializer

    def member_documents(self, members: Iterable[UserThread]) -> list[dict[str, Any]]:
        """Return the members as visible to the requester."""
        requester = self.member
        reader = reader_of({**self.get_serializer_context(), "requester": requester})
        shown = member_context(requester, reader=reader, selection=self.selection)
        return [member_document(member, shown) for member in members]

    def member_document(self, member: UserThread) -> dict[str, Any]:
        """Return the member as visible to the requester."""
        (document,) = self.member_documents([member])
        return document

    def allowed_keys(self, *, own: bool) -> frozenset[str] | None:
        """Return the fields that the requester is permitted to send; None for all."""
        requester = self.member
        if requester.may(Permission.THREAD_CONTROL_OTHERS):
            return None
        keys = {"paused"} if requester.may(Permission.THREAD_BREAK_STATE) else set()
        return frozenset(keys | ({"user", "permissions"} if own else set()))

    def keys_of_control(self, allowed: frozenset[str] | None) -> dict[str, list[str]]:
        """Return errors for the fields of a member's script, where the requester is not permitted to send them."""
        if allowed is None or not isinstance(self.request.data, dict):
            return {}
        sent = {*CONTROL_KEYS, "group", "paused"} & set(self.request.data) - allowed
        return {name: ["NO_PERMISSIONS"] for name in sorted(sent)}

    def carry_out_on_member(
        self,
        body: MemberChangeSerializer,
        action: Callable[[dict[str, Any]], UserThread],
        *,
        errors: Mapping[str, Any],
    ) -> UserThread:
        """Call the action with the validated body. Raises `ValidationError` with all errors, `errors` included."""
        if body.is_valid() and not errors:
            return action(body.changes(body.validated_data))
        accepted = body.changes(body.accepted)
        others = actions.errors_of(lambda: action(accepted)) if body.is_complete(accepted) else {}
        raise ValidationError({**others, **body.errors, **errors})

    def read_body(
        self, body_class: type[MemberChangeSerializer], *, member: UserThread | None, allowed: Any
    ) -> MemberChangeSerializer:
        """Return the body; fields that the requester is not permitted to send are ignored."""
        data = self.request.data
        if allowed is not None and isinstance(data, dict):
            data = {name: value for name, value in data.items() if name in allowed}
        return body_class(data=data, context={**self.get_serializer_context(), "member": member})


@extend_schema_view(
    get=extend_schema(
        summary="List the members", parameters=SELECTION_PARAMETERS, responses=MemberSerializer(many=True)
    ),
    post=extend_schema(
        summary="Add a member",
        parameters=SELECTION_PARAMETERS,
        request=MemberCreateSerializer,
        responses={201: MemberSerializer},
    ),
)
class ThreadUsersView(MemberView):
    """The members of a thread."""

    operation_name = "threads_users"
    body_serializers = {"POST": MemberCreateSerializer}
    permission_setting = "PERMISSIONS_THREAD_USERS_LIST_BY_THREAD_ID"
    queryset = UserThread.objects.none()
    pagination_class = NoCountsWhenLimitedPagination

    def get(self, request: Request, thread_id: int) -> Response:
        """List the members in the order in which they joined: a plain list, or a page if `limit` is given."""
        rows = self.page_of(
            selectors.members_of(thread_id=thread_id), at_most=chat_settings.THREAD_MEMBERS_MAX
        )
        return self.answer_page(self.member_documents(rows))

    def post(self, request: Request, thread_id: int) -> Response:
        """Add a member; with a scripted state, the script asks its first question at once."""
        requester = self.member
        allowed = self.allowed_keys(own=True)
        body = self.read_body(MemberCreateSerializer, member=None, allowed=allowed)

        def add(changes: dict[str, Any]) -> UserThread:
            user = changes.pop("user")
            return actions.add_member(thread_id=thread_id, user=user, by=requester, changes=changes)

        added = self.carry_out_on_member(body, add, errors=self.keys_of_control(allowed))
        return Response(self.member_document(added), status=status.HTTP_201_CREATED)


@extend_schema_view(
    get=extend_schema(
        summary="Retrieve a member", parameters=SELECTION_PARAMETERS, responses=MemberSerializer
    ),
    put=extend_schema(
        summary="Change a member",
        parameters=SELECTION_PARAMETERS,
        request=MemberChangeSerializer,
        responses=MemberSerializer,
    ),
    patch=extend_schema(
        summary="Change parts of a member",
        parameters=SELECTION_PARAMETERS,
        request=MemberChangeSerializer,
        responses=MemberSerializer,
    ),
    delete=extend_schema(summary="Remove a member, or leave", responses={204: None}),
)
class ThreadUserDetailView(MemberView):
    """One member of a thread."""

    operation_name = "threads_users"
    body_serializers = {"PUT": MemberChangeSerializer}
    permission_setting = "PERMISSIONS_THREAD_USERS_OBJECT_BY_THREAD_ID"

    def get_member(self) -> UserThread:
        """Return the member of the path. Raises 404."""
        try:
            return selectors.member_of(thread_id=self.kwargs["thread_id"], user_id=self.kwargs["user_id"])
        except UserThread.DoesNotExist:
            raise NotFound from None

    def get(self, request: Request, thread_id: int, user_id: int) -> Response:
        """Return the member."""
        return Response(self.member_document(self.get_member()))

    def put(self, request: Request, thread_id: int, user_id: int) -> Response:
        """Change permissions, state, script or pause of the member; omitted fields keep their values."""
        allowed = self.allowed_keys(own=False)
        if allowed is not None and isinstance(request.data, dict) and set(request.data) - allowed:
            raise PermissionDenied
        member = self.get_member()
        body = self.read_body(MemberChangeSerializer, member=member, allowed=allowed)

        def change(changes: dict[str, Any]) -> UserThread:
            return actions.change_member(member=member, by=self.member, changes=changes)

        try:
            changed = self.carry_out_on_member(body, change, errors={})
        except UserThread.DoesNotExist:
            raise NotFound from None
        return Response(self.member_document(changed))

    def patch(self, request: Request, thread_id: int, user_id: int) -> Response:
        """Change permissions, state, script or pause of the member."""
        return self.put(request, thread_id, user_id)

    def delete(self, request: Request, thread_id: int, user_id: int) -> Response:
        """Remove the member, or leave."""
        # Non-members have no permissions where the function that grants them fails.
        self.get_user_thread()
        actions.remove_member(user_thread=self.get_member(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    delete=extend_schema(
        summary="Allow others to add the user again after leaving", request=None, responses={204: None}
    )
)
class ThreadDepartureView(ChatAPIView):
    """The requester's departure from a thread."""

    operation_name = "threads_departure"
    permission_setting = "PERMISSIONS_THREAD_DEPARTURE"
    serializer_class = EmptySerializer

    def delete(self, request: Request, thread_id: int) -> Response:
        """Allow members to add the requester again; 204 whether or not the requester had left."""
        actions.forget_departure(user=request.user, thread_id=thread_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
