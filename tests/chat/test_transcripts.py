"""Staff read conversations in the admin as transcripts, and export them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message, ScriptRun, Thread
from chat_api.chat.thread_pages import RUNS_MAX
from chat_api.chat.transcripts import CHUNK, HEADINGS
from tests.chat.talking import answer, begin, question
from tests.databases import connection
from tests.factories import MemberFactory, MessageFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db

VIEWS = ("view_thread", "view_message", "view_scriptrun", "view_flag")


def staff(*codenames: str, **columns: Any) -> Client:
    """Return a client of a staff user with these permissions."""
    user: Any = UserFactory.create(is_staff=True, **columns)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def path(page: str, *args: Any) -> str:
    return reverse(f"admin:chat_api_thread_{page}", args=args)


def thread_with_messages(number: int) -> Thread:
    member: Any = MemberFactory.create()
    for count in range(number):
        MessageFactory.create(thread=member.thread, sender=member.user, text=f"Message {count}")
    thread: Thread = member.thread
    return thread


QUESTIONS = [
    {"qid": 1, "type": "int", "name": "pain", "text": "How bad is the pain?", "next_qid": 2},
    {
        "qid": 2,
        "type": "choice",
        "name": "sleep",
        "text": "Did you sleep?",
        "answers": [
            {"text": "Yes", "value": 0, "next_qid": 3},
            {"text": "Badly", "value": 2, "next_qid": 3},
        ],
    },
    {"qid": 3, "type": "message", "text": "Thank you", "next_qid": -1},
]
RULES = {
    "scores": [
        {
            "name": "burden",
            "label": "Burden",
            "expression": "pain + sleep",
            "bands": [{"from": 0, "to": 5, "label": "light"}, {"from": 6, "to": 20, "label": "heavy"}],
        }
    ],
    "flags": [{"name": "severe", "if": "pain > 8", "label": "Severe pain", "severity": "high"}],
}


def answered() -> Any:
    """Return a conversation on a script with a score and a flag, both of which hold at its end."""
    user: Any = UserFactory.create()
    schema = published_schema(QUESTIONS, type="chat", **RULES)
    talk = begin(user, schema, permissions=PERMISSIONS_ALL)
    talk.say(text="9")
    talk.say(text="", answers=[answer(schema, 2, 2)])
    return talk


def test_a_transcript_says_who_when_what_and_what_it_came_to() -> None:
    talk = answered()
    page = staff(*VIEWS).get(path("transcript", talk.thread_id))
    assert page.status_code == 200
    lines = page.context["lines"]
    assert [(line.kind, line.text, line.question) for line in lines] == [
        ("question", "How bad is the pain?", "How bad is the pain?"),
        ("answer", "9", "How bad is the pain?"),
        ("question", "Did you sleep?", "Did you sleep?"),
        ("answer", "Badly", "Did you sleep?"),
        ("question", "Thank you", "Thank you"),
    ]
    assert lines[1].sender == (talk.user.get_full_name() or talk.user.get_username())
    (run,) = page.context["runs"]
    assert run["scores"] == [{"label": "Burden", "value": "11", "band": "heavy"}]
    assert [flag["label"] for flag in run["flags"]] == ["Severe pain"]
    assert run["values"] == {"pain": "9", "sleep": "2"}
    text = page.content.decode()
    assert "Severe pain" in text
    assert "heavy" in text


def test_flags_need_their_own_permission() -> None:
    talk = answered()
    page = staff(*(name for name in VIEWS if name != "view_flag")).get(path("transcript", talk.thread_id))
    (run,) = page.context["runs"]
    assert (run["flags"], run["scores"][0]["value"]) == ([], "11")
    assert "Severe pain" not in page.content.decode()


def test_a_corrected_answer_is_marked() -> None:
    talk = answered()
    answer = Message.objects.filter(thread_id=talk.thread_id, asks=False, related_question__qid=1).get()
    run = answer.run
    assert run is not None
    last = Message.objects.filter(run=run).order_by("-pk").first()
    assert last is not None
    done = talk.client.post(
        f"{talk.path}/correct",
        {"run": run.pk, "message": answer.pk, "last": last.pk, "text": "2"},
        format="json",
    )
    assert done.status_code in (200, 201), done.content
    lines = staff(*VIEWS).get(path("transcript", talk.thread_id)).context["lines"]
    said = [(line.text, [str(mark) for mark in line.marks]) for line in lines if line.kind == "answer"]
    assert ("9", ["replaced by a correction"]) in said
    assert ("2", []) in said


def answers_and_marks(talk: Any) -> list[tuple[str, list[str]]]:
    """Return the answers of a transcript with the words that mark them."""
    lines = staff(*VIEWS).get(path("transcript", talk.thread_id)).context["lines"]
    return [(line.text, [str(mark) for mark in line.marks]) for line in lines if line.kind == "answer"]


def exported(thread_id: int) -> list[dict[str, Any]]:
    """Return the rows of an export."""
    response = staff(*VIEWS).get(path("export", thread_id, "json"))
    rows: list[dict[str, Any]] = json.loads(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    return rows


def test_a_skipped_question_is_marked() -> None:
    asked = [
        {"type": "int", "text": "Age?", "skip": "Skip"},
        {"text": "Else?", "skip": "Skip"},
        {"text": "End?"},
    ]
    talk = begin(UserFactory.create(), published_schema(asked, type="chat"), permissions=PERMISSIONS_ALL)
    talk.say(text="12")
    talk.say(skip=True)
    assert answers_and_marks(talk) == [("12", []), ("", ["skipped"])]


def test_answers_that_count_for_nothing_are_marked() -> None:
    asked = [
        {"type": "int", "text": "Age?", "name": "age"},
        {"text": "School?", "name": "school", "show_if": "age < 20"},
        {"text": "Last?"},
    ]
    schema = published_schema(asked, type="chat")
    talk = begin(UserFactory.create(), schema, state="scripted_fe_controlled")
    for qid, text in ((1, "12"), (2, "Hill School"), (1, "48")):
        talk.say(question=question(schema, qid).pk, text=text)
    assert answers_and_marks(talk) == [
        ("12", ["replaced by a later answer"]),
        ("Hill School", ["hidden: it counts for nothing"]),
        ("48", []),
    ]
    counting = {row["text"]: row["counts"] for row in exported(talk.thread_id) if row["kind"] == "answer"}
    assert counting == {"12": False, "Hill School": False, "48": True}


def test_a_replaced_answer_counts_again_once_the_later_one_is_deleted() -> None:
    schema = published_schema([{"text": "Name?"}, {"text": "Last?"}], type="chat")
    talk = begin(UserFactory.create(), schema, state="scripted_fe_controlled")
    for text in ("Ann", "Anne"):
        talk.say(question=question(schema, 1).pk, text=text)
    Message.objects.get(text="Anne").delete()
    assert answers_and_marks(talk) == [("Ann", []), ("Anne", ["deleted"])]


def test_the_same_answers_in_a_loop_all_count() -> None:
    asked = [
        {"qid": 1, "text": "Symptom?", "next_qid": 2},
        {
            "qid": 2,
            "type": "choice",
            "text": "Another?",
            "answers": [{"text": "Yes", "next_qid": 1}, {"text": "No"}],
        },
    ]
    schema = published_schema(asked, type="chat")
    talk = begin(UserFactory.create(), schema, permissions=PERMISSIONS_ALL)
    talk.say(text="Cough")
    talk.say(text="", answers=[answer(schema, 2, 1)])
    talk.say(text="Fever")
    talk.say(text="", answers=[answer(schema, 2, 2)])
    assert answers_and_marks(talk) == [("Cough", []), ("Yes", []), ("Fever", []), ("No", [])]


NAMED = [{"name": "name", "text": "Name?"}, {"text": "How are you, {{ answers.name }}?"}]


def test_an_answer_has_its_question_as_it_was_asked() -> None:
    talk = begin(UserFactory.create(), published_schema(NAMED, type="chat"), permissions=PERMISSIONS_ALL)
    talk.say(text="Ann & Bo")
    talk.say(text="Well")
    lines = staff(*VIEWS).get(path("transcript", talk.thread_id)).context["lines"]
    assert lines[-1].question == lines[-2].text == "How are you, Ann & Bo?"
    (row,) = [row for row in exported(talk.thread_id) if row["text"] == "Well"]
    assert row["question"] == "How are you, Ann & Bo?"


def test_an_answer_has_its_question_from_the_page_before() -> None:
    talk = begin(UserFactory.create(), published_schema(NAMED, type="chat"), permissions=PERMISSIONS_ALL)
    talk.say(text="Ann")
    asking = Message.objects.filter(thread=talk.thread_id, asks=True).latest("pk")
    talk.say(text="Well")
    page = staff(*VIEWS).get(path("transcript", talk.thread_id), {"after": asking.pk})
    assert [(line.text, line.question) for line in page.context["lines"]][:1] == [
        ("Well", "How are you, Ann?")
    ]


def test_queries_of_the_questions_do_not_grow(django_assert_num_queries: Any) -> None:
    client = staff(*VIEWS)
    schema = published_schema([{"text": "{{ user.first_name }}?"} for _ in range(9)], type="chat")
    talks = [begin(UserFactory.create(), schema, state="scripted_fe_controlled") for _ in range(2)]
    for talk, number in zip(talks, (1, 8), strict=True):
        for qid in range(1, number + 1):
            talk.say(question=question(schema, qid).pk, text="x")
    client.get(path("transcript", talks[0].thread_id))
    with CaptureQueriesContext(connection) as counted:
        client.get(path("transcript", talks[0].thread_id))
    queries = len(counted)
    with django_assert_num_queries(queries):
        client.get(path("transcript", talks[1].thread_id))


def test_a_deleted_message_is_shown_and_marked() -> None:
    thread = thread_with_messages(2)
    Message.objects.filter(thread=thread).order_by("pk").first().delete()  # type: ignore[union-attr]
    lines = staff(*VIEWS).get(path("transcript", thread.pk)).context["lines"]
    assert [[str(mark) for mark in line.marks] for line in lines] == [["deleted"], []]


def test_a_person_cannot_put_markup_into_the_page() -> None:
    member: Any = MemberFactory.create()
    MessageFactory.create(thread=member.thread, sender=member.user, text="<b>x</b>", text_format="plain")
    text = staff(*VIEWS).get(path("transcript", member.thread.pk)).content.decode()
    assert "<b>x</b>" not in text
    assert "&lt;b&gt;x&lt;/b&gt;" in text


def test_long_transcripts_have_pages_with_a_constant_number_of_queries(
    django_assert_num_queries: Any,
) -> None:
    client = staff(*VIEWS)
    thread = thread_with_messages(CHUNK + 3)
    page = client.get(path("transcript", thread.pk))
    assert len(page.context["lines"]) == CHUNK
    rest = client.get(path("transcript", thread.pk), {"after": page.context["next"]})
    assert [line.text for line in rest.context["lines"]] == [f"Message {CHUNK + n}" for n in range(3)]
    assert rest.context["next"] is None
    small = thread_with_messages(2)
    with CaptureQueriesContext(connection) as counted:
        client.get(path("transcript", small.pk))
    queries = len(counted)
    with django_assert_num_queries(queries):
        client.get(path("transcript", thread.pk))


def test_queries_do_not_grow_with_the_runs(django_assert_num_queries: Any) -> None:
    client = staff(*VIEWS)
    talk = answered()
    schema = talk.row.runs.get().schema
    client.get(path("transcript", talk.thread_id))
    with CaptureQueriesContext(connection) as counted:
        client.get(path("transcript", talk.thread_id))
    queries = len(counted)
    for _ in range(RUNS_MAX + 2):
        row = talk.row
        ScriptRun.objects.create(user_thread=row, schema=schema, finished=timezone.now(), outcome="completed")
    with django_assert_num_queries(queries):
        page = client.get(path("transcript", talk.thread_id))
    assert len(page.context["runs"]) == RUNS_MAX


@pytest.mark.parametrize("raw", ["x", "-1", "1" * 30, "\x00", "²"])
def test_a_wrong_place_is_the_beginning(raw: str) -> None:
    thread = thread_with_messages(1)
    response = staff(*VIEWS).get(path("transcript", thread.pk), {"after": raw})
    assert response.status_code == 200


def test_an_export_has_every_message() -> None:
    talk = answered()
    client = staff(*VIEWS)
    response = client.get(path("export", talk.thread_id, "csv"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == HEADINGS
    assert [(row["kind"], row["text"], row["qid"]) for row in rows][:2] == [
        ("question", "How bad is the pain?", "1"),
        ("answer", "9", "1"),
    ]
    response = client.get(path("export", talk.thread_id, "json"))
    found = json.loads(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    assert len(found) == len(rows)
    assert client.get(path("export", talk.thread_id, "exe")).status_code == 404


def test_an_export_is_read_in_chunks_and_complete() -> None:
    thread = thread_with_messages(CHUNK * 2 + 1)
    response = staff(*VIEWS).get(path("export", thread.pk, "json"))
    found = json.loads(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    assert [row["text"] for row in found] == [f"Message {n}" for n in range(CHUNK * 2 + 1)]


@pytest.mark.parametrize("page", ["transcript", "export"])
@pytest.mark.parametrize("held", [(), ("view_thread",), ("view_message",)])
def test_reading_needs_the_permissions_for_threads_and_messages(page: str, held: tuple[str, ...]) -> None:
    thread = thread_with_messages(1)
    args = [thread.pk, "csv"] if page == "export" else [thread.pk]
    assert staff(*held).get(path(page, *args)).status_code == 403
    assert Client().get(path(page, *args)).status_code == 302
    assert staff(*VIEWS).get(path(page, 10**9, *args[1:])).status_code == 404
    assert staff(*VIEWS).get(path(page, 10**30, *args[1:])).status_code == 404


def test_results_need_the_permission_for_runs() -> None:
    talk = answered()
    page = staff("view_thread", "view_message").get(path("transcript", talk.thread_id))
    assert page.context["runs"] == []
    assert "Severe pain" not in page.content.decode()


def test_pages_of_a_thread_lead_to_its_transcript() -> None:
    talk = answered()
    client = staff(*VIEWS, "view_userthread")
    link = path("transcript", talk.thread_id)
    pages = {
        "thread": talk.thread_id,
        "userthread": talk.row.pk,
        "scriptrun": talk.row.runs.get().pk,
    }
    for name, pk in pages.items():
        page = client.get(reverse(f"admin:chat_api_{name}_change", args=[pk]))
        assert f'href="{link}"' in page.content.decode(), name
