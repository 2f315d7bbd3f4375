"""The REST view of the user to whom a thread is assigned."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat import actions
from chat_api.chat.api.threads import ThreadView
from chat_api.chat.serializers.assignment import AssignmentChangeSerializer, AssignmentSerializer


@extend_schema_view(
    patch=extend_schema(
        summary="Assign a thread to a user, or to nobody",
        request=AssignmentChangeSerializer,
        responses=AssignmentSerializer,
    )
)
class ThreadAssignmentView(ThreadView):
    """The user who looks after a thread."""

    operation_name = "threads_assignment"
    permission_setting = "PERMISSIONS_THREAD_ASSIGNMENT"
    serializer_class = AssignmentSerializer

    def patch(self, request: Request, thread_id: int) -> Response:
        """Assign the thread to a member or somebody of the staff, or to nobody; `thread_updated` notifies the members.

        The response shows nothing else of the thread: staff need not be members.
        """
        requester = self.member
        body = AssignmentChangeSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        user = body.validated_data["assigned_to"]
        thread = actions.assign_thread(thread_id=thread_id, user=user, by=requester)
        return Response({"id": thread.pk, "assigned_to": thread.assigned_to_id})
