"""REST views of the text door: the current question as plain text, and replies to it as typed lines."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat.api.sending import SendingView
from chat_api.chat.api.threads import ThreadView
from chat_api.chat.models import UserThread
from chat_api.chat.prompts import prompt_document
from chat_api.chat.serializers.message_requests import DraftSerializer, ReplySerializer
from chat_api.chat.serializers.responses import MessageSerializer, PromptSerializer, SentMessageSerializer
from chat_api.lib.errors import NON_FIELD, ChatAPIError
from chat_api.lib.rest.explaining import EXPLAIN_PARAMETER
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals


@extend_schema_view(
    get=extend_schema(
        summary="Retrieve the current question as plain text",
        parameters=SELECTION_PARAMETERS,
        responses={200: PromptSerializer, **refusals(400)},
    )
)
class ThreadPromptView(ThreadView):
    """The question that the requester's script asks now."""

    operation_name = "threads_prompt"
    permission_setting = "PERMISSIONS_THREAD_PROMPT"
    serializer_class = PromptSerializer

    def get(self, request: Request, thread_id: int) -> Response:
        """Return the question with numbered answers, in the member's language and without HTML."""
        document = prompt_document(self.member)
        if document is None:
            raise ValidationError({NON_FIELD: ["NO_CURRENT_QUESTION"]})
        return Response(self.selection.of(document) if self.selection.only else document)


@extend_schema_view(
    post=extend_schema(
        summary="Answer the current question with a typed line",
        parameters=[*SELECTION_PARAMETERS, EXPLAIN_PARAMETER],
        request=ReplySerializer,
        responses={200: SentMessageSerializer, 201: SentMessageSerializer, 204: None, **refusals(410)},
    )
)
class ThreadReplyView(SendingView):
    """Typed replies to the question that the requester's script asks now."""

    operation_name = "threads_reply"
    body_serializers = {"POST": ReplySerializer}
    permission_setting = "PERMISSIONS_THREAD_REPLY"
    serializer_class = MessageSerializer

    def post(self, request: Request, thread_id: int) -> Response:
        """Answer the question with a typed line, which chooses answers by number, text or value.

        An empty line takes the default. `question` is the question that the line answers; if the script has moved on
        meanwhile, the line is rejected.
        """
        return self.send(request)

    def other_refusal(self, author: UserThread, body: DraftSerializer) -> ChatAPIError | None:
        """Return the errors other than those of the fields; none if there is no line to read."""
        return None if "text" in body.errors else super().other_refusal(author, body)
