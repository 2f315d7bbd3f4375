"""The URLs of the test host: the whole library under /api/, its schema and the admin."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
]
if find_spec("chat_api.api_urls"):
    urlpatterns.append(path("api/", include("chat_api.api_urls")))
