"""A storage that fails on demand, as real storages do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage


class ClientError(Exception):
    """An error class of an object store client."""


FAILURES: dict[str, Exception] = {
    "a full disk": OSError(errno.ENOSPC, "No space left on device"),
    "no permission": PermissionError(errno.EACCES, "Permission denied"),
    "a time-out": TimeoutError("timed out"),
    "no connection": ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
    "an object store": ClientError("An error occurred (503) when calling the PutObject operation: SlowDown"),
    "a fault of its own": RuntimeError("backend is misconfigured"),
}


class Interrupted(ContentFile):
    """A file whose reading fails after the first part."""

    def read(self, size: int | None = -1) -> bytes:
        part: bytes = super().read(size)
        if self.tell() > 2**16:
            raise TimeoutError("timed out in the middle")
        return part


class FailingStorage(FileSystemStorage):
    """Files in a folder; `failing` names the methods that fail."""

    error: ClassVar[BaseException | None] = None
    methods: ClassVar[frozenset[str]] = frozenset()
    #: The number of calls of `save` before the failing one.
    good: ClassVar[int] = 0
    interrupted: ClassVar[bool] = False

    def _fail(self, method: str) -> None:
        if self.error is not None and method in self.methods:
            raise self.error

    def _save(self, name: str, content: Any) -> str:
        if self.error is not None and "save" in self.methods:
            if type(self).good:
                type(self).good -= 1
            else:
                # A disk fills up while a file is being written.
                super()._save(name, ContentFile(content.read(10)))  # type: ignore[misc]
                raise self.error
        stored: str = super()._save(name, content)  # type: ignore[misc]
        return stored

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        self._fail("open")
        found: File[Any] = super()._open(name, mode)  # type: ignore[misc]
        if not self.interrupted:
            return found
        with found:
            return Interrupted(found.read())

    def url(self, name: str | None) -> str:
        self._fail("url")
        return super().url(name)

    def delete(self, name: str) -> None:
        self._fail("delete")
        super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        self._fail("listdir")
        return super().listdir(path)


@contextmanager
def failing(error: BaseException, *methods: str, good: int = 0) -> Iterator[None]:
    """Replace the methods of the storage in the block by failing ones; `save` fails after `good` calls."""
    FailingStorage.error, FailingStorage.methods, FailingStorage.good = error, frozenset(methods), good
    try:
        yield
    finally:
        FailingStorage.error, FailingStorage.methods, FailingStorage.good = None, frozenset(), 0


OUTSIDE = SuspiciousFileOperation("The joined path is located outside of the base path component")
