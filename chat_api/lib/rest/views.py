"""The base of every view: permissions are looked up at each request, errors of actions become responses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final, TypeVar

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework import exceptions
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from chat_api.lib.hooks import HookFailed, hook_scope, log_failure, required
from chat_api.lib.rest.authentication import add_code, authenticate, refuse_other_account
from chat_api.lib.rest.errors import as_api_exception, encodable
from chat_api.lib.rest.json_encoding import FastJSONRenderer
from chat_api.lib.rest.openapi import DescribedSchema
from chat_api.lib.rest.pagination import NoCountsPagination
from chat_api.lib.rest.parsers import KNOWN_PARSERS, BodyTooLarge, bounded_parser, exceeds_limit
from chat_api.lib.rest.throttling import ScopeThrottle
from chat_api.lib.rest.url_converters import OutOfShape
from chat_api.settings import chat_settings

T = TypeVar("T")
R = TypeVar("R", bound=Model)
Item = TypeVar("Item")

#: It returns a queryset: the database can reject it only when the page is loaded.
_LAZY_FILTER: Final = "CHAT_MESSAGE_FILTER_QUERYSET"
_ANY_TYPE: Final = "*/*"
#: Their handlers look up the object that they show or change.
_METHODS_WITH_LOOKUP: Final = frozenset({"get", "head", "put", "patch", "delete"})


class ChatAPIView(GenericAPIView[Any]):
    """A view whose permission class is the setting named `permission_setting`, resolved at each request."""

    permission_setting: ClassVar[str]
    schema = DescribedSchema()
    #: Begins the ids of the view's operations in the OpenAPI document, see `DescribedSchema.get_operation_id`.
    operation_name: ClassVar[str] = ""
    #: Not `throttle_scope`: DRF's own `ScopedRateThrottle` of a host would look for a rate of that name.
    chat_throttle_scope: ClassVar[str] = "chat_api"
    #: The methods for which a host's own class can admit anonymous users; writes need a user.
    open_methods: ClassVar[frozenset[str]] = frozenset(SAFE_METHODS)
    #: The setting that names the pagination of a list; empty where there are no pages.
    pagination_setting: ClassVar[str] = ""
    #: By method, the serializer of the body, if not `serializer_class`.
    body_serializers: ClassVar[Mapping[str, Any]] = {}
    _describes = False
    #: Whether the response has the media type of the `Accept` header; files and pages have a media type of their own.
    negotiates: ClassVar[bool] = True
    #: By method, the statuses among those that `DescribedSchema` adds which cannot happen.
    never_answers: ClassVar[Mapping[str, frozenset[int]]] = {}

    @property
    def pagination_class(self) -> Any:  # type: ignore[override]
        """Return the pagination that the host set for this list. Raises `HookFailed`."""
        if not self.pagination_setting:
            return None
        return self._paged(lambda: getattr(chat_settings, self.pagination_setting))

    def _paged(self, call: Callable[[], Any]) -> Any:
        """Return the result of the pagination. Raises `HookFailed` where that is the host's and fails."""
        if not chat_settings.is_set(self.pagination_setting):
            return call()
        return required(self.pagination_setting, call)

    @property
    def paginator(self) -> Any:
        """Return the pagination of this list, created once. Raises `HookFailed`."""
        return self._paged(lambda: super(ChatAPIView, self).paginator)

    def paginate_queryset(self, queryset: Any) -> Any:
        """Return the page; None if the list has no pages. Raises `HookFailed`."""
        return self._paged(lambda: super(ChatAPIView, self).paginate_queryset(queryset))

    def get_paginated_response(self, data: Any) -> Response:
        """Return the response with the page in it. Raises `HookFailed`."""
        answer: Response = self._paged(lambda: super(ChatAPIView, self).get_paginated_response(data))
        return answer

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Respond to the request; each hook that fails in it is logged once."""
        with hook_scope(answers=request.method in SAFE_METHODS):
            return super().dispatch(request, *args, **kwargs)

    def get_permissions(self) -> list[BasePermission]:
        """Return the one permission class that the host set for this endpoint."""
        return [getattr(chat_settings, self.permission_setting)()]

    def get_parsers(self) -> list[BaseParser]:
        """Return the host's parsers, limited by REQUEST_BYTES_MAX and the view's own limit."""
        return [KNOWN_PARSERS.get(kind) or bounded_parser(kind) for kind in self.parser_classes]

    def get_renderers(self) -> list[BaseRenderer]:
        """Return the host's renderers; DRF's own JSON renderer is replaced by the faster one."""
        return [FastJSONRenderer() if kind is JSONRenderer else kind() for kind in self.renderer_classes]

    def get_throttles(self) -> list[BaseThrottle]:
        """Return the host's throttles, and ours where THROTTLE_RATES sets rates."""
        throttles = super().get_throttles()
        return [*throttles, ScopeThrottle()] if chat_settings.THROTTLE_RATES else throttles

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Reject a body over the view's limit before anything reads it, and a malformed path."""
        length = request.META.get("CONTENT_LENGTH")
        if length and exceeds_limit(length, self):
            raise BodyTooLarge
        self.refuse_out_of_shape()
        super().initial(request, *args, **kwargs)

    def refuse_out_of_shape(self) -> None:
        """Raise 404 for a malformed path, before its ids are looked up."""
        for value in self.kwargs.values():
            if isinstance(value, OutOfShape):
                raise exceptions.NotFound

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Return renderer and media type; views with their own media type never fail with 406."""
        accepted = request.META.get("HTTP_ACCEPT", _ANY_TYPE)
        if self.content_negotiation_class is DefaultContentNegotiation and not (
            getattr(self, "format_kwarg", None) or api_settings.URL_FORMAT_OVERRIDE in request.query_params
        ):
            # Most clients send a value that needs no parsing.
            first = self.get_renderers()[0]
            if accepted in (_ANY_TYPE, first.media_type):
                return first, first.media_type
        return super().perform_content_negotiation(request, force=force or not self.negotiates)

    def perform_authentication(self, request: Request) -> None:
        """Set the user of the request. Raises `AuthenticationFailed`, and `CSRFFailed` for sessions."""
        authenticate(request)

    def check_permissions(self, request: Request) -> None:
        """Reject requests for another account, check the configured permission class, reject writes by anonymous users.

        A class of the host's that fails permits nothing.
        """
        refuse_other_account(request)
        if chat_settings.is_set(self.permission_setting):
            self._ask_host(super().check_permissions, request)
        else:
            super().check_permissions(request)
        method = str(request.method)
        if not request.user.is_authenticated and method not in self.open_methods and self.has(method):
            self.permission_denied(request)

    def check_object_permissions(self, request: Request, obj: Any) -> None:
        """Check the configured permission class for one object; a class of the host's that fails permits nothing."""
        if chat_settings.is_set(self.permission_setting):
            self._ask_host(super().check_object_permissions, request, obj)
        else:
            super().check_object_permissions(request, obj)

    def _ask_host(self, check: Callable[..., None], *args: Any) -> None:
        try:
            required(self.permission_setting, lambda: check(*args))
        except HookFailed as error:
            raise exceptions.PermissionDenied from error

    def has(self, method: str) -> bool:
        """Return whether the view has the method; others get 405 later on."""
        return hasattr(self, method.lower())

    def check_who_may_read(self, request: Request) -> None:
        """Reject OPTIONS and unsupported methods if the requester is not permitted to read the object of the path."""
        method = str(request.method)
        if method.lower() not in _METHODS_WITH_LOOKUP or not self.has(method):
            self.get_object()

    def body_limit(self, without_files: int) -> int:
        """Return the maximum bytes of a body; views that accept files add room for them."""
        return without_files

    def get_serializer_class(self) -> Any:
        """Return the serializer of the method's body; OPTIONS describes POST and PUT by it."""
        return self.body_serializers.get(str(self.request.method)) or super().get_serializer_class()

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Describe the endpoint, with the fields of the bodies that the requester is permitted to send."""
        self._describes = True
        return super().options(request, *args, **kwargs)

    def get_object(self) -> Any:
        """Return None to OPTIONS, which needs an object to describe PUT; our views look up their own."""
        if self._describes:
            return None
        raise Http404

    def page_of(self, rows: QuerySet[R], *, at_most: int | None = None) -> list[R]:
        """Return the requested page; without pages, the first rows: `at_most`, or the maximum of a page."""
        page = self.paginate_queryset(rows)
        # A pagination class without a size returns no page: DRF's own ones without PAGE_SIZE.
        self._has_page = page is not None
        return list(rows[: at_most or chat_settings.PAGE_SIZE_MAX] if page is None else page)

    def plain_limit(self) -> int | None:
        """Return the limit of the requested page where pagination is our own; None if it is not, or has none."""
        paginator = self.paginator
        return paginator.get_limit(self.request) if type(paginator) is NoCountsPagination else None

    def hold_page(self, rows: list[T], limit: int) -> list[T]:
        """Set rows that were loaded elsewhere as the first page of our own pagination, and return them."""
        self.paginator.hold(rows, request=self.request, limit=limit)
        self._has_page = True
        return rows

    def within_bytes(self, rows: list[R], size_of: Callable[[R], int]) -> list[R]:
        """Return as many rows of the page as fit PAGE_BYTES_MAX, at least one; `next` continues after them.

        A plain list cannot end early: it is rejected (`limit: PAGE_TOO_LARGE`). A host's own pagination without an
        offset is not cut.
        """
        fitting = count_within(rows, size_of)
        if fitting == len(rows):
            return rows
        end_after = getattr(self.paginator, "end_after", None)
        if end_after is None:
            return rows
        if not self._has_page:
            raise exceptions.ValidationError({"limit": ["PAGE_TOO_LARGE"]})
        end_after(fitting)
        return rows[:fitting]

    def answer_page(self, shown: list[Any]) -> Response:
        """Return the response with the shown rows of `page_of`: a page, or a plain list."""
        return self.get_paginated_response(shown) if self._has_page else Response(shown)

    def page_size(self) -> int:
        """Return the maximum number of rows of the requested page."""
        # By limit and offset, or, with a host's pagination, by page numbers or cursors.
        ways = (getattr(self.paginator, name, None) for name in ("get_limit", "get_page_size"))
        size_of = next(filter(None, ways), None)
        wanted = None if size_of is None else self._paged(lambda: size_of(self.request))
        most: int = chat_settings.PAGE_SIZE_MAX
        return most if wanted is None else min(wanted, most)

    def handle_exception(self, exc: Exception) -> Response:
        """Respond to errors of actions, a busy database and too deeply nested JSON as to DRF's own errors."""
        if isinstance(exc, RecursionError):
            exc = exceptions.ParseError("The body is nested too deeply.")
        elif isinstance(exc, RequestDataTooBig):
            exc = BodyTooLarge()
        elif isinstance(exc, TooManyFieldsSent | TooManyFilesSent):
            exc = exceptions.ParseError("The form has too many fields or files.")
        exc = as_api_exception(exc)
        if isinstance(exc, DatabaseError) and chat_settings.has(_LAZY_FILTER):
            log_failure(_LAZY_FILTER, exc)
            exc = as_api_exception(HookFailed(_LAZY_FILTER))
        if isinstance(exc, exceptions.APIException):
            # DRF's own texts repeat the submitted value.
            exc.detail = encodable(exc.detail)
        response = super().handle_exception(exc)
        add_code(response, exc)
        wait = getattr(exc, "wait", None)
        if wait is not None and "Retry-After" not in response:
            # A handler of the host's might not set it.
            response["Retry-After"] = str(int(wait))
        return response


def count_within(rows: Iterable[Item], size_of: Callable[[Item], int]) -> int:
    """Return how many of the first rows fit PAGE_BYTES_MAX together: at least one, if there are any."""
    most, count, total = chat_settings.PAGE_BYTES_MAX, 0, 0
    for row in rows:
        total += size_of(row)
        if total > most and count:
            break
        count += 1
    return count
