"""The page, sign-in and sign-out; everything else is the app's API."""

import json
from typing import Any

from django.contrib.auth import authenticate, get_user_model, login, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods

from clinic.people import PEOPLE

_ROLES = {person.username: person.role for person in PEOPLE}


@require_GET
@ensure_csrf_cookie
def chat_page(request: HttpRequest) -> HttpResponse:
    """Return the page, with a content security policy that permits only its own files."""
    page = render(request, "clinic/chat.html", {"people": PEOPLE})
    host = request.get_host()
    page["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' ws://{host} wss://{host}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return page


@require_http_methods(["GET", "POST", "DELETE"])
@ensure_csrf_cookie
def session(request: HttpRequest) -> JsonResponse:
    """Return the signed-in user; POST signs in, DELETE signs out."""
    if request.method == "POST":
        given = _body(request)
        user = authenticate(request, username=given.get("username"), password=given.get("password"))
        if user is None:
            return JsonResponse({"non_field_errors": ["WRONG_CREDENTIALS"]}, status=400)
        login(request, user)
    elif request.method == "DELETE":
        logout(request)
    return JsonResponse(_shown(request.user))


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        given = json.loads(request.body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _shown(user: Any) -> dict[str, Any]:
    """Return the user and the people they can talk to."""
    if not user.is_authenticated:
        return {"user": None, "people": []}
    others = get_user_model()._default_manager.filter(is_active=True).exclude(pk=user.pk).order_by("pk")
    return {"user": _person(user), "people": [_person(other) for other in others]}


def _person(user: Any) -> dict[str, Any]:
    name = user.get_full_name() or user.get_username()
    return {"id": user.pk, "name": name, "role": _ROLES.get(user.get_username(), "")}
