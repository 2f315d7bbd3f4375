"""The URLs of the example, and short cuts of the tests."""

from clinic.urls import urlpatterns as pages
from django.urls import path

from tests.elements.site.views import enter, leave

urlpatterns = [path("enter/", enter), path("leave/", leave), *pages]
