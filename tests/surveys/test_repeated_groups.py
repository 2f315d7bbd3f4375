"""Repeated groups in surveys: instances are added and removed, and each has answers of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.raised_flags.models import Flag
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.results.tally import results_of
from tests.chat.conftest import client_of
from tests.chat.test_races import at_once
from tests.databases import connection
from tests.factories import UserFactory, published_schema
from tests.surveys.conftest import Filling, question

pytestmark = pytest.mark.django_db

Begin = Callable[..., Filling]

VACCINATION: list[dict[str, Any]] = [
    {"type": "date", "name": "visited", "text": "When was the visit?", "required": True},
    {"type": "text", "name": "child", "text": "Name?", "required": True, "group": "children"},
    {
        "type": "date",
        "name": "born",
        "text": "Date of birth?",
        "required": True,
        "group": "children",
        "constraints": [{"check": "value <= visited", "message": "Not born yet", "severity": "error"}],
    },
    {
        "type": "calculation",
        "name": "age",
        "text": "",
        "group": "children",
        "calculate": "months(born, visited)",
    },
    {
        "type": "choice",
        "name": "mmr",
        "text": "Measles vaccine?",
        "group": "children",
        "next_qid": 6,
        "show_if": "age >= 9",
        "answers": [{"text": "yes", "value": 1}, {"text": "no", "value": 0}],
    },
    {"type": "calculation", "name": "vaccinated", "text": "", "calculate": "sum(children.mmr)"},
    {"type": "calculation", "name": "oldest", "text": "", "calculate": "max(children.age)"},
]
REPEAT: dict[str, Any] = {"count": None, "min": 0, "max": 3}


@pytest.fixture(autouse=True)
def sees_values(settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["values"]}


def children(repeat: dict[str, Any] | None = None, **schema: Any) -> Any:
    columns = {"children": {"key": "children", "repeat": REPEAT if repeat is None else repeat}}
    return published_schema(VACCINATION, groups=columns, **schema)


def instances_path(survey: Filling) -> str:
    return f"{survey.path}/groups/{survey.schema.groups.get().pk}/instances"


def add(survey: Filling) -> int:
    made = survey.client.post(instances_path(survey))
    assert made.status_code == 201, made.content
    assert made.json()["survey_data"]["state"] == survey.state
    number: int = made.json()["instance"]
    return number


def instance(number: int, *visible: int, **more: Any) -> dict[str, Any]:
    return {"instance": number, "visibility": [*visible], "values": {"age": None}, "problems": [], **more}


def test_a_survey_starts_with_the_minimum_and_grows_by_instances(filling: Begin) -> None:
    survey = filling(children())
    assert survey.state["instances"] == {"children": []}
    assert survey.state["visibility"] == [1, 6, 7]
    assert [add(survey), add(survey)] == [1, 2]
    assert survey.state["visibility"] == [1, 2, 3, 4, 6, 7]
    assert survey.state["instances"] == {"children": [instance(1, 2, 3, 4), instance(2, 2, 3, 4)]}
    assert filling(children({"count": None, "min": 2})).state["instances"] == {
        "children": [instance(1, 2, 3, 4), instance(2, 2, 3, 4)]
    }


def test_each_instance_has_answers_values_and_problems_of_its_own(filling: Begin) -> None:
    survey = filling(children())
    survey.give(1, text="2026-03-01")
    add(survey), add(survey)
    survey.give(2, text="Ann", instance=1)
    survey.give(3, text="2025-03-01", instance=1)
    survey.give(2, text="Ben", instance=2)
    item = survey.give(3, text="2025-12-31", instance=2)
    assert item["instance"] == 2
    assert survey.state["instances"]["children"] == [
        instance(1, 2, 3, 4, 5, values={"age": 12}),
        instance(2, 2, 3, 4, values={"age": 2}),
    ]
    assert survey.state["visibility"] == [1, 2, 3, 4, 5, 6, 7]
    survey.give(5, "yes", instance=1)
    assert survey.state["values"] == {"vaccinated": 1, "oldest": 12}
    assert survey.state["completed"]
    survey.client.patch(
        f"{survey.path}/items/{SurveyItem.objects.get(text='2026-03-01').pk}", {"text": "2025-06-01"}
    )
    state = survey.state
    assert not state["completed"]
    assert state["problems"] == []
    assert [each["problems"] for each in state["instances"]["children"]] == [
        [],
        [{"qid": 3, "code": "CONSTRAINT", "message": "Not born yet", "severity": "error"}],
    ]


def test_items_show_the_chosen_answers_of_their_own_instance(filling: Begin) -> None:
    survey = filling(children())
    survey.give(1, text="2026-03-01")
    for number, chosen in ((add(survey), "yes"), (add(survey), "no")):
        survey.give(3, text="2025-01-01", instance=number)
        survey.give(5, chosen, instance=number)
    shown = survey.client.get(f"{survey.path}/items").json()
    found = [
        (item["instance"], [each["text"] for each in item["answers_data"]])
        for item in shown
        if item["related_question"] == question(survey.schema, 5).pk
    ]
    assert found == [(1, ["yes"]), (2, ["no"])]


@pytest.mark.parametrize(
    ("qid", "body", "codes"),
    [
        pytest.param(2, {}, {"instance": ["REQUIRED"]}, id="none for a repeated question"),
        pytest.param(2, {"instance": 0}, {"instance": ["REQUIRED"]}, id="0 for a repeated question"),
        pytest.param(2, {"instance": 2}, {"instance": ["NO_SUCH_INSTANCE"]}, id="one that is not there"),
        pytest.param(1, {"instance": 1}, {"instance": ["NOT_REPEATED"]}, id="one of a plain question"),
    ],
)
@pytest.mark.parametrize("verify", [False, True])
def test_an_answer_names_its_instance(
    filling: Begin, qid: int, body: dict[str, Any], codes: dict[str, Any], verify: bool
) -> None:
    survey = filling(children())
    add(survey)
    refused = survey.post(qid, text="2026-03-01", verify=verify, **body)
    assert (refused.status_code, refused.json()) == (400, codes)
    assert not SurveyItem.objects.exists()


def test_a_plain_schema_has_no_instances(filling: Begin) -> None:
    survey = filling(published_schema([{}]))
    refused = survey.post(1, text="x", instance=1)
    assert (refused.status_code, refused.json()) == (400, {"instance": ["NOT_REPEATED"]})
    assert "instance" not in survey.give(1, text="x", instance=0)


@pytest.mark.parametrize("sent", ["x", -1, 2**31, 1.5, None, [1]])
def test_an_instance_that_is_not_a_number_is_refused(filling: Begin, sent: Any) -> None:
    survey = filling(children())
    add(survey)
    refused = survey.post(2, text="Ann", instance=sent)
    assert refused.status_code == 400
    assert [*refused.json()] == ["instance"]


def test_an_instance_is_answered_once(filling: Begin) -> None:
    survey = filling(children())
    add(survey), add(survey)
    survey.give(2, text="Ann", instance=1)
    refused = survey.post(2, text="Ann", instance=1)
    assert (refused.status_code, refused.json()) == (400, {"related_question": ["ALREADY_ANSWERED"]})
    survey.give(2, text="Ann", instance=2)


def test_removing_an_instance_removes_its_answers_and_keeps_the_numbers_of_others(filling: Begin) -> None:
    survey = filling(children())
    survey.give(1, text="2026-03-01")
    for month in (1, 2, 3):
        survey.give(3, text=f"2025-0{month}-01", instance=add(survey))
    assert survey.client.post(instances_path(survey)).json() == {"instances": ["TOO_MANY"]}
    assert survey.client.delete(f"{instances_path(survey)}/2").status_code == 204
    assert survey.client.delete(f"{instances_path(survey)}/2").status_code == 404
    assert [each["instance"] for each in survey.state["instances"]["children"]] == [1, 3]
    assert [each["values"]["age"] for each in survey.state["instances"]["children"]] == [14, 12]
    assert [*SurveyItem.objects.order_by("pk").values_list("instance", flat=True)] == [0, 1, 3]
    assert add(survey) == 4
    assert survey.post(3, text="2025-01-01", instance=2).json() == {"instance": ["NO_SUCH_INSTANCE"]}


def test_the_minimum_stays(filling: Begin) -> None:
    survey = filling(children({"count": None, "min": 1}))
    refused = survey.client.delete(f"{instances_path(survey)}/1")
    assert (refused.status_code, refused.json()) == (400, {"instances": ["TOO_FEW"]})
    add(survey)
    assert survey.client.delete(f"{instances_path(survey)}/1").status_code == 204
    assert [each["instance"] for each in survey.state["instances"]["children"]] == [2]


def test_a_count_decides_and_hides_what_is_beyond_it(filling: Begin) -> None:
    schema = published_schema(
        [
            {"type": "int", "name": "n", "text": "How many?"},
            {"text": "Name?", "name": "who", "group": "g", "required": True},
            {"type": "calculation", "name": "all", "text": "", "calculate": "count(g.who)"},
        ],
        groups={"g": {"key": "g", "repeat": {"count": "n", "max": 5}}},
    )
    survey = filling(schema)
    assert survey.state["instances"] == {"g": []}
    item = survey.give(1, text="2")
    survey.give(2, text="Ann", instance=1)
    survey.give(2, text="Ben", instance=2)
    # Answers to hidden instances are stored like those to hidden questions.
    survey.give(2, text="Cho", instance=3)
    assert survey.state["values"] == {"all": 2}
    assert survey.state["completed"]
    assert survey.post(2, text="Dan", instance=6).json() == {"instance": ["NO_SUCH_INSTANCE"]}
    survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "3"})
    assert survey.state["values"] == {"all": 3}
    assert [each["visibility"] for each in survey.state["instances"]["g"]] == [[2], [2], [2]]
    survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "1"})
    assert survey.state["values"] == {"all": 1}
    assert SurveyItem.objects.count() == 4
    for change in (
        survey.client.post(instances_path(survey)),
        survey.client.delete(f"{instances_path(survey)}/1"),
    ):
        assert (change.status_code, change.json()) == (400, {"instances": ["COUNTED"]})


def test_groups_that_are_not_there_or_not_repeated_are_not_found(filling: Begin) -> None:
    survey = filling(published_schema([{"group": "g", "name": "a"}]))
    other = children().groups.get().pk
    for group_id in (survey.schema.groups.get().pk, other, 10**15):
        for path in (
            f"{survey.path}/groups/{group_id}/instances",
            f"{survey.path}/groups/{group_id}/instances/1",
        ):
            changed = survey.client.delete(path) if path.endswith("/1") else survey.client.post(path)
            assert changed.status_code == 404


def test_a_submitted_survey_has_no_new_instances(filling: Begin) -> None:
    survey = filling(children({"count": None, "min": 1}))
    Survey.objects.update(submitted="2026-03-01T00:00Z")
    for change in (
        survey.client.post(instances_path(survey)),
        survey.client.delete(f"{instances_path(survey)}/1"),
    ):
        assert (change.status_code, change.json()) == (400, {"survey": ["SUBMITTED"]})


def test_instances_are_kept_where_surveys_have_no_state(filling: Begin, settings: Any) -> None:
    settings.CHAT_SETTINGS = {
        **settings.CHAT_SETTINGS,
        "OPTIMIZATIONS_BY_SURVEY_TYPE": {"survey": {"NO_STATE_UPDATE": True}},
    }
    survey = filling(children(type="survey"))
    numbers = [survey.client.post(instances_path(survey)).json()["instance"] for _ in range(2)]
    assert numbers == [1, 2]
    survey.give(2, text="Ann", instance=2)
    assert survey.client.delete(f"{instances_path(survey)}/1").status_code == 204
    assert survey.post(2, text="Ann", instance=1).json() == {"instance": ["NO_SUCH_INSTANCE"]}
    assert survey.state is None


def test_values_of_instances_are_seen_by_those_who_see_values(filling: Begin, settings: Any) -> None:
    survey = filling(children())
    survey.give(1, text="2026-03-01")
    survey.give(3, text="2025-03-01", instance=add(survey))
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": []}
    assert survey.state["instances"] == {"children": [instance(1, 2, 3, 4, 5, values={})]}
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "SURVEYS_GLOBAL_LIST_ALL": True}
    seen = client_of(UserFactory.create(is_staff=True)).get("/api/surveys?limit=9").json()["results"]
    assert [each["state"]["instances"]["children"][0]["values"] for each in seen] == [{"age": 12}]


def test_flags_read_lists_and_follow_removed_instances(filling: Begin) -> None:
    schema = published_schema(
        [{"type": "int", "name": "dose", "group": "meds"}],
        groups={"meds": {"key": "meds", "repeat": REPEAT}},
        scores=[{"name": "total", "label": "Total", "expression": "sum(meds.dose)"}],
        flags=[{"name": "much", "if": 'score("total") > 10', "label": "Much"}],
    )
    survey = filling(schema)
    for dose in ("6", "5"):
        survey.give(1, text=dose, instance=add(survey))
    flag = Flag.objects.get()
    assert (flag.name, flag.cleared) == ("much", None)
    assert survey.client.delete(f"{instances_path(survey)}/2").status_code == 204
    flag.refresh_from_db()
    assert flag.cleared is not None
    assert flag.item_id is None


def test_a_refused_answer_is_explained_in_its_instance(filling: Begin) -> None:
    survey = filling(children())
    survey.give(1, text="2026-03-01")
    body = {"related_question": question(survey.schema, 3).pk, "text": "2027-01-01", "instance": add(survey)}
    refused = survey.client.post(f"{survey.path}/items?explain=true", body).json()
    assert refused["text"] == ["CONSTRAINT"]
    assert [each["text"] for each in refused["explanations"]] == ["Not born yet"]


def test_queries_of_an_answer_do_not_grow_with_the_instances(filling: Begin) -> None:
    survey = filling(children({"count": None}))
    counts = []
    for number in (1, 2, 6):
        while survey.client.post(instances_path(survey)).json()["instance"] < number:
            pass
        with CaptureQueriesContext(connection) as queries:
            survey.give(2, text="Ann", instance=number)
        counts.append(len(queries))
    assert counts[1] == counts[2]


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_instances_added_at_once_have_different_numbers() -> None:
    user = UserFactory.create()
    survey = Filling(client_of(user), user, children({"count": None, "max": 3}))
    path = instances_path(survey)
    made = at_once(*[lambda: client_of(user).post(path)] * 5)
    assert sorted(response.status_code for response in made) == [201, 201, 201, 400, 400]
    assert sorted(response.json()["instance"] for response in made if response.status_code == 201) == [
        1,
        2,
        3,
    ]
    removed = at_once(
        *[lambda: client_of(user).delete(f"{path}/2")] * 2,
        lambda: survey.post(2, text="Ann", instance=2),
    )
    assert sorted(response.status_code for response in removed[:2]) == [204, 404]
    assert not SurveyItem.objects.filter(instance=2).exists()


def test_results_count_a_survey_once_and_the_answers_of_all_instances(filling: Begin) -> None:
    survey = filling(children())
    survey.give(1, text="2026-03-01")
    for chosen in ("yes", "yes", "no"):
        number = add(survey)
        survey.give(3, text="2025-01-01", instance=number)
        survey.give(5, chosen, instance=number)
    found = {each.qid: each for each in results_of(survey.schema).questions}
    assert (found[5].saw, found[5].answered) == (1, 1)
    assert [(bar.label, bar.count) for bar in found[5].distribution] == [("yes", 2), ("no", 1)]
