"""Results of runs over the API: labels in the reader's language, and the fields that a client selects."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.chat.choices import PERMISSIONS_ALL
from tests.chat.talking import Talk, begin
from tests.databases import connection
from tests.factories import MemberFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db

BANDS = [
    {"from": 0, "to": 5, "label": "low"},
    {"from": 5, "to": 10, "label": "high", "label_i18n": {"pl": "dużo"}},
]
SCORES = [{"name": "total", "label": "Total", "expression": "pain", "bands": BANDS}]
FLAGS = [{"name": "severe", "label": "Severe pain", "label_i18n": {"pl": "Silny ból"}, "if": "pain > 7"}]


@pytest.fixture
def talk(alice: Any) -> Talk:
    """Return a run whose first answer raises a flag."""
    asked = [{"type": "int", "name": "pain"}, {"text": "That is {{ bands.total }}. Why?"}]
    return begin(alice, published_schema(asked, scores=SCORES, flags=FLAGS))


@pytest.fixture
def doctor(talk: Talk) -> Talk:
    member = MemberFactory.create(thread_id=talk.thread_id, permissions=PERMISSIONS_ALL)
    return Talk(member.user, talk.thread_id)


def run_of(doctor: Talk, fields: str = "", **headers: Any) -> Any:
    response = doctor.client.get(f"{doctor.path}/runs?limit=10{fields}", **headers)
    assert response.status_code == 200, response.content
    (run,) = response.json()["results"]
    return run


@pytest.mark.parametrize(
    ("language", "band", "flag"),
    [("pl", "dużo", "Silny ból"), ("pl-pl", "dużo", "Silny ból"), ("de", "high", "Severe pain")],
)
def test_labels_are_in_the_language_of_the_request(
    talk: Talk, doctor: Talk, language: str, band: str, flag: str
) -> None:
    talk.say(text="8")
    run = run_of(doctor, HTTP_ACCEPT_LANGUAGE=language)
    assert (run["bands"]["total"]["label"], run["flags"][0]["label"]) == (band, flag)


def test_a_label_without_a_translation_is_shown_as_it_is(talk: Talk, doctor: Talk) -> None:
    talk.say(text="1")
    assert run_of(doctor, HTTP_ACCEPT_LANGUAGE="pl")["bands"]["total"]["label"] == "low"


def test_the_event_of_a_flag_is_in_the_language_of_its_reader(
    talk: Talk, doctor: Talk, settings: Any
) -> None:
    def language(user: Any) -> str | None:
        return "pl" if user == doctor.user else None

    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": language}
    talk.say(text="8")
    other = Talk(UserFactory.create(), talk.thread_id)
    MemberFactory.create(thread_id=talk.thread_id, user=other.user, permissions=PERMISSIONS_ALL)
    labels = []
    for reader in (doctor, other):
        frames = reader.client.get(f"{reader.path}/events?after=0").json()["events"]
        labels += [frame["data"]["label"] for frame in frames if frame["message"] == "flag_raised"]
    assert labels == ["Silny ból", "Severe pain"]


def test_texts_of_the_script_have_the_label_of_a_band_in_their_language(talk: Talk, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: "pl"}
    talk.say(text="8")
    assert talk.texts()[-1] == "That is dużo. Why?"


def test_open_flags_are_listed_in_the_language_of_the_admin(talk: Talk) -> None:
    talk.say(text="8")
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    url = reverse("admin:chat_api_flag_changelist")
    assert "Silny ból" in client.get(url, HTTP_ACCEPT_LANGUAGE="pl").content.decode()
    assert "Severe pain" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ("outcome,final", {"outcome": "", "final": False}),
        ("scores", {"scores": {"total": 8}}),
        ("bands__total__label,values", {"bands": {"total": {"label": "high"}}, "values": {"pain": 8}}),
        ("flags__name,flags__severity", {"flags": [{"name": "severe", "severity": ""}]}),
        ("nothing", {}),
    ],
)
def test_fields_select_what_a_run_shows(talk: Talk, doctor: Talk, fields: str, shown: Any) -> None:
    talk.say(text="8")
    assert run_of(doctor, f"&fields={fields}") == shown


def test_flags_that_are_not_selected_are_not_loaded(talk: Talk, doctor: Talk) -> None:
    talk.say(text="8")
    with CaptureQueriesContext(connection) as queries:
        run_of(doctor, "&fields=id,scores")
    assert not [query for query in queries if "chat_api_flag" in query["sql"]]


def test_fields_show_respondents_nothing_that_is_hidden_from_them(talk: Talk, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["scores"]}
    talk.say(text="8")
    assert run_of(talk, "&fields=scores,bands,flags,values") == {"scores": {"total": 8}}
