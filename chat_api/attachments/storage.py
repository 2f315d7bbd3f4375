"""Access to storages: a storage that fails leads to a 503 and leaves nothing half written."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File

from chat_api.lib.errors import StorageUnavailable

logger: Final = logging.getLogger("chat_api")

#: How storages report a missing file. Django's rejects names that lead out of its folder.
_NOT_THERE: Final = (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation)
_CHUNK: Final = 2**16


@contextmanager
def available(doing: str) -> Iterator[None]:
    """Log whatever the block raises, and raise `StorageUnavailable` instead; storages have errors of their own."""
    try:
        yield
    except StorageUnavailable:
        raise
    except Exception as error:
        logger.exception("The storage failed: %s", doing)
        raise StorageUnavailable from error


def save_file(field: Any, name: str | None, content: File[Any]) -> str:
    """Save a new file of the file field, and return its name in the storage.

    Raises `StorageUnavailable`; whatever was written of the file is deleted then.
    """
    with available(f"saving {name}"):
        wanted = field.generate_filename(None, name)
        # The name is free now, so a file with that name after a failure is ours.
        free = field.storage.get_available_name(wanted, max_length=field.max_length)
    try:
        with available(f"saving {free}"):
            return str(field.storage.save(free, content, max_length=field.max_length))
    except BaseException:
        delete_file(field.storage, free)
        raise


def size_of(file: Any) -> int | None:
    """Return the size of a file in bytes; None if the file is missing. Raises `StorageUnavailable`."""
    with available(f"reading the size of {file.name}"):
        try:
            size: int = file.size
        except _NOT_THERE:
            return None
    return size


def delete_file(storage: Any, name: str) -> bool:
    """Delete a file. Return False, and log the error, if the storage failed.

    The rows are committed by then, and `delete_unused_files` finds the file later.
    """
    try:
        storage.delete(name)
    except Exception:
        logger.exception("The file %s could not be deleted", name)
        return False
    return True


class OpenFile:
    """An open file with its size and its first bytes read, as most storages fail only on reading."""

    def __init__(self, storage: Any, name: str) -> None:
        """Open the file. Raises `FileNotFoundError`, or `StorageUnavailable` for any other error."""
        self._name = name
        self._content: File[bytes] | None = None
        try:
            with available(f"reading {name}"):
                try:
                    self._content = storage.open(name)
                    self.size: int = self._content.size
                    self._first = self._content.read(_CHUNK)
                except _NOT_THERE as error:
                    raise _NotThere from error
        except _NotThere as error:
            self.close()
            raise FileNotFoundError(name) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; errors are only logged."""
        if self._content is None:
            return
        try:
            self._content.close()
        except Exception:
            logger.exception("The file %s could not be closed", self._name)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes. An error is logged and raised, so that the server aborts the response."""
        try:
            chunk = self._first
            while chunk:
                yield chunk
                chunk = self._read()
        finally:
            self.close()

    def _read(self) -> bytes:
        try:
            return b"" if self._content is None else self._content.read(_CHUNK)
        except Exception:
            logger.exception("The storage failed: reading %s, when a part of it was sent", self._name)
            raise


class AsyncOpenFile:
    """An open file for ASGI servers, for which Django would read a synchronous iterator completely."""

    def __init__(self, file: OpenFile) -> None:
        self._chunks = iter(file)
        self.close = file.close

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the bytes; each chunk is read in a thread."""
        read: Any = sync_to_async(next)
        while chunk := await read(self._chunks, b""):
            yield chunk


class _NotThere(StorageUnavailable):
    """The storage has no such file."""
