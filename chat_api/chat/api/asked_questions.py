"""The REST view of the question that an answer replied to, for changing the answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request, clone_request
from rest_framework.response import Response

from chat_api.chat import actions, selectors
from chat_api.chat.api.corrections import ThreadCorrectView
from chat_api.chat.api.threads import ThreadView
from chat_api.chat.asked_questions import asked_document
from chat_api.chat.models import Message
from chat_api.chat.permissions.threads import membership_of_request
from chat_api.chat.serializers.asked_questions import AskedQuestionSerializer
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS
from chat_api.lib.rest.selection import cut


@extend_schema_view(
    get=extend_schema(
        summary="Retrieve the question of an answer",
        parameters=SELECTION_PARAMETERS,
        responses=AskedQuestionSerializer,
    )
)
class MessageQuestionView(ThreadView):
    """The question of a script that a message of the requester answered."""

    operation_name = "threads_messages_question"
    permission_setting = "PERMISSIONS_MESSAGE_QUESTION_BY_THREAD_ID"
    serializer_class = AskedQuestionSerializer
    #: The answers are the requester's own.
    open_methods = frozenset()

    def get(self, request: Request, thread_id: int, pk: int) -> Response:
        """Return the question as the requester would be asked it, and their answer, to be changed."""
        member = self.member
        message = selectors.own_answer(user=request.user, thread_id=thread_id, message_id=pk)
        # The host may admit users who are not members: no script has asked them anything.
        if member.pk is None or message is None:
            raise NotFound
        before = actions.run_before(member, message.pk)
        document: dict[str, Any] = asked_document(member, message, before)
        document["correctable"] = before is not None and self._may_correct(message)
        return Response(cut(document, self.selection))

    def _may_correct(self, message: Message) -> bool:
        """Return whether the permission class of corrections admits the requester."""
        view = ThreadCorrectView(
            request=self.request,
            args=(),
            kwargs={"thread_id": message.thread_id},
            known_memberships={message.thread_id: membership_of_request(self.request, self)},
        )
        try:
            view.check_permissions(clone_request(self.request, "POST"))
        except APIException:
            return False
        return True
