"""Correcting answers over REST."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat import actions
from chat_api.chat.actions import Draft, Sent
from chat_api.chat.api.sending import SendingView
from chat_api.chat.models import UserThread
from chat_api.chat.serializers.message_requests import CorrectionSerializer, DraftSerializer
from chat_api.chat.serializers.responses import MessageSerializer, SentMessageSerializer
from chat_api.lib.errors import ChatAPIError
from chat_api.lib.rest.explaining import EXPLAIN_PARAMETER
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals


@extend_schema_view(
    post=extend_schema(
        summary="Correct an answer",
        parameters=[*SELECTION_PARAMETERS, EXPLAIN_PARAMETER],
        request=CorrectionSerializer,
        responses={200: SentMessageSerializer, 201: SentMessageSerializer, **refusals(410)},
    )
)
class ThreadCorrectView(SendingView):
    """Corrections of answers to the requester's script."""

    operation_name = "threads_correct"
    body_serializers = {"POST": CorrectionSerializer}
    permission_setting = "PERMISSIONS_THREAD_CORRECT"
    serializer_class = MessageSerializer

    def post(self, request: Request, thread_id: int) -> Response:
        """Replace an answer. The script keeps the answers that still fit, and supersedes the others."""
        return self.send(request)

    def deliver(self, author: UserThread, body: Any, draft: Draft) -> Sent:
        """Correct the answer."""
        return actions.correct_answer(author=author, correction=body.correction(draft))

    def other_refusal(self, author: UserThread, body: DraftSerializer) -> ChatAPIError | None:
        """Return no errors: without a valid body it is not known what to correct."""
        return None
