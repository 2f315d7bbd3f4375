"""The URLs of the test project, and the document that requests are generated from."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from tests.urls import urlpatterns as of_the_tests

urlpatterns = [
    *of_the_tests,
    path("openapi", SpectacularJSONAPIView.as_view(authentication_classes=[], permission_classes=[])),
]
