"""The REST views of notifications: push devices, and unsubscribing."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat import actions
from chat_api.chat.serializers.responses import EmptySerializer
from chat_api.lib.rest.fields import TextField
from chat_api.lib.rest.openapi import refusals
from chat_api.lib.rest.serializers import Serializer
from chat_api.lib.rest.views import ChatAPIView
from chat_api.notifications.push_devices import is_push_service, register_device, remove_device
from chat_api.notifications.unsubscribe import read_token

#: Bytes of a point on P-256, uncompressed, and of the secret of RFC 8291.
_KEY_BYTES = 65
_SECRET_BYTES = 16


def _bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class KeysSerializer(Serializer):
    """The `keys` of a browser's push subscription."""

    p256dh = TextField(max_length=200)
    auth = TextField(max_length=100)

    def validate_p256dh(self, text: str) -> str:
        """Raise `ValidationError` unless it is a public key."""
        return _checked(text, _KEY_BYTES)

    def validate_auth(self, text: str) -> str:
        """Raise `ValidationError` unless it is a secret."""
        return _checked(text, _SECRET_BYTES)


def _checked(text: str, length: int) -> str:
    try:
        right = len(_bytes_of(text)) == length
    except (binascii.Error, ValueError):
        right = False
    if not right:
        raise serializers.ValidationError(["WRONG_VALUE"])
    return text


class EndpointSerializer(Serializer):
    """The URL of a device."""

    endpoint = TextField(max_length=1000)


class PushDeviceSerializer(EndpointSerializer):
    """A browser's push subscription, as `toJSON()` returns it."""

    keys = KeysSerializer()

    def validate_endpoint(self, endpoint: str) -> str:
        """Raise `ValidationError` unless the URL belongs to one of WEB_PUSH_SERVICES."""
        if not is_push_service(endpoint):
            raise serializers.ValidationError(["UNKNOWN_PUSH_SERVICE"])
        return endpoint


@extend_schema_view(
    post=extend_schema(
        summary="Register a device for push notifications",
        request=PushDeviceSerializer,
        responses={201: EndpointSerializer},
    ),
    delete=extend_schema(
        summary="Remove a device",
        operation_id="push_devices_destroy",
        parameters=[
            OpenApiParameter(
                "endpoint",
                str,
                description="The URL of the device, at most 1,000 characters; or in a JSON body.",
            )
        ],
        responses={204: None, **refusals(400, 404, 413, 415)},
    ),
)
class PushDevicesView(ChatAPIView):
    """The requester's devices that receive push messages."""

    operation_name = "push_devices"
    permission_setting = "PERMISSIONS_PUSH_DEVICES"
    serializer_class = PushDeviceSerializer

    def post(self, request: Request) -> Response:
        """Register the device; a device of another user is transferred to the requester."""
        body = PushDeviceSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        keys = body.validated_data["keys"]
        endpoint = body.validated_data["endpoint"]
        register_device(user=request.user, endpoint=endpoint, p256dh=keys["p256dh"], auth=keys["auth"])
        return Response({"endpoint": endpoint}, status=status.HTTP_201_CREATED)

    def delete(self, request: Request) -> Response:
        """Remove the device of the requester that the query string or the body names."""
        named = request.query_params if "endpoint" in request.query_params else request.data
        body = EndpointSerializer(data=named, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        if not remove_device(user=request.user, endpoint=body.validated_data["endpoint"]):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    get=extend_schema(summary="Show the unsubscribe page", responses={(200, "text/html"): OpenApiTypes.STR}),
    post=extend_schema(
        summary="Unsubscribe in one click", request=None, responses={(200, "text/html"): OpenApiTypes.STR}
    ),
)
@method_decorator(csrf_exempt, name="dispatch")
class UnsubscribeView(ChatAPIView):
    """Unsubscribe from one transport for one thread, by the signed token of a notification (RFC 8058)."""

    operation_name = "notifications_unsubscribe"
    permission_setting = "PERMISSIONS_NOTIFICATIONS_UNSUBSCRIBE"
    serializer_class = EmptySerializer
    #: Mail clients send no session, so the CSRF check of sessions does not apply.
    authentication_classes = ()
    open_methods = frozenset({*SAFE_METHODS, "POST"})
    negotiates = False
    #: Reading the token takes no query.
    never_answers = {"GET": frozenset({503})}

    def get(self, request: Request, token: str) -> HttpResponse:
        """Show a page with one button; nothing changes, because mail programs open links automatically."""
        if read_token(token) is None:
            raise NotFound
        return _page(request, done=False)

    def post(self, request: Request, token: str) -> HttpResponse:
        """Turn the notifications off; repeating it has no effect."""
        what = read_token(token)
        if what is None:
            raise NotFound
        actions.stop_notifying(user_id=what.user_id, thread_id=what.thread_id, transport=what.transport)
        return _page(request, done=True)


def _page(request: Request, *, done: bool) -> HttpResponse:
    plain: HttpRequest = request._request
    page: Any = render(plain, "chat_api/notifications/unsubscribe.html", {"done": done})
    page["Referrer-Policy"] = "no-referrer"
    page["Cache-Control"] = "no-store"
    return page  # type: ignore[no-any-return]
