"""A host that changes the global defaults of Django REST framework; CHAT_API_TEST_DRF names one."""

from os import environ
from typing import Any, Final

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as PLAIN_APPS
from tests.settings import REST_FRAMEWORK as PLAIN

_DRF: Final = "rest_framework"
_VERSIONING: Final = f"{_DRF}.versioning"
DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "throttles, filters, formats, errors": {
        "DEFAULT_THROTTLE_CLASSES": [
            f"{_DRF}.throttling.ScopedRateThrottle",
            f"{_DRF}.throttling.UserRateThrottle",
            f"{_DRF}.throttling.AnonRateThrottle",
        ],
        "DEFAULT_THROTTLE_RATES": {"user": "100000/day", "anon": "100000/day"},
        "DEFAULT_FILTER_BACKENDS": [
            "django_filters.rest_framework.DjangoFilterBackend",
            f"{_DRF}.filters.SearchFilter",
            f"{_DRF}.filters.OrderingFilter",
        ],
        "ORDERING_PARAM": "sort",
        "SEARCH_PARAM": "find",
        "DEFAULT_PAGINATION_CLASS": f"{_DRF}.pagination.PageNumberPagination",
        "PAGE_SIZE": 7,
        "DEFAULT_PERMISSION_CLASSES": [f"{_DRF}.permissions.DjangoModelPermissions"],
        "DATETIME_FORMAT": "%d.%m.%Y",
        "DATETIME_INPUT_FORMATS": ["%d.%m.%Y"],
        "COERCE_DECIMAL_TO_STRING": False,
        "COERCE_BIGINT_TO_STRING": True,
        "UNICODE_JSON": False,
        "COMPACT_JSON": False,
        "STRICT_JSON": False,
        "UPLOADED_FILES_USE_URL": False,
        "NUM_PROXIES": 2,
        "NON_FIELD_ERRORS_KEY": "__all__",
        "EXCEPTION_HANDLER": "tests.settings_drf_parts.wrapped",
        "UNAUTHENTICATED_USER": None,
        "UNAUTHENTICATED_TOKEN": None,
    },
    "versions in the header, names": {
        "DEFAULT_VERSIONING_CLASS": f"{_VERSIONING}.AcceptHeaderVersioning",
        "DEFAULT_VERSION": "1.0",
        "ALLOWED_VERSIONS": ["1.0", "2.0"],
        "DATETIME_FORMAT": None,
        "URL_FORMAT_OVERRIDE": "fmt",
        "FORMAT_SUFFIX_KWARG": "suffix",
        "URL_FIELD_NAME": "href",
        "VIEW_NAME_FUNCTION": "tests.settings_drf_parts.named",
        "VIEW_DESCRIPTION_FUNCTION": "tests.settings_drf_parts.described",
        "DEFAULT_METADATA_CLASS": None,
        "DEFAULT_AUTHENTICATION_CLASSES": [f"{_DRF}.authentication.RemoteUserAuthentication"],
    },
    "versions in namespaces, no JSON": {
        "DEFAULT_VERSIONING_CLASS": f"{_VERSIONING}.NamespaceVersioning",
        "DEFAULT_RENDERER_CLASSES": [f"{_DRF}.renderers.BrowsableAPIRenderer"],
        "DEFAULT_PARSER_CLASSES": [f"{_DRF}.parsers.FormParser"],
    },
    "versions in paths, texts": {
        "DEFAULT_VERSIONING_CLASS": f"{_VERSIONING}.URLPathVersioning",
        "DEFAULT_RENDERER_CLASSES": ["tests.settings_drf_parts.TextRenderer"],
        "DEFAULT_PARSER_CLASSES": ["tests.settings_drf_parts.TextParser"],
        "DEFAULT_CONTENT_NEGOTIATION_CLASS": "tests.settings_drf_parts.FirstRenderer",
    },
}

INSTALLED_APPS = [*PLAIN_APPS, "django_filters"]
REST_FRAMEWORK = {**PLAIN, **DEFAULTS[environ.get("CHAT_API_TEST_DRF", next(iter(DEFAULTS)))]}
