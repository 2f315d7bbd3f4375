"""What came of surveys, as the admin shows it and as it is counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.surveys import results
from chat_api.surveys.histogram import BINS_MAX, histogram, number_in
from chat_api.surveys.models import Survey, SurveyItem, SurveyItemAnswer
from chat_api.surveys.results import QuestionResults, SchemaResults, results_of, versions_of
from chat_api.surveys.results_page import in_words
from tests.factories import SurveyFactory, UserFactory, draft_schema, published_schema
from tests.questionnaires import questionnaire, questionnaire_schema
from tests.surveys.conftest import Filling, question

pytestmark = pytest.mark.django_db

BEGUN = datetime(2026, 5, 1, 12, tzinfo=UTC)


def address(schema: Any) -> str:
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
    response = client.get(address(schema))
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def cells(page: str, part: str) -> list[str]:
    """Give the texts of the cells of the first table row that has `part`."""
    row = next(row for row in re.findall(r"<tr.*?</tr>", page, re.S) if part in row)
    texts = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]
    return [text.replace("&nbsp;", " ").strip() for text in texts]


def figures(counted: SchemaResults, qid: int) -> QuestionResults:
    return next(row for row in counted.questions if row.qid == qid)


def bars(counted: SchemaResults, qid: int) -> list[tuple[str, int]]:
    return [(bar.label, bar.count) for bar in figures(counted, qid).distribution]


def many(schema: Any, number: int, *, answered: int | None = None) -> None:
    """Make surveys whose first questions are answered, the choices by their first answers."""
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


class TestWhoMaySee:
    def test_nobody_unknown(self, client, smoking):
        response = client.get(address(smoking))
        assert response.status_code == 302
        assert "/login/" in response["Location"]

    def test_no_user_who_is_not_staff(self, client, smoking):
        client.force_login(UserFactory(is_superuser=True))
        assert client.get(address(smoking)).status_code == 302

    @pytest.mark.parametrize("codenames", [(), ("view_schema",), ("export_survey_results",)])
    def test_no_staff_who_may_not_view_surveys(self, smoking, codenames):
        client = staff_with(*codenames)
        assert client.get(address(smoking)).status_code == 403
        # It tells nothing of what there is, either.
        assert client.get(address(9_999_999)).status_code == 403

    def test_who_may_view_but_not_export_sees_no_export(self, viewer, smoking):
        assert "/export/" not in page_of(viewer, smoking)

    def test_who_may_export_too_sees_how(self, smoking):
        page = page_of(staff_with("view_survey", "export_survey_results"), smoking)
        assert reverse("admin:chat_api_survey_export", args=[smoking.pk, "csv"]) in page

    @pytest.mark.parametrize("pk", [9_999_999, 2**63, 10**30])
    def test_an_unknown_schema_is_not_found(self, viewer, pk):
        assert viewer.get(f"/admin/chat_api/survey/results/{pk}/").status_code == 404

    def test_nothing_is_posted_there(self, viewer, smoking):
        assert viewer.post(address(smoking)).status_code == 405


class TestThePage:
    def test_says_of_each_question_who_saw_answered_and_stopped(self, viewer, client_of, smoking):
        for answers in (("yes",), ("no",), ("no",)):
            somebody = UserFactory()
            Filling(client_of(somebody), somebody, smoking).give(1, *answers)
        page = page_of(viewer, smoking)
        assert cells(page, 'id="q1"')[:5] == ["1: Smoker?", "choice", "3", "3", "0"]
        assert cells(page, 'id="q2"')[:5] == ["2: How many a day?", "int", "1", "0", "1"]
        assert cells(page, 'id="q4"')[:5] == ["4: Anything else?", "text", "3", "0", "2"]
        assert cells(page, ">yes<") == ["yes", "1", "33 %", ""]
        assert cells(page, ">no<") == ["no", "2", "67 %", ""]

    def test_links_the_surveys_of_the_list_to_it(self, viewer, smoking):
        survey = SurveyFactory(schema=smoking)
        for page in ("/admin/chat_api/survey/", f"/admin/chat_api/survey/{survey.pk}/change/"):
            assert address(smoking) in viewer.get(page).content.decode()

    def test_shows_every_version_and_links_the_others(self, viewer):
        first = published_schema([{"type": "text"}], name="Mood")
        second = published_schema([{"type": "text"}], name="Mood", version=2)
        many(first, 3)
        many(second, 2, answered=0)
        page = page_of(viewer, second)
        assert address(first) in page
        assert address(second) not in page
        assert cells(page, address(first)) == ["1", "published", "3", "3"]
        assert cells(page, "(this one)") == ["2 (this one)", "published", "2", "0"]

    def test_works_without_surveys_and_without_questions(self, viewer, smoking):
        assert cells(page_of(viewer, smoking), 'id="q1"')[2:5] == ["0", "0", "0"]
        assert "no questions" in page_of(viewer, draft_schema())

    def test_never_shows_texts_as_markup(self, viewer):
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

    def test_needs_no_inline_scripts_styles_or_other_hosts(self, viewer, smoking):
        many(smoking, 3)
        page = page_of(viewer, smoking)
        assert "style=" not in page.partition('id="content-main"')[2]
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)

    def test_reads_as_tables_with_the_bars_left_out(self, viewer, smoking):
        many(smoking, 3)
        page = page_of(viewer, smoking)
        chart = page.partition('class="results-chart"')[2]
        assert '<th scope="col">Number</th>' in chart
        assert all('aria-hidden="true"' in cell for cell in re.findall(r"<td[^>]*><svg", page))
        assert page.count("<svg") > 0

    def test_bars_are_drawn_alike_for_readers_with_other_decimal_signs(self, settings, viewer, smoking):
        settings.LANGUAGE_CODE = "de"
        many(smoking, 3)
        widths = re.findall(r'<rect width="([^"]*)%"', page_of(viewer, smoking))
        assert widths
        assert all(re.fullmatch(r"[0-9]+\.[0-9]", width) for width in widths)

    def test_says_when_it_left_older_surveys_out(self, viewer, monkeypatch, smoking):
        assert "Only the newest" not in page_of(viewer, smoking)
        monkeypatch.setattr(results.results_of, "__kwdefaults__", {"surveys_max": 2})
        many(smoking, 3)
        assert "Only the newest" in page_of(viewer, smoking)

    def test_costs_the_same_for_10_and_for_500_surveys(self, viewer, smoking):
        page_of(viewer, smoking)
        counts = []
        for number in (10, 490):
            many(smoking, number)
            with CaptureQueriesContext(connection) as captured:
                page_of(viewer, smoking)
            counts.append(len(captured))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("length", [5, 300])
    def test_costs_15_queries_at_most_for_short_and_long_drafts(self, viewer, length):
        asked = [{"type": "choice", "answers": [{"text": "a"}, {"text": "b"}]}] * length
        schema = draft_schema(asked)
        many(schema, 3)
        with CaptureQueriesContext(connection) as captured:
            page_of(viewer, schema)
        assert len(captured) <= 15

    def test_of_1000_surveys_is_whole(self, viewer):
        schema = questionnaire_schema(questionnaire("phq9"))
        many(schema, 1000)
        page = page_of(viewer, schema)
        assert cells(page, 'id="q1"')[2:5] == ["1000", "1000", "0"]
        assert "Only the newest" not in page


class TestCounting:
    def test_an_answer_to_a_question_that_is_not_shown_does_not_count(self, filling, smoking):
        survey = filling(smoking)
        survey.give(1, "no")
        survey.give(2, text="20")
        row = figures(results_of(smoking), 2)
        assert (row.saw, row.answered, row.distribution) == (0, 0, ())

    def test_a_completed_survey_has_stopped_nowhere(self, filling, smoking):
        survey = filling(smoking)
        survey.give(1, "no")
        survey.give(6, text="7")
        counted = results_of(smoking)
        assert (counted.surveys, counted.completed) == (1, 1)
        assert sum(row.stopped for row in counted.questions) == 0

    def test_a_survey_stops_at_the_first_question_shown_that_asks_something(self):
        asked = [
            {"qid": 1, "type": "message", "next_qid": 2},
            {"qid": 2, "type": "fork", "forking_rules": [["3", "1"]]},
            {"qid": 3, "type": "text", "required": True},
        ]
        schema = published_schema(asked)
        state = {"visibility": [3, 1, 2], "completed": False}
        SurveyFactory(schema=schema, state=state)
        rows = results_of(schema).questions
        assert [(row.saw, row.stopped, row.is_answerable) for row in rows] == [
            (1, 0, False),
            (1, 0, False),
            (1, 1, True),
        ]

    def test_a_survey_without_a_state_saw_what_it_answered(self):
        schema = published_schema([{"type": "text"}, {"type": "text"}])
        survey = SurveyFactory(schema=schema, state=None)
        SurveyItem.objects.create(
            survey=survey, related_question=question(schema, 2), position=2, text="an answer"
        )
        counted = results_of(schema)
        assert [(row.saw, row.answered, row.stopped) for row in counted.questions] == [(0, 0, 0), (1, 1, 0)]
        assert (counted.surveys, counted.completed) == (1, 0)

    @pytest.mark.parametrize("state", [[], "x", {}, {"visibility": "12"}, {"visibility": [None, "1", 99]}])
    def test_a_state_that_makes_no_sense_does_no_harm(self, state):
        schema = published_schema([{"type": "text"}])
        SurveyFactory(schema=schema, state=state)
        assert results_of(schema).surveys == 1

    def test_an_emptied_answer_is_none(self):
        schema = published_schema([{"type": "text"}])
        survey = SurveyFactory(schema=schema, state={"visibility": [1], "completed": False})
        SurveyItem.objects.create(survey=survey, related_question=question(schema, 1), position=1, text="")
        row = figures(results_of(schema), 1)
        assert (row.answered, row.stopped, row.median_seconds) == (0, 1, None)

    def test_an_answer_left_over_from_another_schema_is_not_counted(self):
        schema = published_schema([{"type": "text"}])
        other = published_schema([{"type": "text"}])
        survey = SurveyFactory(schema=schema)
        SurveyItem.objects.create(survey=survey, related_question=question(other, 1), position=1, text="x")
        assert figures(results_of(schema), 1).answered == 0
        assert results_of(other).surveys == 0

    def test_the_time_is_from_one_answer_to_the_next(self):
        schema = published_schema([{"type": "text"}] * 3)
        for first, second in ((10, 20), (30, 100), (20, 10)):
            survey = SurveyFactory(schema=schema)
            Survey.objects.filter(pk=survey.pk).update(created=BEGUN)
            for qid, seconds in ((1, first), (2, second)):
                item = SurveyItem.objects.create(
                    survey=survey, related_question=question(schema, qid), position=qid, text="x"
                )
                SurveyItem.objects.filter(pk=item.pk).update(created=BEGUN + timedelta(seconds=seconds))
        # The third answered the second question first: 10 s for that, 10 s more for the first.
        assert [row.median_seconds for row in results_of(schema).questions] == [10, 10, None]

    def test_every_answer_has_its_number_also_when_nobody_chose_it(self, filling, smoking):
        survey = filling(smoking)
        survey.give(1, "yes")
        survey.give(2, text="20")
        survey.give(3, "cigar", "pipe")
        counted = results_of(smoking)
        assert bars(counted, 1) == [("yes", 1), ("no", 0)]
        assert bars(counted, 3) == [("pipe", 1), ("cigar", 1), ("none", 0)]
        assert bars(counted, 2) == [("20", 1)]

    def test_a_range_is_shown_from_end_to_end(self, filling, smoking):
        survey = filling(smoking)
        survey.give(1, "no")
        survey.give(6, text="3")
        assert bars(results_of(smoking), 6) == [(str(n), int(n == 3)) for n in range(1, 11)]

    @pytest.mark.parametrize("kind", ["text", "date", "time", "datetime"])
    def test_other_answers_are_only_counted(self, kind):
        schema = published_schema([{"type": kind}])
        survey = SurveyFactory(schema=schema)
        SurveyItem.objects.create(survey=survey, related_question=question(schema, 1), position=1, text="12")
        row = figures(results_of(schema), 1)
        assert (row.answered, row.distribution) == (1, ())

    def test_of_many_surveys_the_newest_are_counted(self, smoking):
        many(smoking, 3, answered=0)
        many(smoking, 4)
        counted = results_of(smoking, surveys_max=5)
        assert (counted.surveys, counted.completed, counted.has_more) == (5, 4, True)
        assert figures(counted, 1).answered == 4
        assert results_of(smoking, surveys_max=7).has_more is False

    def test_versions_are_counted_in_one_query(self, django_assert_num_queries):
        schemas = [published_schema([{"type": "text"}], name="Mood", version=n) for n in (1, 2, 3)]
        for number, schema in enumerate(schemas):
            many(schema, number)
            many(schema, 1, answered=0)
        published_schema(name="Mood, but another")
        with django_assert_num_queries(1):
            found = versions_of(schemas[0])
        assert [(row.version, row.surveys, row.completed) for row in found] == [
            (3, 3, 2),
            (2, 2, 1),
            (1, 1, 0),
        ]


class TestHistograms:
    @pytest.mark.parametrize("text", ["", "x", "nan", "inf", "-inf", "1" * 101, "1e301", "1,5"])
    def test_what_is_no_number_has_no_bar(self, text):
        assert number_in(text) is None

    @pytest.mark.parametrize(
        ("numbers", "expected"),
        [
            ([], []),
            ([5.0], [("5", 1)]),
            ([1.0, 3.0, 3.0], [("1", 1), ("2", 0), ("3", 2)]),
            ([0.0, 14.0], [("0 to 1", 1), *[(f"{n} to {n + 1}", 0) for n in range(2, 14, 2)], ("14", 1)]),
            ([0.5, 0.5], [("0.5", 2)]),
        ],
    )
    def test_whole_numbers_have_bars_of_their_own(self, numbers, expected):
        assert [(bar.label, bar.count) for bar in histogram(numbers)] == expected

    @pytest.mark.parametrize(
        "numbers",
        [
            [0.0, 99.0],
            [0.1, 0.2, 0.30000000000000004],
            [-1e300, 1e300, 0.5],
            [-1e300, 1e300],
            [1e17, 1e17 + 16, 0.25],
            [5e-324, 0.0],
            [1e300, 1e300 * 0.9999999999999999],
            [float(n) / 7 for n in range(1000)],
        ],
    )
    def test_no_number_is_lost_and_there_are_10_bars_at_most(self, numbers):
        for ends in ((), (None, None), (0.5, 1e308), (-1.0, 1.0)):
            found = histogram(numbers, *ends)
            assert sum(bar.count for bar in found) == len(numbers)
            assert len(found) <= BINS_MAX


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, ""),
        (0.2, "0 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (7260, "2 h 1 min"),
        (3605, "1 h"),
        (90_000, "1 d 1 h"),
    ],
)
def test_times_are_told_in_two_units_at_most(seconds, expected):
    assert in_words(seconds) == expected
