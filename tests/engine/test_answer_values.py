"""The values of replies, and the limits that they are held to, for each question type."""

import time as clock
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.values import Kind, Location, kind_of
from chat_api.engine.question_types.base import SKIPPED, AnswerRefused, Notation, Reply, SentFile
from chat_api.engine.question_types.choice import weight_of
from chat_api.engine.question_types.limits import LIMITS
from chat_api.engine.question_types.registry import (
    BUILT_IN,
    check_reply,
    is_known,
    plain_limits,
    question_type,
    question_types,
)
from chat_api.engine.question_types.stored_values import value_from_json, value_to_json
from chat_api.engine.script import (
    CHOICE_TYPES,
    NON_ANSWERABLE,
    PASSED_TYPES,
    SILENT_TYPES,
    Question,
    QuestionType,
)
from tests.engine.scripts import script
from tests.engine.test_question_types import BY_TYPE, TEXTS, files_of

pytestmark = pytest.mark.sqlite_only

WARSAW = ZoneInfo("Europe/Warsaw")
CASES = [
    pytest.param(name, case, id=f"{name} {section} {number}")
    for name, group in BY_TYPE.items()
    for section in ("values", "limits")
    for number, case in enumerate(group.get(section, ()), start=1)
]


def question_of(type: str, case: dict) -> Question:
    described = {**BY_TYPE[type]["question"], **case.get("question", {})}
    named = {"type": type, "meta": case.get("meta"), "limits": case.get("limits"), "name": "asked"}
    (question,) = script([{**described, **named}]).questions
    return question


def checked(question: Question, case: dict):
    notation = Notation(
        date_order=lambda: case.get("order"), zone=lambda: ZoneInfo(case["zone"]) if "zone" in case else UTC
    )
    reply = Reply(str(case.get("text", "")), tuple(case.get("answers", ())), files_of(case))
    found = case.get("resolved")
    limits = plain_limits(question, lambda source: found.get(one_of(question, source))) if found else None
    return check_reply(question, reply, notation, limits)


def one_of(question: Question, source: str) -> str:
    return next(name for name, raw in (question.limits or {}).items() if raw == source)


@pytest.mark.parametrize(("type", "case"), CASES)
def test_reply_has_value_or_codes_of_limits(type, case):
    question = question_of(type, case)
    if "errors" in case:
        with pytest.raises(AnswerRefused) as refused:
            checked(question, case)
        assert refused.value.errors == case["errors"]
        explained = refused.value.explanations
        assert [(each.field, each.code) for each in explained] == [
            (field, code) for field, codes in refused.value.errors.items() for code in codes
        ]
        if "expected" in case:
            assert explained[0].expected == {"type": type, **case["expected"]}
        return
    reply = checked(question, case)
    kind = question_type(type)
    stored = kind.to_json(reply.value)
    assert (stored, stored.__class__) == (case["value"], case["value"].__class__)
    assert kind.from_json(stored) == reply.value
    if "other" in case:
        assert reply.other == case["other"]
    if kind.kind is not None:
        assert kind_of(reply.value) is kind.kind


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_type_has_cases_of_its_value_and_its_limits(name):
    kind = BUILT_IN[name]
    assert bool(BY_TYPE[name].get("values")) == kind.is_answerable
    for limit in kind.limits:
        cases = [case for case in BY_TYPE[name]["limits"] if limit in case["limits"]]
        assert any("value" in case for case in cases), limit
        assert any("errors" in case for case in cases), limit


def test_registry_describes_every_type():
    assert [*BUILT_IN] == [*QuestionType]
    for name, kind in BUILT_IN.items():
        assert kind.name == name
        assert kind.label
        assert kind.summary.endswith(".")
        assert kind.control
        assert kind.limits <= LIMITS.keys()
        assert set(kind.json_schema()["properties"]) == kind.limits


def test_sets_of_types_follow_from_the_registry():
    every = BUILT_IN.values()
    assert {kind.name for kind in every if kind.offers_answers} == CHOICE_TYPES
    assert {kind.name for kind in every if not kind.is_answerable} == NON_ANSWERABLE
    assert {kind.name for kind in every if not kind.is_asked} == PASSED_TYPES
    assert {kind.name for kind in every if kind.control == "none"} == SILENT_TYPES | {QuestionType.MESSAGE}


def test_unknown_type_refuses_every_reply():
    question = Question(id=1, qid=1, position=1, type="gone", text="")
    with pytest.raises(AnswerRefused):
        check_reply(question, Reply("x"))
    assert not is_known("gone")
    assert "gone" not in question_types()


def test_skipped_question_has_no_value():
    assert SKIPPED.value is SKIPPED.other is None


def test_date_without_name_limits_or_constraints_has_no_value():
    (question,) = script([{"type": "date"}]).questions
    assert check_reply(question, Reply("29 Feb")).value is None


@pytest.mark.parametrize(
    "column",
    [
        {"name": "born"},
        {"limits": {"min": "1900-01-01"}},
        {"constraints": [{"check": "value", "message": "x", "severity": "error"}]},
    ],
)
def test_date_has_to_be_a_full_one_where_rules_read_it(column):
    (question,) = script([{"type": "date", **column}]).questions
    with pytest.raises(AnswerRefused):
        check_reply(question, Reply("29 Feb"))
    assert check_reply(question, Reply("2024-02-29")).value is not None


def test_expression_that_fails_does_not_limit():
    (question,) = script([{"type": "int", "limits": {"min": "1 / 0", "max": 5}}]).questions

    def fails(source: str):
        raise ExpressionError("division by zero")

    assert plain_limits(question, fails) == {"max": 5}


@pytest.mark.parametrize(
    ("answers", "weight"),
    [
        ([], None),
        ([{}], None),
        ([{"value": "3"}], None),
        ([{"value": True}], None),
        ([{"value": 3}], 3),
        ([{"value": 3, "weight": 0.5}], 0.5),
        ([{"weight": 0.0}], 0),
        ([{"value": 3}, {"value": "x"}, {"weight": 2.5}], 5.5),
    ],
)
def test_weight_is_that_of_the_chosen_answers_together(answers, weight):
    (question,) = script([{"type": "multichoice", "answers": answers}]).questions
    assert weight_of(question.answers) == weight


@pytest.mark.parametrize(
    ("values", "kind"),
    [([1, 2.5], Kind.NUMBER), (["a", None], Kind.TEXT), ([True, False], Kind.BOOLEAN), ([1, "a"], None)],
)
def test_kind_of_a_choice_is_that_of_all_its_answers(values, kind):
    (question,) = script([{"type": "choice", "answers": [{"value": value} for value in values]}]).questions
    assert question_type("choice").kind_of(question) is kind


NUMBERS = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
CODES = st.one_of(NUMBERS, st.text(), st.booleans())
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
VALUES = {
    Kind.NUMBER: NUMBERS,
    Kind.TEXT: st.text(),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: st.dates(),
    Kind.TIME: st.times(),
    Kind.DATETIME: st.datetimes(timezones=ZONES),
    Kind.LIST: st.lists(CODES).map(tuple),
    Kind.LOCATION: st.builds(
        Location, st.floats(-90, 90), st.floats(-180, 180), st.none() | st.floats(0, 1e6)
    ),
    Kind.EMPTY: st.none(),
}


@given(kind=st.sampled_from(Kind), data=st.data())
def test_stored_value_reads_as_the_same_value(kind, data):
    value = data.draw(VALUES[kind])
    assert value_from_json(value_to_json(value), kind) == value


@given(raw=st.recursive(st.none() | CODES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_json_is_a_value_or_an_error(raw):
    for kind in (None, *Kind):
        try:
            found = value_from_json(raw, kind)
        except ValueError:
            continue
        assert kind is None or found is None or kind_of(found) is kind


PLAIN = st.one_of(st.none(), NUMBERS, st.text(max_size=20), st.dates(), st.times(), st.booleans())
RESOLVED = st.one_of(
    PLAIN, st.datetimes(), st.datetimes(timezones=ZONES), st.lists(PLAIN, max_size=3).map(tuple)
)


@given(
    type=st.sampled_from(QuestionType),
    text=st.one_of(TEXTS, st.text(min_size=200, max_size=2000), st.dates().map(str), st.datetimes().map(str)),
    ids=st.lists(st.integers(0, 3), max_size=3),
    files=st.lists(st.builds(SentFile, st.text(), st.none() | st.integers(0), st.text()), max_size=3),
    limits=st.dictionaries(st.sampled_from([*LIMITS]), RESOLVED),
    order=st.sampled_from([None, "DMY", "MDY", "YMD"]),
)
def test_any_reply_to_any_limits_has_a_value_or_codes_quickly(type, text, ids, files, limits, order):
    question = question_of(type, {})
    started = clock.process_time()
    notation = Notation(date_order=lambda: order, zone=lambda: WARSAW)
    try:
        reply = check_reply(question, Reply(text, tuple(ids), tuple(files)), notation, limits)
    except AnswerRefused as error:
        refusal, value = error, None
    else:
        refusal, value = None, reply.value
    kind = question_type(type)
    assert kind.from_json(kind.to_json(value)) == value
    assert refusal is None or all(refusal.errors.values())
    assert refusal is None or len(refusal.explanations) >= len(refusal.errors) > 0
    assert clock.process_time() - started < 0.5


@given(
    limits=st.dictionaries(st.sampled_from([*LIMITS, "x"]), st.one_of(NUMBERS, st.text(), st.lists(CODES)))
)
def test_any_column_of_limits_can_be_resolved(limits):
    for name in QuestionType:
        (question,) = script([{"type": name, "limits": limits}]).questions
        assert plain_limits(question, lambda source: None).keys() <= question_type(name).limits


def test_numbers_without_a_double_do_not_limit():
    (question,) = script([{"type": "int", "limits": {"max": 10**400, "also": [10**400]}}]).questions
    assert check_reply(question, Reply("5")).value == 5


def test_text_that_is_not_unicode_matches_no_pattern():
    for limits in ({"pattern": ".*"}, {"format": "email"}, {"format": "url"}):
        (question,) = script([{"type": "text", "limits": limits}]).questions
        with pytest.raises(AnswerRefused):
            check_reply(question, Reply("\ud800"))


@pytest.mark.parametrize("format", ["email", "phone", "url"])
def test_checking_a_format_writes_nothing_to_the_log_of_the_server(format, capfd):
    (question,) = script([{"type": "text", "limits": {"format": format}}]).questions
    for text in ("a@b.example", "https://example.com/a", "+48 600 100 200", "a.b" * 20):
        with suppress(AnswerRefused):
            check_reply(question, Reply(text))
    # RE2 reports patterns that take too much memory there.
    assert capfd.readouterr().err == ""


def test_values_in_a_doubled_hour_equal_the_same_time_in_another_zone():
    question = question_of("datetime", {})
    (found,) = {check_reply(question, Reply("2024-10-27T02:30"), Notation(zone=lambda: WARSAW)).value}
    assert found == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
