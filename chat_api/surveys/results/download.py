"""The surveys of a schema as a file that a browser downloads."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.text import slugify

from chat_api.lib.downloads import download_of as table_download
from chat_api.schemas.models import Schema
from chat_api.schemas.pooling import file_name_of
from chat_api.schemas.results.options import TableOptions
from chat_api.surveys.results.table import table_for


def download_of(
    request: HttpRequest, schema: Schema, kind: str, options: TableOptions
) -> StreamingHttpResponse:
    """Return the response with the surveys as a file of one of `FORMATS`, streamed while it is written.

    A sheet is first written to a temporary file. Raises `ExportRefused`, also if the disk is full.
    """
    names = (file_name_of(schema, all_versions=options.all_versions), slugify(options.repeat or ""))
    return table_download(
        request, table_for(kind, schema, options=options), kind, "-".join(filter(None, names))
    )
