"""``manage.py check_schema``: check a schema as publishing it does."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat_api.engine.analysis.checker import Finding, Severity
from chat_api.schemas.command_arguments import add_choice, chosen_schema
from chat_api.schemas.lint import check_schema


class Command(BaseCommand):
    """`manage.py check_schema`."""

    help = "Check a schema. Each line has the severity, code, qid, problem and hint. The exit code is 1 for errors."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments."""
        add_choice(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the schema. Raises `CommandError` if it has errors."""
        schema = chosen_schema(pk=options["pk"], name=options["name"], database=options["database"])
        findings = check_schema(schema)
        for finding in findings:
            self.stdout.write(self._line(finding))
        errors = sum(finding.severity == Severity.ERROR for finding in findings)
        warnings = len(findings) - errors
        if errors:
            raise CommandError(f"{schema}: {errors} error(s), {warnings} warning(s).")
        self.stdout.write(self.style.SUCCESS(f"{schema}: no errors, {warnings} warning(s)."))

    def _line(self, finding: Finding) -> str:
        where = "" if finding.qid is None else f" qid {finding.qid}:"
        style = self.style.ERROR if finding.severity == Severity.ERROR else self.style.WARNING
        return style(f"{finding.severity} {finding.code}:{where} {finding.text} {finding.hint}")
