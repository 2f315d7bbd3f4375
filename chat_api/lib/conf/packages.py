"""System check messages for optional packages that the host's settings require."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Final

from django.core import checks

MISSING_PACKAGE: Final = "chat_api.E010"
MISSING_OPTION: Final = "chat_api.E011"


def missing_packages(where: str, packages: Mapping[str, str]) -> Iterator[checks.CheckMessage]:
    """Yield an error for each package that is not installed; `packages` maps it to the extra that includes it."""
    for package, extra in packages.items():
        if find_spec(package) is None:
            hint = f'Install it: pip install "django-chat-api[{extra}]".'
            yield checks.Error(f"{where} needs the package {package}.", hint=hint, id=MISSING_PACKAGE)
