"""The REST view that rolls scripts back."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat import actions
from chat_api.chat.api.threads import ThreadView
from chat_api.chat.models import UserThread
from chat_api.chat.serializers.requests import (
    RollbackSerializer,
)
from chat_api.chat.serializers.responses import ThreadSerializer
from chat_api.lib.errors import NON_FIELDS
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS


@extend_schema_view(
    post=extend_schema(
        summary="Roll a script back to a question",
        parameters=SELECTION_PARAMETERS,
        request=RollbackSerializer,
        responses={200: ThreadSerializer, 204: None},
    )
)
class ThreadRollbackView(ThreadView):
    """Rolling back the requester's script."""

    operation_name = "threads_rollback"
    permission_setting = "PERMISSIONS_THREAD_ROLLBACK"
    serializer_class = RollbackSerializer

    def post(self, request: Request, thread_id: int) -> Response:
        """Go back to `message` or `question`, or by one question; later messages are deleted."""
        body = RollbackSerializer(data=request.data, context=self.get_serializer_context())
        user_thread = self.member
        if not user_thread.is_scripted:
            raise ValidationError({NON_FIELDS: ["WRONG_STATE"]})

        def roll_back(to: dict[str, Any]) -> UserThread | None:
            return actions.roll_back(
                user_thread=user_thread,
                message_id=to.get("message"),
                question_id=to.get("question"),
                instance=to.get("instance"),
            )

        if not body.is_valid():
            others = actions.errors_of(lambda: roll_back(body.accepted))
            # Requests that name a message do not need to learn where one step back leads.
            others.pop(NON_FIELDS, None)
            raise ValidationError({**others, **body.errors})
        member = roll_back(body.validated_data)
        if member is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(self.thread_document(member))
