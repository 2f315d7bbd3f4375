"""The URLs of the project that serves a page with our element."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.static import serve

from benchmarks.elements_other import STYLE

_PAGE = f"""{{% load chat_api %}}<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Messages</title>{STYLE}{{% chat_api_client %}}</head>
  <body><main>{{% chat_thread thread %}}</main></body>
</html>
"""


def _page(request: HttpRequest, thread: int) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(_PAGE).render({"thread": thread}, request))


def _sign_in(request: HttpRequest, name: str) -> HttpResponse:
    user = get_user_model().objects.get_by_natural_key(name)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse()


urlpatterns = [
    path("page/<int:thread>/", _page),
    path("sign-in/<str:name>/", _sign_in),
    path("static/<path:path>", serve, {"document_root": settings.STATIC_ROOT}),
    path("api/", include("chat_api.api_urls")),
]
