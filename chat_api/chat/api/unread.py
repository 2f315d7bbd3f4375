"""The REST view of the numbers of unread messages of an account."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat import selectors
from chat_api.chat.serializers.responses import UnreadTotalsSerializer
from chat_api.lib.rest.relations import account_named
from chat_api.lib.rest.views import ChatAPIView


@extend_schema_view(get=extend_schema(summary="Count an account's unread messages"))
class AccountUnreadView(ChatAPIView):
    """The numbers of unread messages of an account."""

    operation_name = "accounts_unread"
    permission_setting = "PERMISSIONS_UNREAD_BY_USER_ID"
    serializer_class = UnreadTotalsSerializer
    #: Visitors have no messages.
    open_methods = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Load the account, once the permission class has admitted the requester. Raises 404."""
        super().initial(request, *args, **kwargs)
        self.owner = account_named(self.kwargs["user_id"], requester=request.user)

    def get(self, request: Request, user_id: int) -> Response:
        """Return how many of the account's threads have unread messages and how many messages these are, also by type.

        These are the sums of `unread` over the threads: of members without MESSAGES_READ nothing is counted.
        """
        return Response(selectors.unread_totals(user=self.owner))
