"""Shared by all pages: who can open them, the top bar, the language, and the content security policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from clinic.people import ADMINISTRATOR, DOCTOR, PATIENT, kind_of, remember_language

View = Callable[..., HttpResponse]

#: The policy of the how-to about the client, with forms: people sign in and out and choose a language by them.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; connect-src 'self' {socket}; img-src 'self' blob:; base-uri 'none'; form-action 'self'"
)
#: Parts of the site that are not pages of the clinic, and have policies of their own, or none.
_OTHERS = ("/admin/", "/api/", "/api-auth/", "/chat/", "/static/")


@dataclass(frozen=True, slots=True)
class Area:
    """A link in the top bar: the name of its URL, its label and its icon."""

    name: str
    label: str
    icon: str

    @property
    def url(self) -> str:
        """Return the URL of the page."""
        return reverse(self.name)


AREAS: dict[str | None, tuple[Area, ...]] = {
    PATIENT: (
        Area("home", "Today", "home"),
        Area("messages", "Messages", "chat"),
        Area("tracker", "My weeks", "chart"),
        Area("survey", "Health check", "form"),
    ),
    DOCTOR: (
        Area("inbox", "Inbox", "chat"),
        Area("patients", "Patients", "people"),
        Area("trackers", "Trackers", "chart"),
    ),
    ADMINISTRATOR: (
        Area("administration", "Questionnaires", "form"),
        Area("reception", "Reception", "chat"),
        Area("admin:index", "Admin", "gear"),
    ),
    None: (),
}


def site(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of every page shows: a context processor."""
    # Pages of errors can be made before there is a user.
    user = getattr(request, "user", None)
    if user is None or request.path.startswith(_OTHERS):
        return {}
    match = request.resolver_match
    return {
        "areas": AREAS[kind_of(user)],
        "kind": kind_of(user),
        "here": match.view_name if match is not None else "",
    }


def page_for(*kinds: str) -> Callable[[View], View]:
    """Return a decorator: the page is for signed-in users of these kinds, and forbidden to all others."""

    def decorated(view: View) -> View:
        @login_required
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if kind_of(request.user) not in kinds:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorated


def note_language(get_response: View) -> View:
    """Return a middleware that remembers the language in which a user opens a page of the clinic."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not request.path.startswith(_OTHERS):
            remember_language(request.user, get_language())
        return get_response(request)

    return respond


def content_security_policy(get_response: View) -> View:
    """Return a middleware that sends the policy with every page of the clinic."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(_OTHERS):
            scheme = "wss" if request.is_secure() else "ws"
            response.setdefault(
                "Content-Security-Policy", POLICY.format(socket=f"{scheme}://{request.get_host()}")
            )
        return response

    return respond
