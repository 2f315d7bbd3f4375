"""The pages of doctors: their inbox, their patients, and the weekly trackers."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from chat_api.api import ThreadDraft, add_member, assign_thread, create_thread
from chat_api.models import Survey, UserThread
from clinic.pages.frame import page_for
from clinic.people import DOCTOR, PATIENT, of_kind
from clinic.permissions import PATIENT_PERMISSIONS, STAFF_PERMISSIONS

_TITLE_MAX = 80


@require_GET
@page_for(DOCTOR)
def inbox(request: HttpRequest) -> HttpResponse:
    """Return the conversations of a doctor with all patients."""
    return render(request, "clinic/inbox.html")


@require_GET
@page_for(DOCTOR)
def trackers(request: HttpRequest) -> HttpResponse:
    """Return the weekly trackers of all patients."""
    return render(request, "clinic/trackers.html")


@require_GET
@page_for(DOCTOR)
def patients(request: HttpRequest) -> HttpResponse:
    """Return a table of the patients with their conversations that the doctor is in, surveys and raised flags."""
    of_mine = UserThread.objects.filter(user=request.user).values("thread_id")
    shared = (
        UserThread.objects.filter(thread_id__in=of_mine)
        .select_related("thread")
        .annotate(flags=Count("runs__flags", filter=Q(runs__flags__cleared=None), distinct=True))
        .order_by("-updated")
    )
    submitted = Survey.objects.exclude(submitted=None).order_by("-submitted")
    found = of_kind(PATIENT).prefetch_related(
        Prefetch("chat_api_threads", shared, to_attr="shared"),
        Prefetch("chat_api_surveys", submitted, to_attr="submitted"),
    )
    rows = [_row(patient) for patient in found]
    return render(request, "clinic/patients.html", {"rows": rows, "title_max": _TITLE_MAX})


def _row(patient: Any) -> dict[str, Any]:
    return {
        "patient": patient,
        "chats": [member for member in patient.shared if member.type == "chat"],
        "trackers": [member for member in patient.shared if member.type == "tracker"],
        "flags": sum(member.flags for member in patient.shared),
        "survey": patient.submitted[0] if patient.submitted else None,
    }


@require_POST
@page_for(DOCTOR)
def write(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Start a conversation with a patient, and open it."""
    patient = get_object_or_404(of_kind(PATIENT), pk=patient_id)
    title = request.POST.get("title", "").strip()[:_TITLE_MAX] or f"Talk with {patient.first_name}"
    member = create_thread(
        creator=request.user, draft=ThreadDraft(type="chat", title=title), permissions=STAFF_PERMISSIONS
    )
    add_member(thread_id=member.thread_id, user=patient, changes={"permissions": PATIENT_PERMISSIONS})
    assign_thread(thread_id=member.thread_id, user=request.user)
    return redirect(f"{reverse('inbox')}#/thread/{member.thread_id}")
