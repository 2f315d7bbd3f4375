"""The files in the storage of the tests."""

from __future__ import annotations

from django.core.files.storage import default_storage


def stored_files(folder: str = "attachments") -> set[str]:
    """Return the names of all files under a folder of the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return set()
    below = (stored_files(f"{folder}/{name}") for name in folders)
    return {f"{folder}/{name}" for name in files}.union(*below)
