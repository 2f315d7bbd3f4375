"""Commands write complete files, or keep the previous ones."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chat_api.lib.atomic_files import write_text_whole
from tests.factories import draft_schema


def test_full_disk_keeps_the_previous_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    path.write_text("before")

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_text_whole(path, "after")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]
    assert path.read_text() == "before"


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["dump_schema", "export_translations"])
def test_failed_command_keeps_the_previous_file(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = draft_schema([{"type": "text"}])
    path = tmp_path / "schema.out"
    options = {"language": "pl"} if command == "export_translations" else {}
    call_command(command, pk=schema.pk, output=path, **options)
    before = path.read_text()
    assert before

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CommandError, match="No space left"):
        call_command(command, pk=schema.pk, output=path, **options)
    assert path.read_text() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_mode_is_that_of_the_previous_file_or_of_a_new_one(tmp_path: Path) -> None:
    old, new, usual = tmp_path / "old", tmp_path / "new", tmp_path / "usual"
    old.write_text("x")
    old.chmod(0o640)
    usual.write_text("x")
    write_text_whole(old, "y")
    write_text_whole(new, "y")
    assert (old.stat().st_mode & 0o777, new.stat().st_mode) == (0o640, usual.stat().st_mode)


def test_device_is_written_directly() -> None:
    write_text_whole(Path(os.devnull), "y")
    assert not Path(os.devnull).is_file()
