"""The results of runs in the admin: who sees them, who exports them, what is counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import ScriptRun
from chat_api.chat.results import histories, tally
from chat_api.schemas.models import Schema
from tests.chat.talking import answer, begin, question
from tests.chat.test_run_results import export, fill, form
from tests.databases import connection
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db


def staff_with(*codenames: str) -> Client:
    """Return a client that is signed in as a member of staff with these permissions."""
    user: Any = UserFactory.create(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def page_of(schema: Any) -> str:
    return reverse("admin:chat_api_run_results", args=[getattr(schema, "pk", schema)])


def export_of(schema: Any, kind: str = "csv") -> str:
    return reverse("admin:chat_api_run_export", args=[getattr(schema, "pk", schema), kind])


@pytest.mark.parametrize(
    ("codenames", "page", "file"),
    [
        ((), 403, 403),
        (("view_message",), 403, 403),
        (("view_thread", "view_schema", "view_survey", "export_survey_results"), 403, 403),
        (("view_scriptrun",), 200, 403),
        (("view_scriptrun", "view_message"), 200, 200),
    ],
)
def test_results_need_the_permission_and_answers_that_to_view_messages(
    codenames: tuple[str, ...], page: int, file: int
) -> None:
    schema, client = form(), staff_with(*codenames)
    shown, sent = client.get(page_of(schema)), client.get(export_of(schema))
    assert (shown.status_code, sent.status_code) == (page, file)
    if page == 200:
        assert (export_of(schema) in shown.content.decode()) == (file == 200)


def test_users_who_are_not_staff_are_sent_to_the_login(alice: Any) -> None:
    client = Client()
    client.force_login(alice)
    for url in (page_of(form()), export_of(1)):
        assert client.get(url).status_code == 302


def test_unknown_schemas_and_formats_are_not_found() -> None:
    client = staff_with("view_scriptrun", "view_message")
    urls = (page_of(9_999_999), page_of(2**63), export_of(9_999_999), export_of(form(), "exe"))
    assert [client.get(url).status_code for url in urls] == [404] * 4


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_download_equals_the_output_of_the_command(alice: Any, kind: str) -> None:
    schema = form(name="Triage")
    fill(begin(alice, schema), schema)
    client = staff_with("view_scriptrun", "view_message")
    response: Any = client.get(export_of(schema, kind))
    assert b"".join(response.streaming_content).decode() == export(schema.pk, "--format", kind)
    assert response["Content-Disposition"] == f'attachment; filename="triage-1-runs.{kind}"'
    assert 'name="superseded"' in client.get(page_of(schema)).content.decode()
    labelled: Any = client.get(export_of(schema, kind), {"labels": ""})
    assert b"Rash" in b"".join(labelled.streaming_content)


def test_answers_that_stand_are_counted(alice: Any) -> None:
    schema = form()
    done, begun = begin(alice, schema), begin(alice, schema, permissions=PERMISSIONS_ALL)
    fill(done, schema)
    done.say(text="no")
    begun.say(text="20")
    begun.roll_back()
    found = tally.results_of(schema)
    assert (found.runs, found.outcomes) == (2, (("", 1), ("completed", 1)))
    answered = {row.qid: row.answered for row in found.questions}
    # The eighth was skipped.
    assert answered == {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 8: 0, 9: 1}
    assert {row.qid: row.options for row in found.questions if row.options} == {
        4: (("yes", 1), ("no", 0)),
        5: (("Cold", 0), ("Rash", 1)),
    }
    shown = staff_with("view_scriptrun").get(page_of(schema)).content.decode()
    assert "Going on" in shown
    assert "Cough?" in shown


def test_hidden_answers_are_not_counted(alice: Any) -> None:
    asked = [
        {"qid": 1, "type": "int", "text": "Age?", "name": "age", "next_qid": 2},
        {"qid": 2, "text": "School?", "name": "school", "show_if": "age < 20", "next_qid": 3},
        {"qid": 3, "text": "Last?", "next_qid": -1},
    ]
    schema = published_schema(asked)
    talk = begin(alice, schema, state="scripted_fe_controlled")
    for qid, text in ((1, "12"), (2, "Hill School"), (1, "48")):
        talk.say(question=question(schema, qid).pk, text=text)
    assert [row.answered for row in tally.results_of(schema).questions] == [1, 0, 0]


def test_only_the_newest_runs_are_counted(alice: Any) -> None:
    schema = published_schema(
        [{"qid": 1, "type": "choice", "text": "Which?", "answers": [{"text": "a"}, {"text": "b"}]}]
    )
    for position in (1, 2, 2):
        begin(alice, schema).say(answers=[answer(schema, 1, position)])
    assert tally.results_of(schema).questions[0].options == (("a", 1), ("b", 2))
    found = tally.results_of(schema, runs_max=2)
    assert (found.runs, found.has_more, found.questions[0].options) == (2, True, (("a", 0), ("b", 2)))


def test_the_number_of_queries_does_not_grow_with_the_runs(
    alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "MESSAGES", 2)
    schema, client = form(), staff_with("view_scriptrun")
    counts = []
    for _ in range(2):
        for _ in range(3):
            fill(begin(alice, schema), schema)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page_of(schema)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_runs_are_listed_and_lead_to_their_results(alice: Any) -> None:
    schema = form()
    begin(alice, schema)
    run = ScriptRun.objects.get()
    client = staff_with("view_scriptrun", "view_schema")
    listed = client.get(reverse("admin:chat_api_scriptrun_changelist")).content.decode()
    shown = client.get(reverse("admin:chat_api_scriptrun_change", args=[run.pk])).content.decode()
    of_schema = client.get(reverse("admin:chat_api_schema_change", args=[schema.pk])).content.decode()
    assert all(page_of(schema) in text for text in (listed, shown, of_schema))


def test_versions_have_their_own_results(alice: Any) -> None:
    first: Schema = published_schema([{"text": "Old?"}], name="Mood")
    second: Schema = published_schema([{"text": "New?"}], name="Mood", version=2)
    begin(alice, second).say(text="fine")
    rows = [(row.version, row.runs, row.completed) for row in tally.versions_of(first)]
    assert rows == [(2, 1, 1), (1, 0, 0)]
    assert page_of(second) in staff_with("view_scriptrun").get(page_of(first)).content.decode()
