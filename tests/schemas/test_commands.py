"""The command `check_schema`, and the help of all schema commands."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from tests.factories import draft_schema

BROKEN = [
    {"qid": 1, "type": "message", "next_qid": 2},
    {"qid": 2, "type": "message", "next_qid": 1},
    {"qid": 3, "type": "choice"},
    {"qid": 4, "type": "text", "text": "{{ variables.nothing }}", "next_qid": 9},
]


@pytest.mark.django_db
class TestCheckSchema:
    def test_each_finding_is_a_line_with_severity_code_qid_and_hint(self, capsys):
        schema = draft_schema(BROKEN, name="broken")
        with pytest.raises(CommandError) as caught:
            call_command("check_schema", pk=schema.pk, no_color=True)
        lines = capsys.readouterr().out.splitlines()
        starts = {line.split(" ", 4)[1] + line.split(" ", 4)[3] for line in lines}
        assert starts >= {
            "infinite_loop:1:",
            "unreachable_question:3:",
            "empty_choice:3:",
            "missing_question:4:",
            "unknown_name:4:",
        }
        (missing,) = [line for line in lines if "missing_question" in line]
        assert missing.startswith("error missing_question: qid 4: Question with QID 9 does not exists. ")
        errors = sum(line.startswith("error ") for line in lines)
        warnings = sum(line.startswith("warning ") for line in lines)
        assert errors + warnings == len(lines)
        assert str(caught.value) == f"broken (1): {errors} error(s), {warnings} warning(s)."
        assert caught.value.returncode == 1

    def test_schema_without_errors_passes(self, capsys, draft):
        call_command("check_schema", name="Sleep", no_color=True)
        assert capsys.readouterr().out.endswith("Sleep (1): no errors, 0 warning(s).\n")

    def test_check_takes_four_queries_and_changes_nothing(self, draft, django_assert_num_queries):
        with django_assert_num_queries(5):
            call_command("check_schema", pk=draft.pk)
        draft.refresh_from_db()
        assert not draft.published

    def test_names_of_host_providers_are_accepted(self, capsys, settings):
        draft_schema([{"text": "{{ clinic.name }}"}], name="clinic")
        call_command("check_schema", name="clinic")
        assert "unknown_name" in capsys.readouterr().out
        settings.CHAT_SETTINGS = {"QUESTION_CONTEXT_PROVIDERS": [lambda user_thread, question: {}]}
        call_command("check_schema", name="clinic")
        assert "unknown_name" not in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ({}, "Either Name or PK must be specified."),
            ({"pk": 1, "name": "a"}, "Only one of either Name or PK can be specified."),
            ({"name": "a"}, "Schema not found."),
            (
                {"pk": 1, "database": "nowhere"},
                f"Unknown database 'nowhere'. Choose one of: {', '.join(connections)}.",
            ),
        ],
    )
    def test_exactly_one_schema_must_be_selected(self, options, reason):
        with pytest.raises(CommandError) as caught:
            call_command("check_schema", **options)
        assert str(caught.value) == reason


@pytest.mark.slow
def test_commands_have_help():
    for command in ("check_schema", "dump_schema", "load_schema"):
        done = subprocess.run(
            [sys.executable, "-m", "django", command, "--help", "--settings", "tests.settings"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "--database" in done.stdout
