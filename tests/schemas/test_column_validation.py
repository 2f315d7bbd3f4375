"""Validation of the columns of the questionnaire language, through files, the admin and `clean`."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from chat_api.engine.expressions.language import FUNCTIONS
from chat_api.engine.question_types.limits import LIMITS
from chat_api.schemas.models import Answer, Group, Question, Schema
from chat_api.schemas.rule_validation import limit_errors, proposed_name
from tests.factories import draft_schema
from tests.schemas.admin_pages import client_with
from tests.schemas.checkup import checkup
from tests.schemas.files import write
from tests.schemas.test_admin import answer, inlines, path, question

pytestmark = pytest.mark.django_db

DEEP: Any = 1
for _ in range(60):
    DEEP = [DEEP]


@pytest.fixture
def admin(db: None) -> Client:
    return client_with(is_superuser=True)


def changed(keys: str, value: Any) -> dict[str, Any]:
    """Return the document with one value changed; `keys` is its place, `questions.0.name`."""
    document = checkup()
    *parents, last = [int(key) if key.isdecimal() else key for key in keys.split(".")]
    part: Any = document
    for key in parents:
        part = part[key]
    part[last] = value
    return document


BAD: list[tuple[str, Any, str]] = [
    ("questions.0.name", "my age", "question 1: name: 'my age' is not a name."),
    ("questions.0.name", "9a", "question 1: name: '9a' is not a name."),
    ("questions.0.name", "größe", "question 1: name: 'größe' is not a name."),
    ("questions.0.name", "a" * 101, "questions[0].name"),
    ("questions.0.name", "q3", "name: 'q3' stands for the question with QID 3"),
    ("questions.0.name", "answers", "name: 'answers' stands for something else in texts"),
    ("questions.0.name", "scores", "name: 'scores' stands for something else in texts"),
    ("questions.0.name", "value", "name: 'value' is a word of expressions"),
    ("questions.0.name", "and", "name: 'and' is a word of expressions"),
    ("questions.0.name", "None", "name: 'None' is a word of expressions"),
    ("questions.0.name", "class", "name: 'class' is a word of expressions"),
    ("questions.0.name", "pain", "2 questions or groups have the name pain"),
    ("questions.0.name", "meds", "2 questions or groups have the name meds"),
    ("questions.0.name", ["a"], "questions[0].name"),
    ("questions.0.hint", False, "questions[0].hint: false is not a text; use quotes"),
    ("questions.0.hint_i18n", {"Polish": "x"}, "questions[0].hint_i18n"),
    ("questions.0.show_if", "age >", "question 1: show_if: 'age >': it is not a valid expression"),
    ("questions.0.show_if", "a" * 2001, "question 1: show_if: 'aaa"),
    ("questions.0.show_if", {"a": 1}, "questions[0].show_if"),
    ("questions.0.default", "f(", "question 1: default: 'f(': it is not a valid expression"),
    ("questions.2.calculate", "1 +", "question 3: calculate: '1 +': it is not a valid expression"),
    ("questions.2.calculate", None, "question 3: calculate: Enter the expression of the calculation."),
    ("questions.0.limits", {"minimum": 1}, "questions[0].limits"),
    ("questions.0.limits", [1], "questions[0].limits"),
    ("questions.0.limits", {"min": "1 +"}, "question 1: limits: min: '1 +': it is not a valid expression"),
    ("questions.0.limits", {"min": [1]}, "questions[0].limits.min"),
    ("questions.0.limits", {"max_length": -1}, "questions[0].limits.max_length"),
    ("questions.0.limits", {"decimals": 1.5}, "questions[0].limits.decimals"),
    ("questions.0.limits", {"pattern": "(a"}, "question 1: limits: pattern: the pattern is invalid: missing"),
    ("questions.0.limits", {"pattern": "(?<=a)b"}, "question 1: limits: pattern: the pattern is invalid"),
    ("questions.0.limits", {"format": "iban"}, "questions[0].limits.format"),
    ("questions.0.limits", {"also": 99}, "questions[0].limits.also"),
    ("questions.0.constraints", {"check": "1"}, "questions[0].constraints"),
    ("questions.0.constraints", [{"check": "value > 1"}], "'message' is a required property"),
    (
        "questions.0.constraints",
        [{"check": "value >", "message": "x"}],
        "question 1: constraints: Constraint 1: check: 'value >': it is not a valid expression",
    ),
    ("questions.0.constraints.0.severity", "fatal", "questions[0].constraints[0].severity"),
    ("questions.0.constraints.0.message_i18n", {"pl": None}, "questions[0].constraints[0].message_i18n.pl"),
    ("questions.0.constraints", [{"check": "1", "message": ""}] * 201, "Enter at most 200 constraints."),
    ("questions.0.required_message", [], "questions[0].required_message"),
    ("questions.1.answers.0.value", [1], "questions[1].answers[0].value"),
    ("questions.1.answers.0.value", "", "question 2, answer 1: value: Enter a number, a boolean, or a text"),
    ("questions.1.answers.0.value", "x" * 1001, "question 2, answer 1: value: Enter a number, a boolean"),
    ("questions.1.answers.0.weight", "1", "questions[1].answers[0].weight"),
    ("questions.1.answers.0.show_if", "age ==", "question 2, answer 1: show_if: 'age ==': it is not a valid"),
    ("groups.0.key", "my meds", "group Medicines: key: 'my meds' is not a name."),
    ("groups.0.key", None, "group Medicines: key: Enter a key: expressions call a repeated group by it."),
    ("groups.0.show_if", ")", "group Medicines: show_if: ')': it is not a valid expression"),
    ("groups.0.layout", "grid", "groups[0]"),
    ("groups.0.repeat", {"times": 3}, "groups[0]"),
    ("groups.0.repeat", {"count": "1 +"}, "group Medicines: repeat: count: '1 +': it is not a valid"),
    ("groups.0.repeat", {"min": 3, "max": 2}, "group Medicines: repeat: max: Enter a number of at least 1"),
    ("scores.0.name", "my score", "schema: scores: Score 1: name: Enter a name"),
    ("scores.0.expression", "pain +", "schema: scores: Score 1: expression: 'pain +': it is not a valid"),
    (
        "scores.0.bands.0.from",
        9,
        "schema: scores: Score 1: bands: Band 1: to: Enter a number that is not less",
    ),
    ("scores.0.bands.0.from", None, "scores[0].bands[0].from"),
    ("scores.0.formula", "1", "scores[0]"),
    ("flags.0.if", "", "schema: flags: Flag 1: if: '': it is not a valid expression"),
    ("flags.0.severity", "x" * 51, "flags[0].severity"),
    ("match_text", "yes", "match_text"),
]


@pytest.mark.parametrize(("keys", "value", "reason"), BAD)
def test_bad_value_in_file_is_reported_with_its_column(tmp_path, keys, value, reason):
    file = write(tmp_path, "bad.json", changed(keys, value))
    with pytest.raises(CommandError) as error:
        call_command("load_schema", file, verbosity=0)
    assert reason in str(error.value)
    assert not Schema.objects.exists()


@pytest.mark.parametrize("name", ["score", "count", "year", "_a", "A1", "a" * 100, *sorted(FUNCTIONS)[:5]])
def test_name_of_a_function_is_a_name(name):
    row = Question(schema=draft_schema(), qid=1, position=1, type="text", text="x", next_qid=-1, name=name)
    row.clean()


def errors_of(row: Any) -> dict[str, list[str]]:
    try:
        row.clean()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"limits": {"min": float("nan")}}, "limits"),
        ({"limits": {"min": DEEP}}, "limits"),
        ({"limits": {"speed": 1}}, "limits"),
        ({"limits": {"min": True}}, "limits"),
        ({"limits": {"min_length": 1.5}}, "limits"),
        ({"limits": {"also": [None]}}, "limits"),
        ({"limits": {"accept": [7]}}, "limits"),
        ({"limits": 5}, "limits"),
        ({"constraints": DEEP}, "constraints"),
        ({"constraints": "x"}, "constraints"),
        ({"constraints": ["x"]}, "constraints"),
        ({"constraints": [{"check": 1, "message": "x"}]}, "constraints"),
        ({"constraints": [{"check": "1", "message": 1}]}, "constraints"),
        ({"constraints": [{"check": "1", "message": "x", "severity": []}]}, "constraints"),
        ({"constraints": [{"check": "1", "message": "x", "level": "error"}]}, "constraints"),
        ({"skip_i18n": None}, "skip_i18n"),
        ({"required_message_i18n": {"pl": 1}}, "required_message_i18n"),
        ({"name": "or"}, "name"),
        ({"show_if": "lambda: 1"}, "show_if"),
        ({"show_if": "a.__class__()"}, "show_if"),
    ],
)
def test_question_is_refused_with_bad_column(columns, field):
    row = Question(schema=draft_schema(), qid=1, position=1, type="text", text="x", next_qid=-1, **columns)
    assert list(errors_of(row)) == [field]


@pytest.mark.parametrize("name", LIMITS)
def test_invalid_limit_is_explained_in_plain_text(name: str) -> None:
    (error,) = limit_errors({name: {"a": 1}})
    assert error.startswith(f"{name}: {{'a': 1}} is not")
    assert "`" not in error


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"min": None},
        {"min": 0, "max": "x + 1", "step": 0.5, "decimals": 2},
        {"min": "2020-02-29", "max": "today()"},
        {"min": "08:30", "max": "2020-02-29T10:00:00+01:00"},
        {"min_length": "n", "max_length": 5, "pattern": "[a-z]+", "format": "email"},
        {"accept": ["image/*", ".csv"], "max_size": 10, "max_files": 2, "also": [99, "none"]},
    ],
)
def test_limits_are_values_or_expressions(limits):
    row = Question(
        schema=draft_schema(), qid=1, position=1, type="text", text="x", next_qid=-1, limits=limits
    )
    assert errors_of(row) == {}


def test_names_and_keys_are_unique_in_a_schema():
    schema = draft_schema([{"name": "age"}, {}])
    Group.objects.create(schema=schema, name="g", position=1, key="meds")
    other = schema.questions.get(qid=2)
    for name in ("age", "meds"):
        other.name = name
        assert errors_of(other)["name"] == [
            f"{name!r} is the name of another question or the key of another group."
        ]
    assert errors_of(schema.questions.get(qid=1)) == errors_of(schema.groups.get()) == {}
    assert "key" in errors_of(Group(schema=schema, name="h", position=2, key="age"))
    elsewhere = draft_schema([{"name": "age"}], name="another")
    assert errors_of(elsewhere.questions.get()) == {}


def test_empty_texts_are_null():
    row = Question(
        schema=draft_schema(),
        qid=1,
        position=1,
        type="text",
        text="x",
        next_qid=-1,
        name=" ",
        hint="",
        skip="",
    )
    row.clean()
    assert (row.name, row.hint, row.skip) == (None, None, None)


def test_modifications_use_the_language_where_some_question_has_a_name():
    schema = draft_schema([{"qid": 1}, {"qid": 2, "type": "choice", "answers": [{}]}])
    typed = [["x", 'length("abc")']]
    modified = schema.questions.get(qid=1)
    modified.variable_modifications = typed
    answered: Any = schema.questions.get(qid=2).answers.get()
    answered.variable_modifications = typed
    assert "variable_modifications" in errors_of(modified)
    assert "variable_modifications" in errors_of(answered)
    Question.objects.filter(schema=schema, qid=2).update(name="pain")
    answered = Answer.objects.get(pk=answered.pk)
    answered.variable_modifications = typed
    assert errors_of(modified) == errors_of(answered) == {}
    modified.variable_modifications = [["x", "length("]]
    assert "variable_modifications" in errors_of(modified)


@pytest.mark.parametrize("kind", ["fork", "calculation"])
def test_step_that_says_nothing_needs_no_text(kind):
    columns = {"forking_rules": [["-1", "1"]]} if kind == "fork" else {"calculate": "1", "next_qid": -1}
    row = Question(schema=draft_schema(), qid=1, position=1, type=kind, text="", **columns)
    row.full_clean()
    row.type, row.forking_rules, row.next_qid = "text", [], -1
    with pytest.raises(ValidationError, match="text"):
        row.full_clean()


def test_text_can_be_proposed_as_name():
    assert proposed_name("How old are you?") == "how_old_are_you"
    assert proposed_name("Ile masz lat, Żaneto?") == "ile_masz_lat_zaneto"
    assert proposed_name("2 pills or more?") is None
    assert proposed_name("Value?") is None
    assert proposed_name("你好") is None


def test_columns_are_saved_by_the_admin(admin):
    schema = draft_schema()
    row = question(
        schema=schema.pk,
        name="pain",
        hint="Point to it.",
        hint_i18n='{"pl": "Pokaż."}',
        show_if="age > 3",
        limits='{"max_selected": 2}',
        constraints='[{"check": "value > 0", "message": "No."}]',
        required_message="Choose.",
        skip="Skip",
        default='"no"',
    )
    rows = inlines(
        answers=[answer(position=1, value='"no"', weight="0.5", show_if="age < 9")], attachments=[]
    )
    assert admin.post(path("question_add"), row | rows).status_code == 302
    stored = schema.questions.get()
    assert (stored.name, stored.hint, stored.hint_i18n) == ("pain", "Point to it.", {"pl": "Pokaż."})
    assert (stored.limits, stored.constraints) == (
        {"max_selected": 2},
        [{"check": "value > 0", "message": "No."}],
    )
    assert (stored.show_if, stored.required_message, stored.skip, stored.default, stored.calculate) == (
        *("age > 3", "Choose.", "Skip", '"no"'),
        None,
    )
    offered = stored.answers.get()
    assert (offered.value, offered.weight, offered.show_if) == ("no", 0.5, "age < 9")
    page = admin.get(path("question_change", stored.pk))
    assert page.status_code == 200


def test_bad_columns_are_refused_by_the_admin(admin):
    schema = draft_schema()
    row = question(schema=schema.pk, name="q1", show_if="1 +", limits='{"speed": 1}', text="")
    rows = inlines(answers=[answer(position=1, value="[1]")], attachments=[])
    response = admin.post(path("question_add"), row | rows)
    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) == {"name", "show_if", "limits", "text"}
    (formset, _) = response.context["inline_admin_formsets"]
    assert set(formset.formset.errors[0]) == {"value"}
    assert not schema.questions.exists()


def test_scores_and_groups_are_saved_by_the_admin(admin):
    body = {
        "name": "Scored",
        "version": 1,
        "type": "survey",
        "scores": '[{"name": "risk", "expression": "1"}]',
        "flags": '[{"name": "old", "if": "1"}]',
        "match_text": "on",
    }
    repeat = '{"min": 1}'
    row = {"position": 1, "name": "Medicines", "key": "meds", "layout": "page", "repeat": repeat, "text": "T"}
    assert admin.post(path("schema_add"), body | inlines(groups=[row])).status_code == 302
    schema = Schema.objects.get()
    assert (schema.scores, schema.match_text) == ([{"name": "risk", "expression": "1"}], True)
    group = schema.groups.get()
    assert (group.key, group.layout, group.repeat, group.text) == ("meds", "page", {"min": 1}, "T")
    bad = body | {"name": "Bad", "scores": '[{"name": "risk"}]', "flags": "{}"}
    response = admin.post(path("schema_add"), bad | inlines(groups=[{**row, "key": ""}]))
    assert set(response.context["adminform"].form.errors) == {"scores", "flags"}
    assert set(response.context["inline_admin_formsets"][0].formset.errors[0]) == {"key"}
