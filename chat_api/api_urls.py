"""All addresses of the library; each of the three parts also stands alone."""

from django.urls import include, path

urlpatterns = [
    path("", include("chat_api.chat.api_urls")),
    path("", include("chat_api.schemas.api_urls")),
    path("", include("chat_api.surveys.api_urls")),
]
