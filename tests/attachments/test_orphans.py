"""Orphaned files are found and deleted; all others are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from tests.attachments.conftest import Place
from tests.attachments.pictures import as_text, picture
from tests.attachments.storing import stored_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("storage")]


@pytest.fixture
def left() -> set[str]:
    """Orphaned files of a killed process."""
    folders = ("attachments", "attachments/thumbnails")
    return {default_storage.save(f"{folder}/left.png", ContentFile(b"x")) for folder in folders}


def test_cleanup_of_an_empty_storage_deletes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("delete_unused_files")
    assert capsys.readouterr().out == "0 file(s) deleted.\n"


def test_only_old_files_without_a_row_are_deleted(
    place: Place, left: set[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place.attach(type="image", file_content=as_text(picture()))
    other = default_storage.save("elsewhere/a.png", ContentFile(b"x"))
    used = stored_files() - left
    call_command("delete_unused_files")
    assert stored_files() == used | left
    later = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr("chat_api.management.commands.delete_unused_files.timezone.now", lambda: later)
    capsys.readouterr()
    call_command("delete_unused_files", dry_run=True)
    assert sorted(capsys.readouterr().out.splitlines()) == ["2 file(s) would be deleted.", *sorted(left)]
    assert stored_files() == used | left
    call_command("delete_unused_files")
    assert stored_files() == used
    assert default_storage.exists(other)


def test_rows_are_queried_in_batches(
    left: set[str], settings: Any, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat_api.attachments import orphans

    for number in range(10):
        default_storage.save(f"attachments/{number}.png", ContentFile(b"x"))
    with django_assert_num_queries(12):
        call_command("delete_unused_files", hours=0, verbosity=0)
    assert stored_files() == set()
    assert orphans._AT_ONCE >= 100


def test_file_deleted_meanwhile_does_not_stop_the_cleanup(
    left: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat_api.attachments import orphans

    gone = min(left)
    listed = orphans._names_in

    def names_in(storage: Any, folder: str) -> list[str]:
        found = listed(storage, folder)
        storage.delete(gone)
        return found

    monkeypatch.setattr(orphans, "_names_in", names_in)
    call_command("delete_unused_files", hours=0)
    assert stored_files() == set()
