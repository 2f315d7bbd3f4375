"""An upgrade repairs inconsistent rows of release 0.8.8, and reports invalid JSON."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from tests.upgrade.databases import JSON_COLUMNS, Rows, all_rows, insert, insert_like, migrate, read

pytestmark = pytest.mark.slow

#: A text in a nullable JSON column, and its value after the upgrade.
BROKEN_VALUES: list[tuple[str, Any]] = [
    ("", None),
    (" \n", None),
    ("{broken", None),
    ("['a']", None),
    ('{"a": 1', None),
    ('"half', None),
    ('{"a": 1}, {"b": 2}', None),
    ("[" * 600 + "]" * 600, None),
    ("NaN", 0),
    ("Infinity", 0),
    ("-Infinity", 0),
    ('{"a": NaN, "b": [Infinity, 1, {"c": -Infinity}]}', {"a": 0, "b": [0, 1, {"c": 0}]}),
    ('{"a": 1e999, "b": -1e999}', {"a": 0, "b": 0}),
    ("9" * 5000, 0),
    ("1e-30000", 0.0),
    ("bare text", "bare text"),
    ("None", "None"),
    ("2017-11-01", "2017-11-01"),
    ('"a\\u0000b"', "a\ufffdb"),
    ('{"\\ud800": ["\\udfff"]}', {"\ufffd": ["\ufffd"]}),
]
KEPT_VALUES: list[tuple[str, Any]] = [
    ("null", None),
    ("0", 0),
    ('""', ""),
    ("[]", []),
    ("{}", {}),
    (' {"a": 1} ', {"a": 1}),
    ('"\\ud83d\\ude00"', "😀"),
    (
        '{"a": {"b": [1.5, 0.0, -0.0e1, 1e20, true, null, "zażółć"]}}',
        {"a": {"b": [1.5, 0.0, 0.0, 1e20, True, None, "zażółć"]}},
    ),
]
BROKEN_MAPPINGS: list[tuple[str, Any]] = [
    ("", {}),
    ("[]", {}),
    ("null", {}),
    ("NaN", {}),
    ("bare text", {}),
    ("{broken", {}),
    ('{"x": NaN, "y": 2.0}', {"x": 0, "y": 2.0}),
]
BROKEN_LISTS: list[tuple[str, Any]] = [
    ("", []),
    ("{}", []),
    ("null", []),
    ('"x + 1"', []),
    ("[[", []),
    ('[["x", Infinity]]', [["x", 0]]),
]

numbers = count(1000)


def _member(**changes: Any) -> int:
    thread = insert_like("chat_api_thread", 3)
    return insert_like("chat_api_userthread", 6, thread_id=thread, **changes)


#: Changes that make a copy of a row of each table pass the constraints.
COPIES: dict[str, Callable[..., int]] = {
    "chat_api_answer": lambda **new: insert_like("chat_api_answer", 1, position=next(numbers), **new),
    "chat_api_attachment": lambda **new: insert_like("chat_api_attachment", 1, **new),
    "chat_api_attachmenttemplate": lambda **new: insert_like("chat_api_attachmenttemplate", 1, **new),
    "chat_api_message": lambda **new: insert_like("chat_api_message", 1, **new),
    "chat_api_question": lambda **new: insert_like(
        "chat_api_question", 1, qid=next(numbers), position=next(numbers), **new
    ),
    "chat_api_survey": lambda **new: insert_like("chat_api_survey", 1, **new),
    "chat_api_surveyattachment": lambda **new: insert_like("chat_api_surveyattachment", 1, **new),
    "chat_api_surveyitem": lambda **new: insert_like(
        "chat_api_surveyitem", 1, survey_id=insert_like("chat_api_survey", 1), **new
    ),
    "chat_api_userthread": _member,
    "chat_api_variablemodification": lambda **new: insert_like("chat_api_variablemodification", 1, **new),
}


class Broken:
    """Rows that an upgrade has to repair, by their defect; `said` is its stderr."""

    said: str

    def __init__(self) -> None:
        self.values = [COPIES["chat_api_message"](meta=text) for text, _ in BROKEN_VALUES]
        self.kept = [COPIES["chat_api_message"](meta=text) for text, _ in KEPT_VALUES]
        self.mappings = [_member(variables_pool=text) for text, _ in BROKEN_MAPPINGS]
        self.lists = [
            COPIES["chat_api_variablemodification"](variable_modifications=text) for text, _ in BROKEN_LISTS
        ]
        self.empty = {place: COPIES[place[0]](**{place[1]: ""}) for place in JSON_COLUMNS}
        self.no_flags = _member(permissions=None, notifications=None)
        self.assisted = _member(question_id=2)
        self.unread = self._unread()
        self.emptied = self._thread(deleted=[True, True], last=1)
        self.older_deleted = self._thread(deleted=[False, True, False, False], last=1)
        self.untouched = self._thread(deleted=[False, True, False], last=0)
        self.asking = self._asking()

    def _unread(self) -> dict[str, int]:
        row = {"thread_id": 1, "type": "chat"}
        message = insert_like("chat_api_message", 1)
        return {
            "first": insert("chat_api_unreadmessage", message_id=message, user_id=1, **row),
            "again": insert("chat_api_unreadmessage", message_id=message, user_id=1, **row),
            "and again": insert("chat_api_unreadmessage", message_id=message, user_id=1, **row),
            "another member's": insert("chat_api_unreadmessage", message_id=message, user_id=2, **row),
            "deleted message": insert("chat_api_unreadmessage", message_id=3, user_id=1, **row),
        }

    def _thread(self, *, deleted: list[bool], last: int) -> dict[str, Any]:
        thread = insert_like("chat_api_thread", 3)
        messages = [insert_like("chat_api_message", 1, thread_id=thread, deleted=gone) for gone in deleted]
        member = insert_like(
            "chat_api_userthread", 1, thread_id=thread, last_message_id=messages[last], user_id=2
        )
        again = insert_like("chat_api_thread", 3, last_message_id=messages[last])
        insert_like("chat_api_message", 1, thread_id=again, deleted=False)
        return {"messages": messages, "member": member}

    def _asking(self) -> dict[str, int]:
        def ask(thread: int, **changes: Any) -> int:
            return insert_like("chat_api_message", 5, thread_id=thread, **changes)

        alone, shared, foreign = (insert_like("chat_api_thread", 3) for _ in range(3))
        self.asked = insert_like("chat_api_userthread", 4, thread_id=alone)
        insert_like("chat_api_userthread", 1, thread_id=alone)
        for user in (1, 2):
            insert_like("chat_api_userthread", 4, thread_id=shared, user_id=user)
        insert_like("chat_api_userthread", 4, thread_id=foreign, schema_id=2, question_id=8)
        found = {
            "asks": ask(alone),
            "asks one of two": ask(shared),
            "asks of a script nobody has": ask(foreign),
            "answers": ask(alone, type="message"),
            "has no question": ask(alone, related_question_id=None),
            "chose answers": ask(alone),
            "was deleted": ask(alone, deleted=True),
        }
        insert("chat_api_message_answers", message_id=found["chose answers"], answer_id=1)
        return found


@pytest.fixture(scope="module")
def broken(legacy_rows: Rows) -> Broken:
    """A database of release 0.8.8 with every known defect, after its upgrade."""
    rows = Broken()
    rows.said = migrate()
    return rows


@pytest.mark.parametrize(
    "number", range(len(BROKEN_VALUES)), ids=[repr(text)[:30] for text, _ in BROKEN_VALUES]
)
def test_invalid_json_becomes_the_nearest_valid_json(broken: Broken, number: int):
    assert read("chat_api_message", broken.values[number], "meta") == BROKEN_VALUES[number][1]


@pytest.mark.parametrize("number", range(len(KEPT_VALUES)), ids=[repr(text)[:30] for text, _ in KEPT_VALUES])
def test_valid_json_is_unchanged(broken: Broken, number: int):
    assert read("chat_api_message", broken.kept[number], "meta") == KEPT_VALUES[number][1]
    assert f"chat_api_message.meta, id {broken.kept[number]}:" not in broken.said


def test_variables_pool_is_always_a_mapping(broken: Broken):
    pools = [read("chat_api_userthread", pk, "variables_pool") for pk in broken.mappings]
    assert pools == [wanted for _, wanted in BROKEN_MAPPINGS]


def test_modifications_are_always_a_list(broken: Broken):
    found = [read("chat_api_variablemodification", pk, "variable_modifications") for pk in broken.lists]
    assert found == [wanted for _, wanted in BROKEN_LISTS]


@pytest.mark.parametrize(("table", "column"), JSON_COLUMNS)
def test_empty_text_becomes_the_default_of_its_column(broken: Broken, table: str, column: str):
    pk = broken.empty[table, column]
    assert read(table, pk, column) == JSON_COLUMNS[table, column]
    assert f"{table}.{column}, id {pk}: " in broken.said


def test_report_has_a_line_with_table_and_id_for_each_changed_text(broken: Broken):
    lines = broken.said.splitlines()
    places = [line.partition(": ")[0] for line in lines]
    assert len(set(places)) == len(lines)
    wanted = [
        f"chat_api_message.meta, id {pk}" for pk in (*broken.values, broken.empty["chat_api_message", "meta"])
    ]
    assert [place for place in places if place.startswith("chat_api_message.")] == wanted
    assert len(lines) == sum(map(len, (broken.values, broken.mappings, broken.lists, broken.empty)))


def test_report_shows_the_old_and_the_new_value(broken: Broken):
    pk = broken.values[[text for text, _ in BROKEN_VALUES].index('{"a": 1')]
    assert f"""chat_api_message.meta, id {pk}: not JSON; '{{"a": 1' is now null\n""" in broken.said


def test_null_flags_become_zero(broken: Broken):
    member = all_rows()["chat_api_userthread"][broken.no_flags]
    assert (member["permissions"], member["notifications"]) == (0, 0)


def test_assisted_member_has_no_question(broken: Broken):
    assert read("chat_api_userthread", broken.assisted, "question_id") is None


def test_member_has_one_unread_row_for_a_message(broken: Broken):
    left = all_rows()["chat_api_unreadmessage"]
    assert {name for name, pk in broken.unread.items() if pk in left} == {"first", "another member's"}


def test_deleted_last_message_is_replaced_by_the_last_remaining_one(broken: Broken):
    messages = broken.older_deleted["messages"]
    assert read("chat_api_userthread", broken.older_deleted["member"], "last_message_id") == messages[-1]


def test_thread_without_messages_has_no_last_message(broken: Broken):
    assert read("chat_api_userthread", broken.emptied["member"], "last_message_id") is None


def test_existing_last_message_is_kept(broken: Broken):
    messages = broken.untouched["messages"]
    assert read("chat_api_userthread", broken.untouched["member"], "last_message_id") == messages[0]


def test_no_thread_has_a_deleted_last_message(broken: Broken):
    rows = all_rows()
    gone = {pk for pk, row in rows["chat_api_message"].items() if row["deleted"]}
    for table in ("chat_api_thread", "chat_api_userthread"):
        assert gone.isdisjoint(row["last_message_id"] for row in rows[table].values())


def test_message_asks_if_it_shows_a_question_and_has_no_answers(broken: Broken):
    messages = all_rows()["chat_api_message"]
    assert {name for name, pk in broken.asking.items() if messages[pk]["asks"]} == {
        "asks",
        "asks one of two",
        "asks of a script nobody has",
        "was deleted",
    }


def test_asked_member_is_set_if_only_one_is_possible(broken: Broken):
    messages = all_rows()["chat_api_message"]
    asked = {name: messages[pk]["asked_of_id"] for name, pk in broken.asking.items()}
    assert {name: member for name, member in asked.items() if member is not None} == {
        "asks": broken.asked,
        "was deleted": broken.asked,
    }
