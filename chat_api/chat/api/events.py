"""The REST views for socket clients: the events of a thread, and tickets."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat.api.threads import ThreadView
from chat_api.chat.delivery.event_source import catch_up
from chat_api.chat.serializers.events import EventsField
from chat_api.chat.serializers.responses import EmptySerializer
from chat_api.lib.rest.openapi import refusals
from chat_api.lib.rest.serializers import Serializer
from chat_api.lib.rest.views import ChatAPIView
from chat_api.realtime.auth.handshake import session_key_of
from chat_api.realtime.auth.tickets import issue_ticket
from chat_api.realtime.event_source import Outcome

_SEQ_MAX = 2**63 - 1


class HistorySerializer(Serializer):
    """The events of a thread after a given one."""

    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome], read_only=True)
    head = serializers.IntegerField(read_only=True)
    events = EventsField(read_only=True)


class TicketSerializer(Serializer):
    """A ticket for one socket."""

    ticket = serializers.CharField(source="text", read_only=True)
    expires = serializers.DateTimeField(read_only=True)


@extend_schema_view(
    get=extend_schema(
        summary="Retrieve missed events of a thread",
        parameters=[
            OpenApiParameter(
                "after",
                OpenApiTypes.INT,
                description="The `seq` of the last event that the client has seen; 0, the default, if there is none.",
            )
        ],
        responses={200: HistorySerializer, **refusals(400)},
    )
)
class ThreadEventsView(ThreadView):
    """The history of a thread, for clients without a socket."""

    operation_name = "threads_events"
    permission_setting = "PERMISSIONS_THREAD_EVENTS"
    serializer_class = HistorySerializer

    def get(self, request: Request, thread_id: int) -> Response:
        """Return all events after `after` as frames of the socket, or none if some are no longer available."""
        member = self.member
        after = max(_after(request), member.history_start)
        missed = catch_up(user_id=request.user.pk, thread_id=thread_id, after=after, guest=request.user)
        shown: dict[str, Any] = {
            "outcome": missed.outcome,
            "head": missed.head,
            "events": [json.loads(text) for text in missed.frames],
        }
        return Response(shown)


def _after(request: Request) -> int:
    given = request.query_params.get("after", "0")
    if not (given.isascii() and given.isdigit() and len(given) < 20 and int(given) <= _SEQ_MAX):
        raise ValidationError({"after": ["WRONG_VALUE"]})
    return int(given)


@extend_schema_view(
    post=extend_schema(
        summary="Issue a ticket that opens a socket", request=None, responses={201: TicketSerializer}
    )
)
class SocketTicketView(ChatAPIView):
    """Tickets for sockets."""

    operation_name = "ws_ticket"
    permission_setting = "PERMISSIONS_WS_TICKET"
    serializer_class = EmptySerializer

    def post(self, request: Request) -> Response:
        """Issue a ticket that opens one socket within WS_TICKET_SECONDS."""
        session_key = session_key_of(request.user, getattr(request, "session", None))
        ticket = issue_ticket(user=request.user, session_key=session_key)
        return Response(TicketSerializer(ticket).data, status=status.HTTP_201_CREATED)
