"""Counting the results of surveys."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat_api.schemas.results.histogram import BINS_MAX, histogram, number_in
from chat_api.schemas.results.page import in_words
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.results.tally import QuestionResults, SchemaResults, results_of, versions_of
from tests.factories import SurveyFactory, published_schema
from tests.surveys.conftest import question
from tests.surveys.test_results import BEGUN, many

pytestmark = pytest.mark.django_db


def figures(counted: SchemaResults, qid: int) -> QuestionResults:
    return next(row for row in counted.questions if row.qid == qid)


def bars(counted: SchemaResults, qid: int) -> list[tuple[str, int]]:
    return [(bar.label, bar.count) for bar in figures(counted, qid).distribution]


class TestCounting:
    def test_answer_to_a_hidden_question_does_not_count(self, filling, smoking):
        survey = filling(smoking)
        survey.give(1, "no")
        survey.give(2, text="20")
        row = figures(results_of(smoking), 2)
        assert (row.saw, row.answered, row.distribution) == (0, 0, ())

    def test_completed_survey_stops_at_no_question(self, filling, smoking):
        survey = filling(smoking)
        survey.give(1, "no")
        survey.give(6, text="7")
        counted = results_of(smoking)
        assert (counted.surveys, counted.completed) == (1, 1)
        assert sum(row.stopped for row in counted.questions) == 0

    def test_survey_stops_at_the_first_visible_question_that_can_be_answered(self):
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

    def test_survey_without_state_saw_the_questions_that_it_answered(self):
        schema = published_schema([{"type": "text"}, {"type": "text"}])
        survey = SurveyFactory(schema=schema, state=None)
        SurveyItem.objects.create(
            survey=survey, related_question=question(schema, 2), position=2, text="an answer"
        )
        counted = results_of(schema)
        assert [(row.saw, row.answered, row.stopped) for row in counted.questions] == [(0, 0, 0), (1, 1, 0)]
        assert (counted.surveys, counted.completed) == (1, 0)

    @pytest.mark.parametrize("state", [[], "x", {}, {"visibility": "12"}, {"visibility": [None, "1", 99]}])
    def test_malformed_state_is_tolerated(self, state):
        schema = published_schema([{"type": "text"}])
        SurveyFactory(schema=schema, state=state)
        assert results_of(schema).surveys == 1

    def test_emptied_item_is_not_an_answer(self):
        schema = published_schema([{"type": "text"}])
        survey = SurveyFactory(schema=schema, state={"visibility": [1], "completed": False})
        SurveyItem.objects.create(survey=survey, related_question=question(schema, 1), position=1, text="")
        row = figures(results_of(schema), 1)
        assert (row.answered, row.stopped, row.median_seconds) == (0, 1, None)

    def test_answer_to_a_question_of_another_schema_is_not_counted(self):
        schema = published_schema([{"type": "text"}])
        other = published_schema([{"type": "text"}])
        survey = SurveyFactory(schema=schema)
        SurveyItem.objects.create(survey=survey, related_question=question(other, 1), position=1, text="x")
        assert figures(results_of(schema), 1).answered == 0
        Survey.objects.update(state={"visibility": [1], "completed": True})
        assert results_of(schema).completed == versions_of(schema)[0].completed == 0
        assert results_of(other).surveys == 0

    def test_time_is_measured_from_one_answer_to_the_next(self):
        schema = published_schema([{"type": "text"}] * 3)
        for first, second in ((10, 20), (30, 100), (20, 10)):
            survey = SurveyFactory(schema=schema)
            Survey.objects.filter(pk=survey.pk).update(created=BEGUN)
            for qid, seconds in ((1, first), (2, second)):
                item = SurveyItem.objects.create(
                    survey=survey, related_question=question(schema, qid), position=qid, text="x"
                )
                SurveyItem.objects.filter(pk=item.pk).update(created=BEGUN + timedelta(seconds=seconds))
        # The third user answered the second question first: 10 s for that, 10 s more for the first.
        assert [row.median_seconds for row in results_of(schema).questions] == [10, 10, None]

    def test_answers_that_nobody_chose_are_listed_with_zero(self, filling, smoking):
        survey = filling(smoking)
        survey.give(1, "yes")
        survey.give(2, text="20")
        survey.give(3, "cigar", "pipe")
        counted = results_of(smoking)
        assert bars(counted, 1) == [("yes", 1), ("no", 0)]
        assert bars(counted, 3) == [("pipe", 1), ("cigar", 1), ("none", 0)]
        assert bars(counted, 2) == [("20", 1)]

    def test_range_is_shown_from_end_to_end(self, filling, smoking):
        survey = filling(smoking)
        survey.give(1, "no")
        survey.give(6, text="3")
        assert bars(results_of(smoking), 6) == [(str(n), int(n == 3)) for n in range(1, 11)]

    @pytest.mark.parametrize("kind", ["text", "date", "time", "datetime"])
    def test_answers_without_a_distribution_are_only_counted(self, kind):
        schema = published_schema([{"type": kind}])
        survey = SurveyFactory(schema=schema)
        SurveyItem.objects.create(survey=survey, related_question=question(schema, 1), position=1, text="12")
        row = figures(results_of(schema), 1)
        assert (row.answered, row.distribution) == (1, ())

    def test_newest_surveys_are_counted(self, smoking):
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
    def test_text_that_is_not_a_number_has_no_bar(self, text):
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
    def test_few_whole_numbers_have_a_bar_each(self, numbers, expected):
        assert [(bar.label, bar.count) for bar in histogram(numbers)] == expected

    @pytest.mark.parametrize(
        ("numbers", "expected"),
        [
            ([1.0, 2.0, 2.0, 3.0, 1e99], [("1", 1), ("2", 2), ("3", 1), ("more than 3", 1)]),
            ([*[5.0] * 99, -1e99], [("less than 5", 1), ("5", 99)]),
            ([*[5.0] * 98, 6.0, 1e99], [("5", 98), ("6", 1), ("more than 6", 1)]),
            (
                [-1e99, 1.0, 2.0, 3.0, 4.0, 1e99],
                [("less than 1", 1), ("1", 1), ("2", 1), ("3", 1), ("4", 1), ("more than 4", 1)],
            ),
            # Neither two groups nor a few numbers have outliers.
            ([*[1.0] * 6, *[3.0] * 4], [("1", 6), ("2", 0), ("3", 4)]),
        ],
    )
    def test_outliers_are_counted_in_bars_at_the_ends(self, numbers, expected):
        assert [(bar.label, bar.count) for bar in histogram(numbers)] == expected

    def test_numbers_within_the_range_of_a_question_are_not_outliers(self):
        schema = published_schema([{"type": "range", "range_from": 0, "range_to": 1000}])
        asked = question(schema, 1)
        for text in [*["1"] * 6, "2", "2", "900", "5000"]:
            survey = SurveyFactory(schema=schema, state={"visibility": [1], "completed": True})
            SurveyItem.objects.create(survey=survey, related_question=asked, position=1, text=text)
        counted = bars(results_of(schema), asked.qid)
        assert sum(count for _, count in counted) == 10
        assert counted[0] == ("0 to 100", 8)
        assert counted[-3:] == [("808 to 908", 1), ("909 to 1000", 0), ("more than 1000", 1)]

    def test_two_groups_of_numbers_are_not_outliers(self):
        found = histogram([*[1.0, 2.0, 3.0] * 20, *[1000.0] * 40])
        assert [found[0].count, found[-1].count] == [60, 40]

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
    def test_histogram_counts_every_number_in_at_most_10_bars(self, numbers):
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
def test_times_are_shown_in_at_most_two_units(seconds, expected):
    assert in_words(seconds) == expected
