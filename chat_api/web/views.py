"""The views of `chat_api.client_urls`: a whole page with the client, and its service worker."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views import View

import chat_api
from chat_api.settings import chat_settings
from chat_api.web.files import PAGE_STYLES, file_url
from chat_api.web.places import MarksPages
from chat_api.web.policy import client_policy

_TYPE: Final = "chat"
_READS: Final = ("get", "head", "options")
_SOURCE: Final = Path(chat_api.__file__).parent / "static" / "chat_api" / "worker.js"


class HostedPage(AccessMixin, View):
    """Base of the pages: they need a signed-in user, and are never cached."""

    http_method_names = list(_READS)
    template_name: str

    def get(self, request: HttpRequest, **captured: Any) -> HttpResponseBase:
        """Return the page; anonymous users are redirected to LOGIN_URL."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        context = {**self.base(request), **self.context(request, **captured)}
        page = render(request, self.template_name, context)
        page["Cache-Control"] = "no-store, private"
        page["Content-Security-Policy"] = self.policy(request)
        return page

    def base(self, request: HttpRequest) -> dict[str, Any]:
        """Return the variables of the base template."""
        return {"request": request, "styles": file_url(PAGE_STYLES), "home": get_script_prefix()}

    def context(self, request: HttpRequest, **captured: Any) -> dict[str, Any]:
        """Return the variables of the template. Raises `Http404` and `PermissionDenied`."""
        raise NotImplementedError

    def policy(self, request: HttpRequest) -> str:
        """Return the content security policy."""
        raise NotImplementedError


class ClientPageView(HostedPage):
    """The conversations of the user, of one type of threads."""

    template_name = "chat_api/client/page.html"
    #: The type of threads; None for CLIENT_PAGE_THREAD_TYPE.
    thread_type: str | None = None

    def context(self, request: HttpRequest, **captured: Any) -> dict[str, Any]:
        """Return the type of threads: the query parameter `type`, else that of the view. Raises `Http404`."""
        listed = chat_settings.TYPES_CHAT_LIST_THROUGH_API
        own = self.thread_type or chat_settings.CLIENT_PAGE_THREAD_TYPE
        wanted = request.GET.get("type", own or _first_of(listed))
        if wanted not in listed:
            raise Http404
        return {"thread_type": wanted}

    def policy(self, request: HttpRequest) -> str:
        """Return the policy under which the client works."""
        return client_policy(request)


class ClientWorkerView(MarksPages, View):
    """The service worker, which shows push messages. Its scope is the folder of its URL: the hosted page."""

    http_method_names = list(_READS)

    def get(self, request: HttpRequest, **captured: Any) -> HttpResponse:
        """Return the source, which browsers ask for again at each registration."""
        response = HttpResponse(_source(), content_type="text/javascript; charset=utf-8")
        response["Cache-Control"] = "no-cache"
        return response


def _first_of(types: Sequence[str]) -> str | None:
    """Return the type of conversations where neither the view nor the settings name one."""
    return _TYPE if _TYPE in types else next(iter(types), None)


@cache
def _source() -> bytes:
    return _SOURCE.read_bytes()
