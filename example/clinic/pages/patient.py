"""The pages of patients: what is open today, their conversations, their weeks, and the health check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from chat_api.api import start_survey
from chat_api.models import Schema, Survey, UnreadMessage, UserThread
from clinic.pages.frame import page_for
from clinic.people import PATIENT
from clinic.questionnaires import HEALTH_CHECK, ONBOARDING


@dataclass(frozen=True, slots=True)
class Task:
    """A card of the first page. `action` is the text of its link; tasks that are done are shown without emphasis."""

    title: str
    text: str
    url: str
    action: str
    icon: str
    is_done: bool = False


def today(request: HttpRequest) -> HttpResponse:
    """Return the first page of a patient: a card for each task, and the bubble of the reception."""
    user = request.user
    tasks = [*_onboarding(user), *_week(user), _health_check(user), _unread(user)]
    tasks.sort(key=lambda task: task.is_done)
    waiting = sum(not task.is_done for task in tasks)
    return render(request, "clinic/today.html", {"tasks": tasks, "waiting": waiting})


@require_GET
@page_for(PATIENT)
def messages(request: HttpRequest) -> HttpResponse:
    """Return the conversations of a patient."""
    return render(request, "clinic/messages.html")


@require_GET
@page_for(PATIENT)
def tracker(request: HttpRequest) -> HttpResponse:
    """Return the thread that asks every week."""
    member = _memberships(request.user, "tracker").first()
    return render(request, "clinic/tracker.html", {"thread": member.thread if member else None})


@require_GET
@page_for(PATIENT)
def survey(request: HttpRequest) -> HttpResponse:
    """Return the latest health check of a patient; a new one can be started from it."""
    return render(request, "clinic/survey.html", {"survey": _latest_check(request.user)})


@require_POST
@page_for(PATIENT)
def new_survey(request: HttpRequest) -> HttpResponse:
    """Start a health check, unless one is open, and show it."""
    latest = _latest_check(request.user)
    schema = Schema.objects.filter(name=HEALTH_CHECK, published=True, deprecated=False).first()
    if schema is not None and (latest is None or latest.submitted is not None):
        start_survey(user=request.user, schema=schema)
    return redirect("survey")


def _memberships(user: Any, kind: str) -> Any:
    return UserThread.objects.filter(user=user, type=kind).select_related("thread", "schema").order_by("pk")


def _latest_check(user: Any) -> Survey | None:
    return Survey.objects.filter(user=user, schema__name=HEALTH_CHECK).order_by("-pk").first()


def _onboarding(user: Any) -> list[Task]:
    runs = UserThread.objects.filter(user=user, runs__schema__name=ONBOARDING).order_by("pk")
    member = runs.first()
    if member is None:
        return []
    url = f"{reverse('messages')}#/thread/{member.thread_id}"
    if member.is_scripted or member.paused:
        text = "Some questions are left before your first visit. You can stop and go on at any time."
        return [Task("Welcome to the clinic", text, url, "Continue", "hand")]
    text = "You have answered all questions. Each answer can still be changed."
    return [Task("Welcome to the clinic", text, url, "Look at your answers", "hand", is_done=True)]


def _week(user: Any) -> list[Task]:
    member = _memberships(user, "tracker").first()
    if member is None:
        return []
    url = reverse("tracker")
    if member.question_id is not None:
        return [Task("Your week", "Four short questions. It takes a minute.", url, "Answer", "chart")]
    return [
        Task("Your week", "Nothing to answer until next week.", url, "Earlier weeks", "chart", is_done=True)
    ]


def _health_check(user: Any) -> Task:
    url, latest = reverse("survey"), _latest_check(user)
    if latest is None:
        return Task(
            "Health check", "Once a year: your body, your medicines, your days.", url, "Begin", "form"
        )
    if latest.submitted is None:
        answered = latest.survey_items.count()
        text = f"You have answered {answered} questions. Everything is saved as you go."
        return Task("Health check", text, url, "Continue", "form")
    return Task(
        "Health check", "You have sent this year's answers.", url, "See the result", "form", is_done=True
    )


def _unread(user: Any) -> Task:
    count = UnreadMessage.objects.filter(user=user, type="chat").count()
    text = "No new messages." if not count else "One new message." if count == 1 else f"{count} new messages."
    return Task("Messages", text, reverse("messages"), "Open", "chat", is_done=not count)
