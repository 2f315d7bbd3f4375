"""An upgrade of a database of release 0.8.8 keeps every row, except for repairs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.upgrade.databases import JSON_COLUMNS, Rows, all_rows, as_json

pytestmark = [pytest.mark.usefixtures("upgraded"), pytest.mark.slow]

#: The repairs in this database: table, id, column, and the new value.
MENDED = {
    ("chat_api_thread", 1, "last_message_id"): 2,
    ("chat_api_userthread", 1, "last_message_id"): 2,
    ("chat_api_userthread", 2, "last_message_id"): 2,
    ("chat_api_userthread", 3, "last_message_id"): 2,
    ("chat_api_userthread", 6, "question_id"): None,
}
#: Deleted rows: this one marks a deleted message as unread.
GONE = {("chat_api_unreadmessage", 3)}


def values(rows: Rows) -> dict[tuple[str, int, str], Any]:
    return {
        (table, pk, column): as_json(value) if (table, column) in JSON_COLUMNS else value
        for table, by_id in rows.items()
        for pk, row in by_id.items()
        for column, value in row.items()
    }


def test_every_value_is_kept_except_for_repairs(legacy_rows: Rows):
    before, after = values(legacy_rows), values(all_rows("auth_user"))
    expected = {place: value for place, value in before.items() if place[:2] not in GONE} | MENDED
    assert {place: after.get(place, "missing") for place in expected} == expected


#: Tables whose first row a migration inserts: the record that no index of an older release exists.
FILLED = {"chat_api_searchindexbuild"}


def test_no_row_is_added(legacy_rows: Rows):
    for table, rows in all_rows("auth_user").items():
        if table in FILLED:
            continue
        wanted = {pk for pk in legacy_rows.get(table, {}) if (table, pk) not in GONE}
        assert rows.keys() == wanted, table


def test_upgrade_prints_nothing_if_all_json_is_valid(upgraded: str):
    assert upgraded == ""


def test_all_migrations_are_applied_and_those_of_0_8_8_replaced():
    applied = {name for app, name in MigrationRecorder(connection).applied_migrations() if app == "chat_api"}
    assert {
        "0001_initial",
        "0017_survey_unique_together",
        "0001_squashed_0017_survey_unique_together",
        "0002_mend_rows",
    } <= applied


def test_published_schemas_get_a_revision_each_and_drafts_none():
    schemas = all_rows()["chat_api_schema"]
    revisions = {pk: row["revision"] for pk, row in schemas.items()}
    assert revisions.pop(3) is None
    assert None not in revisions.values()
    assert len(set(revisions.values())) == 3


def test_asking_messages_name_the_asked_member():
    messages = all_rows()["chat_api_message"]
    asking = {pk: row["asked_of_id"] for pk, row in messages.items() if row["asks"]}
    assert asking == {5: 4, 7: 4}


def test_earlier_rows_belong_to_the_current_run_of_the_member():
    rows = all_rows()
    assert {row["run_id"] for row in rows["chat_api_userthread"].values()} == {None}
    assert {row["run_id"] for row in rows["chat_api_variablemodification"].values()} == {None}
    assert {row["run_id"] for row in rows["chat_api_message"].values()} == {None}
    assert rows["chat_api_scriptrun"] == {}


@pytest.mark.parametrize(("table", "column"), JSON_COLUMNS)
def test_json_columns_hold_json(table: str, column: str):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
            assert f'JSON_VALID("{column}")' in cursor.fetchone()[0]
        else:
            cursor.execute(
                "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
                [table, column],
            )
            assert cursor.fetchone() == ("jsonb",)
