"""The search in Elasticsearch and OpenSearch: the public path of `chat_api.search.backends.elasticsearch`."""

from chat_api.search.backends.elasticsearch.backend import ElasticsearchBackend

__all__ = ["ElasticsearchBackend"]
