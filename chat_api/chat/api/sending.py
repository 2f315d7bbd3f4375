"""Base classes of the views that show and send messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.attachments.files import stored
from chat_api.chat import actions
from chat_api.chat.actions.drafts import Draft, Sent
from chat_api.chat.api.threads import ThreadView
from chat_api.chat.documents import (
    AnyMessage,
    MessageContext,
    Reader,
    sent_message_document,
    thread_document,
)
from chat_api.chat.models import UserThread
from chat_api.chat.serializers.document_contexts import message_context, reader_of, thread_context
from chat_api.chat.serializers.message_requests import DraftSerializer
from chat_api.lib.errors import ChatAPIError
from chat_api.lib.rest.explaining import Explained, ExplainingView
from chat_api.lib.rest.fields import client_id_in


class MessageView(ThreadView):
    """Base of the views of messages."""

    @cached_property
    def reader(self) -> Reader:
        """The requester, as the reader of the response."""
        return reader_of(self.get_serializer_context())

    def message_context(
        self, messages: Sequence[AnyMessage], *, unread: Collection[int] | None = None
    ) -> MessageContext:
        """Look up the selected values that the messages show to the requester."""
        return message_context(messages, reader=self.reader, selection=self.selection, unread=unread)


class SendingView(MessageView, ExplainingView):
    """Base of the views that post messages; the serializer of the body is a `DraftSerializer`."""

    def send(self, request: Request) -> Response:
        """Post the message of the body; the same `client_id` again returns what it posted before."""
        author = self.member
        client_id = client_id_in(request.data)
        if client_id is not None:
            earlier = actions.earlier_sending(author=author, client_id=client_id)
            if earlier is not None:
                return self._answer(earlier)
        context = {**self.reader.context, "author": author}
        body = self.get_serializer_class()(data=request.data, context=context)
        if not body.is_valid():
            raise Explained(self.other_refusal(author, body), body.errors)
        return self._answer(self._send(author, body, body.draft(body.validated_data)))

    def _send(self, author: UserThread, body: DraftSerializer, draft: Draft) -> Sent:
        if not draft.attachments:
            return self.deliver(author, body, draft)
        with stored(attachment.draft for attachment in draft.attachments if attachment.draft is not None):
            return self.deliver(author, body, draft)

    def deliver(self, author: UserThread, body: DraftSerializer, draft: Draft) -> Sent:
        """Carry out the request with a valid body."""
        previews = "fields" not in self.request.query_params
        return actions.send_message(author=author, draft=draft, previews=previews)

    def other_refusal(self, author: UserThread, body: DraftSerializer) -> ChatAPIError | None:
        """Return the errors other than those of the fields, so that one response contains all of them."""
        if not isinstance(body.initial_data, dict):
            return None
        # Effects of a host's function for an attachment (a stored file) could not be undone.
        draft = replace(body.draft(body.accepted), attachments=())
        return actions.refusal_of(lambda: actions.send_message(author=author, draft=draft))

    def _answer(self, sent: Sent) -> Response:
        if sent.message is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        sender: Any = self.request.user
        sent.message.sender = sender
        shown = self.message_context([sent.message], unread=())

        def thread() -> dict[str, Any]:
            row = sent.member
            context = thread_context(
                [row],
                reader=self.reader,
                selection=shown.selection.inside("thread_data"),
                just_made=sent.messages,
                preview=sent.preview,
            )
            return thread_document(row, context)

        document = sent_message_document(sent.message, shown, answer_ids=sent.answer_ids, thread=thread)
        return Response(document, status=status.HTTP_201_CREATED if sent.created else status.HTTP_200_OK)
