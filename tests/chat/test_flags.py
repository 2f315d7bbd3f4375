"""Scores and flags of conversations follow each answer, in its transaction; the respondent sees none of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message, ScriptRun, UserThread
from chat_api.raised_flags.models import Flag
from chat_api.realtime.models import ThreadEvent
from tests.chat.talking import Talk, answer, begin, events
from tests.databases import connection
from tests.factories import MemberFactory, UserFactory, published_schema
from tests.raised_flags.phq9 import SECRETS, chosen, phq9

pytestmark = pytest.mark.django_db

PAIN = [
    {"qid": 1, "type": "int", "text": "Pain?", "name": "pain", "next_qid": 2},
    {"qid": 2, "type": "int", "text": "Worse?", "name": "worse", "next_qid": -1},
]
SCORES = [{"name": "total", "label": "Total", "expression": "sum(pain, worse)"}]
FLAGS = [{"name": "severe", "label": "Severe pain", "if": "pain > 7"}]


def pain(**schema: Any) -> Any:
    return published_schema(PAIN, **{"scores": SCORES, "flags": FLAGS, **schema})


def open_flags(talk: Talk) -> list[str]:
    rows = Flag.objects.filter(run__user_thread=talk.row, cleared=None)
    return sorted(rows.values_list("name", flat=True))


def test_answer_raises_a_flag_though_the_script_goes_on(alice):
    talk = begin(alice, pain())
    shown = talk.say(text="8")
    flag = Flag.objects.get()
    assert (flag.name, flag.run, flag.message_id) == ("severe", talk.row.run, shown["id"])
    assert ("flag_raised", {"flag": flag.pk}) in events(talk.thread_id)


def test_answer_that_raises_nothing_stores_its_score(alice):
    talk = begin(alice, pain())
    talk.say(text="3")
    assert talk.row.values["scores"] == {"total": 3}
    assert not Flag.objects.exists()
    assert not ThreadEvent.objects.filter(name="flag_raised").exists()


def test_score_of_a_completed_run_is_stored_with_the_run(alice):
    talk = begin(alice, pain())
    talk.say(text="3")
    talk.say(text="4")
    run = ScriptRun.objects.get()
    assert (run.outcome, run.values["scores"]) == ("completed", {"total": 7})


def test_last_answer_of_a_run_that_starts_again_at_once_flags_that_run(alice):
    talk = begin(alice, pain(), on_finish="repeat")
    talk.say(text="9")
    talk.say(text="1")
    first, second = ScriptRun.objects.order_by("pk")
    assert [flag.run for flag in Flag.objects.all()] == [first]
    assert first.values["scores"] == {"total": 10}
    assert talk.row.run == second
    assert talk.row.values["scores"] == {"total": 0}


def test_each_run_has_flags_of_its_own(alice):
    talk = begin(alice, pain(), on_finish="repeat")
    for _ in range(2):
        talk.say(text="9")
        talk.say(text="1")
    assert Flag.objects.filter(name="severe").count() == 2


def test_rollback_clears_the_flag_of_the_answer_that_is_gone(alice):
    talk = begin(alice, pain(), permissions=PERMISSIONS_ALL)
    talk.say(text="8")
    assert talk.roll_back().status_code == 200
    assert open_flags(talk) == []
    assert talk.row.values["scores"] == {"total": 0}


def test_flag_that_nobody_has_seen_is_reopened_without_another_event(alice):
    talk = begin(alice, pain(), permissions=PERMISSIONS_ALL)
    talk.say(text="8")
    talk.roll_back()
    talk.say(text="9")
    assert open_flags(talk) == ["severe"]
    assert ThreadEvent.objects.filter(name="flag_raised").count() == 1


def test_deleted_answer_counts_for_nothing(alice):
    talk = begin(alice, pain())
    shown = talk.say(text="8")
    talk.say(text="1")
    assert talk.client.delete(f"{talk.path}/messages/{shown['id']}").status_code == 204
    assert open_flags(talk) == []
    assert talk.row.values["scores"] == {"total": 1}


def test_answer_given_again_where_the_frontend_leads_replaces_the_older_one(alice):
    schema = pain()
    talk = begin(alice, schema, state="scripted_fe_controlled")
    first = schema.questions.get(qid=1).pk
    talk.say(text="8", question=first)
    assert open_flags(talk) == ["severe"]
    talk.say(text="2", question=first)
    assert open_flags(talk) == []


def test_variables_of_a_script_without_names_raise_flags(alice):
    offered = [{"text": "yes", "next_qid": 2, "variable_modifications": [["risk", "risk + 2"]]}]
    schema = published_schema(
        [{"type": "choice", "answers": offered}, {}],
        scores=[{"name": "twice", "expression": "risk * 2"}],
        flags=[{"name": "risky", "if": 'score("twice") > 3'}],
    )
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    talk.say(answers=[answer(schema, 1, 1)])
    assert open_flags(talk) == ["risky"]
    assert talk.row.values["scores"] == {"twice": 4}
    talk.roll_back()
    assert open_flags(talk) == []


def test_expression_that_fails_is_logged_and_refuses_no_answer(alice, caplog):
    talk = begin(alice, pain(flags=[{"name": "broken", "if": "1 / (pain - 8)"}]))
    talk.say(text="8")
    assert "broken" in caplog.text
    assert open_flags(talk) == []


def test_flag_of_a_rejected_answer_is_not_raised(alice):
    talk = begin(alice, pain())
    talk.refused(text="eight")
    assert not Flag.objects.exists()


def flag_statements(talk: Talk, **body: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        talk.say(**body)
    return [query["sql"] for query in queries if 'chat_api_flag"' in query["sql"]]


def test_flags_cost_one_query_of_an_answer_and_none_without_flags(alice):
    flagged, plain = begin(alice, pain()), begin(alice, pain(flags=None))
    assert len(flag_statements(flagged, text="1")) == 1
    assert flag_statements(plain, text="1") == []


@pytest.fixture
def patient(alice: Any, tmp_path: Path) -> Talk:
    """Return a patient who has answered the first eight questions of the PHQ-9 with "not at all"."""
    schema = phq9(tmp_path)
    talk = begin(alice, schema)
    for qid in range(1, 9):
        talk.say(answers=[chosen(schema, qid, 0)])
    return talk


@pytest.fixture
def doctor(patient: Talk) -> Talk:
    member = MemberFactory(
        user=UserFactory(username="doctor"), thread_id=patient.thread_id, permissions=PERMISSIONS_ALL
    )
    return Talk(member.user, patient.thread_id)


def frames(talk: Talk) -> list[dict[str, Any]]:
    """Return the thread's history as the user gets it."""
    found: list[dict[str, Any]] = talk.client.get(f"{talk.path}/events?after=0").json()["events"]
    return found


def test_patient_who_answers_question_nine_and_stops_has_raised_the_flag(patient, doctor):
    UserThread.objects.filter(pk=doctor.row.pk).update(history_start=0)
    schema = patient.row.schema
    said = patient.say(answers=[chosen(schema, 9, 1)])
    (frame,) = [frame for frame in frames(doctor) if frame["message"] == "flag_raised"]
    data = frame["data"]
    assert (data["name"], data["label"]) == ("ideation", "Thoughts of being better off dead")
    assert (data["user"], data["message"], data["severity"]) == (patient.user.pk, said["id"], "high")
    assert data["thread"] == patient.thread_id


def test_patient_who_answers_question_nine_with_not_at_all_raises_nothing(patient, doctor):
    patient.say(answers=[chosen(patient.row.schema, 9, 0)])
    assert not Flag.objects.exists()


def test_patient_sees_neither_flags_nor_weights_nor_bands(patient, doctor):
    schema = patient.row.schema
    said = patient.say(answers=[chosen(schema, 9, 3)])
    seen = [said, patient.thread(), patient.messages(), *frames(patient)]
    paths = (
        f"/api/accounts/{patient.user.pk}/threads/chat?limit=5",
        f"{patient.path}/users",
        f"{patient.path}/messages/{said['id']}",
        f"/api/schemas/{schema.pk}",
    )
    seen += [patient.client.get(path).json() for path in paths]
    assert "weight" not in str(seen)
    for secret in SECRETS:
        assert secret not in str(seen)
    names = [frame["message"] for frame in frames(patient)]
    assert "skipped" in names
    assert "flag_raised" not in names


def test_other_members_without_control_get_the_flag_as_skipped(patient):
    permissions = PERMISSIONS_ALL & ~UserThread.PERMISSION_THREAD_CONTROL_OTHERS
    guest = Talk(UserFactory(), patient.thread_id)
    MemberFactory(user=guest.user, thread_id=patient.thread_id, permissions=permissions)
    patient.say(answers=[chosen(patient.row.schema, 9, 3)])
    assert "flag_raised" not in str(frames(guest))


def test_staff_among_the_members_get_the_flag(patient):
    nurse = Talk(UserFactory(is_staff=True), patient.thread_id)
    MemberFactory(
        user=nurse.user, thread_id=patient.thread_id, permissions=UserThread.PERMISSION_MESSAGES_READ
    )
    patient.say(answers=[chosen(patient.row.schema, 9, 3)])
    assert "flag_raised" in str(frames(nurse))


def test_respondent_gets_their_own_flag_only_if_the_host_says_so(patient, settings):
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["flags"]}
    patient.say(answers=[chosen(patient.row.schema, 9, 3)])
    assert "flag_raised" in str(frames(patient))


def test_frame_of_a_flag_whose_run_is_gone_is_skipped(patient, doctor):
    patient.say(answers=[chosen(patient.row.schema, 9, 3)])
    Flag.objects.all().delete()
    assert "flag_raised" not in str(frames(doctor))
    assert Message.objects.exists()


def correct(talk: Talk, message: int, **body: Any) -> Any:
    last = Message.objects.filter(thread_id=talk.thread_id).latest("pk").pk
    return talk.client.post(f"{talk.path}/correct", {"message": message, "last": last, **body}, format="json")


def test_corrected_answer_raises_and_clears_flags_and_scores_the_run_again(alice):
    talk = begin(alice, pain(), permissions=PERMISSIONS_ALL)
    first = talk.say(text="2")["id"]
    talk.say(text="1")
    response = correct(talk, first, text="9")
    assert response.status_code == 201, response.content
    assert open_flags(talk) == ["severe"]
    assert Flag.objects.get().message_id == response.json()["id"]
    run = ScriptRun.objects.get()
    assert (run.outcome, run.values["scores"]) == ("completed", {"total": 10})
    assert correct(talk, response.json()["id"], text="3").status_code == 201
    assert open_flags(talk) == []


def runs_of(talk: Talk, user: Any) -> Any:
    return Talk(user, talk.thread_id).client.get(f"{talk.path}/runs?limit=10")


def test_doctor_reads_values_scores_bands_and_flags_of_a_run(patient, doctor):
    patient.say(answers=[chosen(patient.row.schema, 9, 3)])
    (run,) = runs_of(patient, doctor.user).json()["results"]
    assert (run["user"], run["outcome"], run["final"]) == (patient.user.pk, "completed", True)
    assert (run["scores"], run["values"]["phq9_9"]) == ({"phq9_total": 3}, 3)
    assert run["bands"]["phq9_total"]["label"] == "minimal"
    assert [flag["name"] for flag in run["flags"]] == ["ideation"]


def test_run_that_was_left_open_shows_what_was_answered_and_is_not_final(patient, doctor):
    (run,) = runs_of(patient, doctor.user).json()["results"]
    assert (run["final"], run["finished"], run["scores"]) == (False, None, {"phq9_total": 0})


def test_staff_outside_the_thread_read_its_runs(patient):
    response = runs_of(patient, UserFactory(is_staff=True))
    assert response.json()["results"][0]["scores"] == {"phq9_total": 0}


def test_runs_of_a_thread_that_is_not_there_are_not_found(patient):
    client = Talk(UserFactory(is_staff=True), 9_999).client
    assert client.get("/api/threads/9999/runs?limit=10").status_code == 404


def test_respondent_sees_no_results_of_their_own(patient):
    assert runs_of(patient, patient.user).status_code == 403
    UserThread.objects.filter(pk=patient.row.pk).update(permissions=PERMISSIONS_ALL)
    assert runs_of(patient, patient.user).json()["results"] == []


def test_respondent_sees_the_parts_that_the_host_names(patient, settings):
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["scores", "bands"]}
    UserThread.objects.filter(pk=patient.row.pk).update(permissions=UserThread.PERMISSION_MESSAGES_CREATE)
    (run,) = runs_of(patient, patient.user).json()["results"]
    assert run["scores"] == {"phq9_total": 0}
    assert run["bands"]["phq9_total"]["label"] == "minimal"
    assert run.keys().isdisjoint({"values", "flags"})


def test_number_of_queries_for_runs_does_not_grow(doctor, alice):
    counts = []
    schema = pain()
    for _ in range(2):
        for _ in range(3):
            talk = begin(alice, schema)
            talk.say(text="9")
            ScriptRun.objects.filter(user_thread=talk.row).update(
                user_thread=UserThread.objects.get(user=alice, thread_id=doctor.thread_id)
            )
        with CaptureQueriesContext(connection) as queries:
            assert runs_of(doctor, doctor.user).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
