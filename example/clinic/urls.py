"""The clinic's URLs: the page, the app under /api/, its documentation, sign-in and the admin."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from clinic import views

urlpatterns = [
    path("", views.chat_page, name="chat"),
    path("session", views.session, name="session"),
    path("api/", include("chat_api.api_urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("api-auth/", include("rest_framework.urls")),
    path("admin/", admin.site.urls),
]
