"""The results page of surveys in the admin."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.surveys.models import Survey, SurveyItem, SurveyItemAnswer
from chat_api.surveys.results import tally
from tests.databases import connection
from tests.factories import SurveyFactory, UserFactory, draft_schema, published_schema
from tests.questionnaires import questionnaire, questionnaire_schema
from tests.surveys.conftest import Filling

pytestmark = pytest.mark.django_db

BEGUN = datetime(2026, 5, 1, 12, tzinfo=UTC)


def results_url(schema: Any) -> str:
    return reverse("admin:chat_api_survey_results", args=[getattr(schema, "pk", schema)])


def staff_with(*codenames: str, **columns: Any) -> Client:
    user: Any = UserFactory.create(is_staff=True, **columns)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    return staff_with("view_survey")


def page_of(client: Client, schema: Any) -> str:
    response = client.get(results_url(schema))
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def cells(page: str, part: str) -> list[str]:
    """Return the texts of the cells of the first table row that contains `part`."""
    row = next(row for row in re.findall(r"<tr.*?</tr>", page, re.S) if part in row)
    texts = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]
    return [text.replace("&nbsp;", " ").strip() for text in texts]


def many(schema: Any, number: int, *, answered: int | None = None) -> None:
    """Create surveys whose first `answered` questions (all by default) are answered, choices by their first answer."""
    user: Any = UserFactory.create()
    rows = list(schema.questions.prefetch_related("answers"))
    state = {"visibility": [row.qid for row in rows], "completed": answered is None}
    surveys = Survey.objects.bulk_create(Survey(schema=schema, user=user, state=state) for _ in range(number))
    items = SurveyItem.objects.bulk_create(
        SurveyItem(
            survey=survey, related_question=row, position=row.position, text="" if row.answers.all() else "3"
        )
        for survey in surveys
        for row in rows[:answered]
    )
    offered = {row.pk: row.answers.all()[0].pk for row in rows if row.answers.all()}
    SurveyItemAnswer.objects.bulk_create(
        SurveyItemAnswer(surveyitem=item, answer_id=offered[item.related_question_id])
        for item in items
        if item.related_question_id in offered
    )


class TestPermissions:
    def test_anonymous_user_is_sent_to_the_login_page(self, client, smoking):
        response = client.get(results_url(smoking))
        assert response.status_code == 302
        assert "/login/" in response["Location"]

    def test_user_who_is_not_staff_is_sent_to_the_login_page(self, client, smoking):
        client.force_login(UserFactory(is_superuser=True))
        assert client.get(results_url(smoking)).status_code == 302

    @pytest.mark.parametrize("codenames", [(), ("view_schema",), ("export_survey_results",)])
    def test_staff_without_view_permission_get_403(self, smoking, codenames):
        client = staff_with(*codenames)
        assert client.get(results_url(smoking)).status_code == 403
        # The response does not reveal which schemas exist, either.
        assert client.get(results_url(9_999_999)).status_code == 403

    def test_export_is_not_offered_without_export_permission(self, viewer, smoking):
        assert "/export/" not in page_of(viewer, smoking)

    def test_export_is_offered_with_export_permission(self, smoking):
        page = page_of(staff_with("view_survey", "export_survey_results"), smoking)
        assert reverse("admin:chat_api_survey_export", args=[smoking.pk, "csv"]) in page

    @pytest.mark.parametrize("pk", [9_999_999, 2**63, 10**30])
    def test_unknown_schema_is_not_found(self, viewer, pk):
        assert viewer.get(f"/admin/chat_api/survey/results/{pk}/").status_code == 404

    def test_post_is_not_allowed(self, viewer, smoking):
        assert viewer.post(results_url(smoking)).status_code == 405


class TestPage:
    def test_page_shows_how_many_saw_answered_and_stopped_at_each_question(self, viewer, client_of, smoking):
        for answers in (("yes",), ("no",), ("no",)):
            somebody = UserFactory()
            Filling(client_of(somebody), somebody, smoking).give(1, *answers)
        page = page_of(viewer, smoking)
        assert cells(page, 'id="q1"')[:5] == ["1: Smoker?", "Choice", "3", "3", "0"]
        assert cells(page, 'id="q2"')[:5] == ["2: How many a day?", "Whole number", "1", "0", "1"]
        assert cells(page, 'id="q4"')[:5] == ["4: Anything else?", "Text", "3", "0", "2"]
        assert cells(page, ">yes<") == ["yes", "1", "33 %", ""]
        assert cells(page, ">no<") == ["no", "2", "67 %", ""]

    def test_survey_list_and_survey_page_link_to_the_results(self, viewer, smoking):
        survey = SurveyFactory(schema=smoking)
        for page in ("/admin/chat_api/survey/", f"/admin/chat_api/survey/{survey.pk}/change/"):
            assert results_url(smoking) in viewer.get(page).content.decode()

    def test_page_lists_all_versions_and_links_the_others(self, viewer):
        first = published_schema([{"type": "text"}], name="Mood")
        second = published_schema([{"type": "text"}], name="Mood", version=2)
        many(first, 3)
        many(second, 2, answered=0)
        page = page_of(viewer, second)
        assert results_url(first) in page
        assert results_url(second) not in page
        assert cells(page, results_url(first)) == ["1", "published", "3", "3"]
        assert cells(page, "(this one)") == ["2 (this one)", "published", "2", "0"]

    def test_page_works_without_surveys_and_without_questions(self, viewer, smoking):
        assert cells(page_of(viewer, smoking), 'id="q1"')[2:5] == ["0", "0", "0"]
        assert "no questions" in page_of(viewer, draft_schema())

    def test_texts_are_never_shown_as_markup(self, viewer):
        evil = "<script>alert(1)</script>"
        asked = [
            {"type": "choice", "text": evil, "answers": [{"text": f"{evil}a"}, {"text": '"><img src=x>'}]}
        ]
        schema = published_schema(asked, name=evil)
        many(schema, 1)
        page = page_of(viewer, schema)
        assert evil not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;a" in page

    def test_page_needs_no_inline_scripts_styles_or_other_hosts(self, viewer, smoking):
        many(smoking, 3)
        page = page_of(viewer, smoking)
        assert "style=" not in page.partition('id="content-main"')[2]
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)

    def test_screen_readers_get_tables_without_the_bars(self, viewer, smoking):
        many(smoking, 3)
        page = page_of(viewer, smoking)
        chart = page.partition('class="results-chart"')[2]
        assert '<th scope="col">Count</th>' in chart
        assert all('aria-hidden="true"' in cell for cell in re.findall(r"<td[^>]*><svg", page))
        assert page.count("<svg") > 0

    def test_bar_widths_do_not_depend_on_the_locale(self, settings, viewer, smoking):
        settings.LANGUAGE_CODE = "de"
        many(smoking, 3)
        widths = re.findall(r'<rect width="([^"]*)%"', page_of(viewer, smoking))
        assert widths
        assert all(re.fullmatch(r"[0-9]+\.[0-9]", width) for width in widths)

    def test_page_says_when_older_surveys_are_not_counted(self, viewer, monkeypatch, smoking):
        assert "Only the newest" not in page_of(viewer, smoking)
        monkeypatch.setattr(tally.results_of, "__kwdefaults__", {"surveys_max": 2})
        many(smoking, 3)
        assert "Only the newest" in page_of(viewer, smoking)

    def test_query_count_does_not_depend_on_the_number_of_surveys(self, viewer, smoking):
        page_of(viewer, smoking)
        counts = []
        for number in (10, 490):
            many(smoking, number)
            with CaptureQueriesContext(connection) as captured:
                page_of(viewer, smoking)
            counts.append(len(captured))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("length", [5, 300])
    def test_page_of_a_draft_takes_at_most_15_queries(self, viewer, length):
        asked = [{"type": "choice", "answers": [{"text": "a"}, {"text": "b"}]}] * length
        schema = draft_schema(asked)
        many(schema, 3)
        with CaptureQueriesContext(connection) as captured:
            page_of(viewer, schema)
        assert len(captured) <= 15

    def test_page_counts_1000_surveys(self, viewer):
        schema = questionnaire_schema(questionnaire("phq9"))
        many(schema, 1000)
        page = page_of(viewer, schema)
        assert cells(page, 'id="q1"')[2:5] == ["1000", "1000", "0"]
        assert "Only the newest" not in page
