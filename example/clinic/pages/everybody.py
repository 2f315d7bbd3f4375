"""The first page, which depends on who is signed in, and the smallest page that shows conversations."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from clinic.pages import patient
from clinic.people import ADMINISTRATOR, DOCTOR, PATIENT, kind_of


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Return what patients have to do today; send others to their first area."""
    kind = kind_of(request.user)
    if kind == PATIENT:
        return patient.today(request)
    places = {DOCTOR: "inbox", ADMINISTRATOR: "administration"}
    return redirect(places.get(kind or "", "minimal"))


@require_GET
@login_required
def minimal(request: HttpRequest) -> HttpResponse:
    """Return the page that the README shows: ten lines of template."""
    return render(request, "clinic/minimal.html")
