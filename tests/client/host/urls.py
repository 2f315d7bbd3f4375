"""The URLs of the project."""

from typing import Any

from django.conf import settings as django_settings
from django.urls import include, path
from django.views.static import serve

from tests.client.host import views

settings: Any = django_settings
_api = (
    include(("chat_api.api_urls", "chat_api"), namespace=settings.API_NAMESPACE)
    if settings.API_NAMESPACE
    else include("chat_api.api_urls")
)
urlpatterns = [
    path("page/", views.page),
    path("sign-in/", views.sign_in),
    path("sign-out/", views.sign_out),
    path("token/", views.token),
    path("static/<path:path>", serve, {"document_root": settings.STATIC_ROOT}),
    path("front/<path:path>", serve, {"document_root": settings.FRONT}),
    path(settings.API_PREFIX, _api),
]
