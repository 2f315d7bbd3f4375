"""Flags of surveys follow each answer; results are for staff, and for respondents as far as the host says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.raised_flags.models import Flag
from tests.databases import connection
from tests.factories import UserFactory, published_schema
from tests.raised_flags.phq9 import SECRETS, chosen, phq9
from tests.surveys.conftest import Filling


@pytest.fixture
def survey(filling: Any, tmp_path: Path) -> Filling:
    """Return a survey in which all questions but the ninth are answered with "not at all"."""
    found: Filling = filling(phq9(tmp_path, "survey"))
    for qid in range(1, 9):
        choose(found, qid, 0)
    return found


@pytest.fixture
def as_staff(client_of: Any) -> Any:
    return client_of(UserFactory(is_staff=True))


def choose(survey: Filling, qid: int, value: int) -> dict[str, Any]:
    return survey.give(qid, answers=[chosen(survey.schema, qid, value)])


def results(survey: Filling, client: Any) -> Any:
    response = client.get(f"{survey.path}/results")
    assert response.status_code == 200, response.content
    return response.json()


def test_answer_raises_the_flag_before_the_survey_is_submitted(survey, as_staff):
    item = choose(survey, 9, 1)
    flag = Flag.objects.get()
    assert (flag.name, flag.survey_id, flag.item_id) == ("ideation", survey.id, item["id"])
    (shown,) = results(survey, as_staff)["flags"]
    assert (shown["label"], shown["item"]) == ("Thoughts of being better off dead", item["id"])


def test_not_at_all_raises_nothing(survey):
    choose(survey, 9, 0)
    assert not Flag.objects.exists()


def test_changed_answer_raises_and_clears(survey):
    item = choose(survey, 9, 0)
    path = f"{survey.path}/items/{item['id']}"
    for value, is_open in ((2, True), (0, False)):
        body = {"answers": [chosen(survey.schema, 9, value)]}
        assert survey.client.patch(path, body).status_code == 200
        assert Flag.objects.filter(cleared=None).exists() is is_open


def test_removed_answer_clears_the_flag(survey, as_staff):
    item = choose(survey, 9, 3)
    assert survey.client.delete(f"{survey.path}/items/{item['id']}").status_code == 204
    (shown,) = results(survey, as_staff)["flags"]
    assert shown["cleared"] is not None
    assert shown["item"] is None


def test_validation_alone_raises_nothing(survey):
    response = survey.post(9, answers=[chosen(survey.schema, 9, 3)], verify=True)
    assert response.status_code == 200, response.content
    assert not Flag.objects.exists()


def test_staff_read_values_scores_and_bands(survey, as_staff):
    assert results(survey, as_staff)["final"] is False
    choose(survey, 9, 2)
    found = results(survey, as_staff)
    assert (found["scores"], found["values"]["phq9_9"], found["final"]) == ({"phq9_total": 2}, 2, True)
    assert found["bands"]["phq9_total"]["label"] == "minimal"


def test_respondent_sees_no_results(survey):
    choose(survey, 9, 3)
    assert survey.client.get(f"{survey.path}/results").status_code == 403
    seen = [
        survey.client.get(path).json()
        for path in (survey.path, f"{survey.path}/items", f"/api/schemas/{survey.schema.pk}")
    ]
    assert "weight" not in str(seen)
    for secret in SECRETS:
        assert secret not in str(seen)


def test_respondent_sees_the_parts_that_the_host_names(survey, settings):
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["scores"]}
    choose(survey, 9, 3)
    assert results(survey, survey.client) == {
        "final": True,
        "scores": {"phq9_total": 3},
        "labels": {"phq9_total": "PHQ-9 total"},
    }


def test_respondent_who_sees_no_scores_sees_no_labels_of_them(survey, settings):
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["values"]}
    choose(survey, 9, 3)
    assert set(results(survey, survey.client)) == {"final", "values"}


def test_others_see_no_results_even_where_respondents_do(survey, settings, client_of, bob):
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["scores"]}
    assert client_of(bob).get(f"{survey.path}/results").status_code == 403


def test_labels_are_in_the_language_of_the_request(filling, as_staff):
    band = {"from": 0, "to": 10, "label": "low", "label_i18n": {"pl": "mało"}, "severity": "none"}
    schema = published_schema(
        [{"type": "int", "name": "pain"}],
        scores=[
            {
                "name": "total",
                "label": "Total",
                "label_i18n": {"pl": "Razem"},
                "expression": "pain",
                "bands": [band],
            }
        ],
        flags=[{"name": "any", "label": "Any pain", "label_i18n": {"pl": "Ból"}, "if": "pain > 0"}],
    )
    survey = filling(schema)
    survey.give(1, text="3")
    for language, total, label, flagged in (
        ("pl", "Razem", "mało", "Ból"),
        ("de", "Total", "low", "Any pain"),
        ("en", "Total", "low", "Any pain"),
    ):
        shown = as_staff.get(f"{survey.path}/results", HTTP_ACCEPT_LANGUAGE=language).json()
        assert shown["labels"] == {"total": total}
        assert shown["bands"]["total"] == {"from": 0.0, "to": 10.0, "label": label, "severity": "none"}
        assert [flag["label"] for flag in shown["flags"]] == [flagged]


def test_fields_select_parts_of_the_results_and_what_is_loaded(survey, as_staff):
    choose(survey, 9, 3)

    def selected(fields: str) -> tuple[Any, int]:
        with CaptureQueriesContext(connection) as queries:
            shown = as_staff.get(f"{survey.path}/results?fields={fields}").json()
        return shown, sum('FROM "chat_api_flag"' in query["sql"] for query in queries)

    assert selected("flags__name,final") == ({"final": True, "flags": [{"name": "ideation"}]}, 1)
    assert selected("labels") == ({"labels": {"phq9_total": "PHQ-9 total"}}, 0)
    assert selected("bands__phq9_total__label") == ({"bands": {"phq9_total": {"label": "minimal"}}}, 0)


def test_flags_cost_one_query_of_an_answer(survey):
    with CaptureQueriesContext(connection) as queries:
        choose(survey, 9, 0)
    assert sum('chat_api_flag"' in query["sql"] for query in queries) == 1
