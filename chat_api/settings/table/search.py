"""Settings of the search for messages."""

from __future__ import annotations

from typing import Final

from chat_api.settings.rules import Maybe, Text, subclass_of
from chat_api.settings.setting import Setting

SETTINGS: Final = (
    Setting(
        "SEARCH_BACKEND",
        None,
        Maybe(subclass_of("chat_api.search.base.SearchBackend")),
        """
The subclass of ``chat_api.search.base.SearchBackend`` that finds messages. With ``None``,
``chat_api.search.elastic.ElasticsearchBackend`` if ``ELASTICSEARCH_URL`` is set, else
``chat_api.search.database.DatabaseSearchBackend``. See :doc:`/howto/search`.""",
    ),
    Setting(
        "ELASTICSEARCH_URL",
        None,
        Maybe(Text(starts=("http://", "https://"))),
        """
The URL of an Elasticsearch or OpenSearch server, with a user name and a password before the host if the server needs
them. With ``None``, the database is searched.""",
    ),
    Setting(
        "ELASTICSEARCH_PREFIX",
        "",
        Text(),
        """
The end of the name of the index: ``chat_api-messages-{prefix}``. Use lowercase letters, as the server requires.""",
    ),
)
