"""The entries of the library, read from files and from functions of the host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext_noop

from chat_api.engine.question_types.registry import question_type
from chat_api.lib.hooks import degraded
from chat_api.schemas.portability import BadDocument
from chat_api.schemas.portability.parsing import parse, read_text
from chat_api.settings import chat_settings, import_setting
from chat_api.settings.table.scripts import library_path

SETTING: Final = "SCRIPT_LIBRARY"
_HERE: Final = Path(__file__).resolve().parent
_OURS: Final = ("phq9", "gad7", "phq2", "gad2")
#: What they measure, for translation.
_MEASURES: Final = (
    gettext_noop("Severity of depression"),
    gettext_noop("Severity of anxiety"),
    gettext_noop("Screening for depression"),
    gettext_noop("Screening for anxiety"),
)
#: The maximum number of entries that are shown.
_ENTRIES_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A document to begin from, and what its card says; `key` identifies it in forms."""

    key: str
    title: str
    document: Mapping[str, Any]
    measures: str = ""
    source: str = ""
    licence: str = ""
    #: The code of the language of its texts; empty if the file does not say it.
    language: str = ""

    @property
    def question_count(self) -> int:
        """The number of questions that wait for an answer."""
        listed = self.document.get("questions")
        questions = listed if isinstance(listed, list) else []
        types = [str(each.get("type")) for each in questions if isinstance(each, dict)]
        return sum(question_type(name).is_asked and question_type(name).is_answerable for name in types)

    @property
    def languages(self) -> list[str]:
        """The codes of its languages: that of its texts, then those of the translations."""
        own = [self.language] if self.language else []
        return [*own, *sorted({*_languages(self.document)} - {self.language})]


def entries() -> list[Entry]:
    """Return the library: our documents, then those of SCRIPT_LIBRARY.

    A document of the host that cannot be read is left out; the system check and the log say why.
    """
    found = [entry_of(_read(_HERE / f"{name}.yaml")) for name in _OURS]
    for item in chat_settings.SCRIPT_LIBRARY:
        found += degraded(SETTING, partial(_of_host, item), fallback=[])
    return list(_with_own_keys(found[:_ENTRIES_MAX]))


def entry_of(content: Any) -> Entry:
    """Return the entry of a document with or without the part `library`. Raises `BadDocument`."""
    if not isinstance(content, Mapping):
        raise BadDocument("not a document")
    document = {name: value for name, value in content.items() if name != "library"}
    about = content.get("library") or {}
    if not isinstance(about, Mapping):
        raise BadDocument("library: not a mapping of title, measures, source, licence and language")
    texts = {name: str(about.get(name) or "") for name in ("measures", "source", "licence", "language")}
    title = str(about.get("title") or document.get("name") or "")
    return Entry(slugify(title) or "entry", title, document, **texts)


def read_file(path: Path) -> Entry:
    """Return the entry in a file. Raises `BadDocument`."""
    return entry_of(parse(read_text(path), is_json=path.suffix.lower() == ".json"))


def _of_host(item: Any) -> list[Entry]:
    path = library_path(item)
    if path is not None:
        return [read_file(path)]
    function: Callable[[], Iterable[Any]] = import_setting(SETTING, item)
    return [entry_of(each) for each in function()]


@lru_cache(maxsize=len(_OURS))
def _read(path: Path) -> Any:
    return parse(read_text(path), is_json=False)


def _with_own_keys(found: Iterable[Entry]) -> Iterator[Entry]:
    """Yield the entries, those with the key of an earlier one with another."""
    taken: dict[str, int] = {}
    for entry in found:
        times = taken[entry.key] = taken.get(entry.key, 0) + 1
        key = entry.key if times == 1 else f"{entry.key}--{times}"
        yield replace(entry, key=key)


def _languages(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if str(name).endswith("_i18n") and isinstance(item, Mapping):
                yield from map(str, item)
            else:
                yield from _languages(item)
    elif isinstance(value, list):
        for item in value:
            yield from _languages(item)
