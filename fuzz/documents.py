"""Uploads: compact documents, fixtures, PO files, and the forms of the admin.

Each is one that works, with a few places changed. It is taken, or refused in words; nothing is half-stored.
"""

from __future__ import annotations

import json
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from chat_api.schemas.models import Schema
from chat_api.schemas.portability import dump
from fuzz.report import Clock, Report
from fuzz.values import Values
from fuzz.world import QUESTIONS
from tests.factories import UserFactory, draft_schema

_EXAMPLES: Final = Path(__file__).resolve().parent.parent / "example" / "questionnaires"


class _Files:
    """The valid inputs to change, and the folder for the changed files."""

    def __init__(self, values: Values, folder: Path, report: Report) -> None:
        self.values, self.folder, self.report = values, folder, report
        self.draft = draft_schema(QUESTIONS)
        self.compact = yaml.safe_load(dump(self.draft, format="compact"))
        self.fixture = json.loads(dump(self.draft, format="json"))
        self.examples = [
            yaml.safe_load(path.read_text()) for path in sorted(_EXAMPLES.glob("*.yaml")) if path.is_file()
        ]
        self.admin = Client(raise_request_exception=True)
        self.admin.force_login(UserFactory.create(is_staff=True, is_superuser=True))
        self.po = self._po()

    def _po(self) -> str:
        path = self.folder / "pl.po"
        call_command("export_translations", pk=self.draft.pk, language="pl", output=path, verbosity=0)
        return path.read_text()

    def load(self, name: str, text: str, **options: Any) -> None:
        """Load the file by the command."""
        path = self.folder / name
        path.write_bytes(text.encode(errors="surrogatepass"))
        call_command("load_schema", path, verbosity=0, **options)

    def compact_document(self) -> str:
        """Load a compact document."""
        changed = self.values.mutated(self.values.random.choice([self.compact, *self.examples]))
        as_yaml = self.values.random.random() < 0.5
        text = yaml.dump(changed, allow_unicode=True) if as_yaml else json.dumps(changed)
        if self.values.random.random() < 0.2:
            text = self.values.torn(text)
        self.load("a.yaml" if as_yaml else "a.json", text, publish=self.values.random.random() < 0.3)
        return text

    def fixture_file(self) -> str:
        """Load a fixture."""
        text = json.dumps(self.values.mutated(self.fixture))
        if self.values.random.random() < 0.2:
            text = self.values.torn(text)
        self.load("a.json", text, ignorenonexistent=self.values.random.random() < 0.3)
        return text

    def po_file(self) -> str:
        """Import a PO file."""
        text = self.values.torn(self.po)
        path = self.folder / "b.po"
        path.write_bytes(text.encode(errors="surrogatepass"))
        call_command(
            "import_translations", path, pk=self.draft.pk, language="pl", verbosity=0, stderr=_Quiet()
        )
        return text

    def script_page(self) -> str:
        """Save a script on its page."""
        text = json.dumps(self.values.mutated(self.compact))
        if self.values.random.random() < 0.2:
            text = self.values.torn(text)
        page = reverse("admin:chat_api_schema_script", args=[self.draft.pk])
        self._posted(page, {"script": text.encode(errors="replace").decode()})
        return text

    def upload_page(self) -> str:
        """Upload a file."""
        text = json.dumps(self.values.mutated(self.values.random.choice((self.compact, self.fixture))))
        content = text.encode(errors="surrogatepass")
        name = self.values.random.choice(("a.json", "a.yaml", "a.xml", "a"))
        self._posted(reverse("admin:chat_api_schema_upload"), {"file": SimpleUploadedFile(name, content)})
        return text

    def preview_page(self) -> str:
        """Answer the questions of a script in the preview."""
        replies = self.values.mutated([{"text": "1"}, {"answers": [1]}, {}])
        page = reverse("admin:chat_api_schema_preview", args=[self.draft.pk])
        text = self.values.text().encode(errors="replace").decode()
        self._posted(page, {"replies": json.dumps(replies), "text": text, "answers": ["1", text]})
        return json.dumps(replies)

    def _posted(self, page: str, body: dict[str, Any]) -> None:
        status = self.admin.post(page, body).status_code
        self.report.answers[str(status)] += 1
        if status >= 500:
            raise AssertionError(f"{page} answered {status}")


class _Quiet:
    """A stream that keeps nothing."""

    def write(self, *_: Any, **__: Any) -> None:
        """Discard the text."""


def fuzz(seed: int, inputs: int, clock: Clock) -> Report:
    """Send up to `inputs` files to each door and report what was neither taken nor refused in words."""
    report = Report("documents")
    values = Values(seed)
    with tempfile.TemporaryDirectory() as folder:
        files = _Files(values, Path(folder), report)
        doors: list[Callable[[], str]] = [
            files.compact_document,
            files.fixture_file,
            files.po_file,
            files.script_page,
            files.upload_page,
            files.preview_page,
        ]
        for _ in range(inputs):
            for door in doors:
                if clock.is_over:
                    return report
                _try(door, files, report)
    return report


def _try(door: Callable[[], str], files: _Files, report: Report) -> None:
    report.inputs += 1
    before = Schema.objects.count()
    try:
        door()
        report.answers["taken"] += 1
    except CommandError as error:
        report.answers["refused"] += 1
        if not str(error).strip():
            report.found(f"{door.__name__}: refused without a word", "")
        if Schema.objects.count() != before:
            report.found(f"{door.__name__}: refused, and stored all the same", str(error))
    except Exception as error:  # noqa: BLE001 (a finding, whatever it is)
        report.found(
            f"{door.__name__}: {type(error).__name__}: {str(error)[:80]}", traceback.format_exc()[-900:]
        )
