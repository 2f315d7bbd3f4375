"""The URLconf of the whole REST API; each of its three parts can also be included alone."""

from django.urls import include, path

urlpatterns = [
    path("", include("chat_api.chat.api_urls")),
    path("", include("chat_api.schemas.api_urls")),
    path("", include("chat_api.surveys.api_urls")),
]
