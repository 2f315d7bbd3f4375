"""The errors of the Python API: the public path of `chat_api.lib.rest.errors`."""

from chat_api.lib.rest.errors import ChatAPIError, Gone, InvalidInput, PublishedSchemaIsImmutable

__all__ = ["ChatAPIError", "Gone", "InvalidInput", "PublishedSchemaIsImmutable"]
