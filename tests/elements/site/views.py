"""Short cuts of the tests: signing in and out without a page."""

from __future__ import annotations

from django.contrib.auth import get_user_model, login, logout
from django.http import HttpRequest, JsonResponse


def enter(request: HttpRequest) -> JsonResponse:
    """Begin the session of the user whose name is in the query, and return the id."""
    user = get_user_model().objects.get(username=request.GET["username"])
    login(request, user)
    return JsonResponse({"id": user.pk})


def leave(request: HttpRequest) -> JsonResponse:
    """End the session."""
    logout(request)
    return JsonResponse({})
