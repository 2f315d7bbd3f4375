"""A table as a file that a browser downloads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from tempfile import TemporaryFile
from typing import IO, Any, Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from chat_api.lib.tables import CSV, JSON, TEXTS, XLSX, ExportRefused, Table, write_xlsx

_TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    JSON: "application/json",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CHUNK: Final = 2**16

Chunks = Generator[bytes, None, None]


def download_of(request: HttpRequest, table: Table, kind: str, name: str) -> StreamingHttpResponse:
    """Return the response with the table as a file of one of `FORMATS`, streamed while it is written.

    `name` is that of the file without its extension. A sheet is first written to a temporary file. Raises
    `ExportRefused`, also if the disk is full.
    """
    chunks = _of_text(table, kind) if kind in TEXTS else _of_file(_sheet(table))
    is_async = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(_one_by_one(chunks) if is_async else chunks, content_type=_TYPES[kind])
    filename = f"{name}.{kind}"
    response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=filename))
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _of_text(table: Table, kind: str) -> Chunks:
    for chunk in TEXTS[kind](table):
        yield chunk.encode()


def _sheet(table: Table) -> IO[bytes]:
    try:
        file = TemporaryFile()  # noqa: SIM115  (closed once it is sent)
    except OSError as error:
        raise ExportRefused(f"The sheet could not be written: {error.strerror or error}.") from error
    try:
        write_xlsx(table, file)
        file.seek(0)
    except OSError as error:
        file.close()
        raise ExportRefused(f"The sheet could not be written: {error.strerror or error}.") from error
    except BaseException:
        file.close()
        raise
    return file


def _of_file(file: IO[bytes]) -> Chunks:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


async def _one_by_one(chunks: Chunks) -> AsyncIterator[bytes]:
    """Yield the chunks one by one: under ASGI, Django reads a synchronous iterator as a whole."""
    read: Any = sync_to_async(next)
    try:
        while (chunk := await read(chunks, None)) is not None:
            yield chunk
    finally:
        await sync_to_async(chunks.close)()
