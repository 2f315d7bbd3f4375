"""The pages of the administrator: the questionnaires with their editor and results, and the reception."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from chat_api.models import Schema
from clinic.pages.frame import page_for
from clinic.people import ADMINISTRATOR


@require_GET
@page_for(ADMINISTRATOR)
def questionnaires(request: HttpRequest) -> HttpResponse:
    """Return the questionnaires in use, each with links to its pages in the admin."""
    used = Schema.objects.filter(published=True, deprecated=False).order_by("pk")
    rows = [
        {
            "schema": schema,
            "links": [
                ("Preview", reverse("admin:chat_api_schema_preview", args=[schema.pk])),
                ("Flow", reverse("admin:chat_api_schema_flow", args=[schema.pk])),
                ("Results", reverse(_results_page(schema), args=[schema.pk])),
            ],
        }
        for schema in used
    ]
    return render(request, "clinic/administration.html", {"rows": rows})


@require_GET
@page_for(ADMINISTRATOR)
def reception(request: HttpRequest) -> HttpResponse:
    """Return what patients have asked the reception."""
    return render(request, "clinic/reception.html")


def _results_page(schema: Schema) -> str:
    return "admin:chat_api_survey_results" if schema.type == "survey" else "admin:chat_api_run_results"
