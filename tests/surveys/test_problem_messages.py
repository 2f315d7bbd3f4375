"""The messages of problems in states are shown as the texts of questions are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.surveys.models import Survey
from tests.databases import connection
from tests.factories import UserFactory, published_schema
from tests.surveys.conftest import Filling
from tests.surveys.test_instance_texts import Begin

pytestmark = pytest.mark.django_db

MESSAGE = "More than {{ answers.limit }} of {{ answers.medicine }} ({{ index }})"


def questions(message: str = MESSAGE, **translated: str) -> list[dict[str, Any]]:
    constraint = {"check": "value <= limit", "message": message, "message_i18n": translated}
    return [
        {"type": "float", "text": "Limit?", "name": "limit"},
        {"text": "Which?", "name": "medicine", "group": "meds"},
        {"type": "float", "text": "Dose?", "name": "dose", "group": "meds", "constraints": [constraint]},
        {
            "type": "float",
            "text": "Total?",
            "name": "total",
            "constraints": [
                {"check": "value > 0", "message": "Positive"},
                {
                    "check": "value <= limit",
                    "message": "At most {{ answers.limit }} & no more",
                    "severity": "warning",
                },
            ],
        },
    ]


def begun(filling: Begin, asked: list[dict[str, Any]] | None = None, limit: str = "1.5") -> Filling:
    """Return a survey with a problem in the second instance, and one outside of the group."""
    groups = {"meds": {"key": "meds", "repeat": {"count": None, "min": 2}}}
    survey = filling(published_schema(questions() if asked is None else asked, groups=groups))
    item = survey.give(1, text="9")
    survey.give(2, text="<b>Ibu</b>", instance=2)
    survey.give(3, text="1", instance=1)
    survey.give(3, text="5", instance=2)
    survey.give(4, text="4")
    changed = survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": limit})
    assert changed.status_code == 200
    return survey


def messages(state: Any) -> list[Any]:
    found = [*state["problems"]]
    for each in state["instances"]["meds"]:
        found += each["problems"]
    return [each["message"] for each in found]


SHOWN = ["At most 1.5 & no more", "More than 1.5 of <b>Ibu</b> (2)"]


def test_messages_quote_the_answers_of_their_instance_wherever_a_state_is_shown(
    filling: Begin, alice: Any
) -> None:
    survey = begun(filling)
    assert messages(survey.state) == SHOWN
    client, items = survey.client, f"{survey.path}/items"
    listed = client.get(f"/api/accounts/{alice.pk}/surveys?limit=10").json()["results"]
    assert messages(listed[0]["state"]) == SHOWN
    assert messages(client.get(items).json()[0]["survey_data"]["state"]) == SHOWN
    assert messages(survey.give(2, text="Aspirin", instance=1)["survey_data"]["state"]) == SHOWN
    group = survey.schema.groups.get().pk
    added = client.post(f"{survey.path}/groups/{group}/instances").json()
    assert messages(added["survey_data"]["state"]) == SHOWN
    # The stored state follows from the answers alone, and knows no language.
    assert messages(Survey.objects.get(pk=survey.id).state)[1] == MESSAGE


def test_messages_are_in_the_language_of_the_request(filling: Begin) -> None:
    survey = begun(filling, questions(de="Zu viel, {{ answers.limit }} ({{ index }})"))
    shown = survey.client.get(survey.path, headers={"accept-language": "de"}).json()["state"]
    assert messages(shown) == ["At most 1,5 & no more", "Zu viel, 1,5 (2)"]
    plain = begun(filling, questions("Too much", de="Zu viel"))
    shown = plain.client.get(plain.path, headers={"accept-language": "de"}).json()["state"]
    assert messages(shown)[1] == "Zu viel"


def test_others_than_the_owner_see_no_answers_in_messages(
    filling: Begin, client_of: Any, settings: Any
) -> None:
    settings.CHAT_SETTINGS = {
        "SURVEYS_GLOBAL_LIST_ALL": True,
        "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID": "rest_framework.permissions.IsAuthenticated",
    }
    survey = begun(filling, questions(de="Zu viel {{ answers.medicine }}"))
    other = client_of(UserFactory.create())
    (listed,) = other.get("/api/surveys?limit=10", headers={"accept-language": "de"}).json()["results"]
    written = ["At most {{ answers.limit }} & no more", "Zu viel {{ answers.medicine }}"]
    assert messages(listed["state"]) == written
    items = other.get(f"{survey.path}/items", headers={"accept-language": "de"}).json()
    assert messages(items[0]["survey_data"]["state"]) == written
    assert messages(survey.state)[0] == SHOWN[0]


def test_messages_without_placeholders_are_shown_as_they_are_written(filling: Begin) -> None:
    asked = questions("Too much &lt; {{")
    asked[3]["constraints"] = [{"check": "value <= limit", "message": "1 < 2 & 3"}]
    assert messages(begun(filling, asked).state) == ["1 < 2 & 3", "Too much &lt; {{"]


def test_messages_of_all_surveys_of_a_page_take_the_same_queries(filling: Begin, alice: Any) -> None:
    client, path = begun(filling).client, f"/api/accounts/{alice.pk}/surveys?limit=20"

    def queries(number: int) -> int:
        while Survey.objects.count() < number:
            begun(filling)
        client.get(path)
        with CaptureQueriesContext(connection) as counted:
            listed = client.get(path).json()["results"]
        assert [messages(each["state"]) for each in listed] == [SHOWN] * number
        return len(counted)

    assert queries(2) == queries(5)


def test_states_without_messages_take_no_query_more(filling: Begin) -> None:
    survey = begun(filling, limit="8")
    assert messages(survey.state) == []
    other = begun(filling)
    counts = []
    for each in (survey, other):
        each.client.get(each.path)
        with CaptureQueriesContext(connection) as counted:
            each.client.get(each.path)
        counts.append(len(counted))
    assert counts[0] < counts[1]
