"""The template tags that put an element on a page."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template, TemplateSyntaxError, engines
from django.utils.functional import SimpleLazyObject
from django.utils.translation import override

from chat_api import __version__
from tests.factories import MemberFactory, SurveyFactory
from tests.web.pages import Elements

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

FOLDER = f"/static/chat_api/client/{__version__}"


def head(texts: str = "en") -> list[tuple[str, dict[str, str | None]]]:
    """Return what comes before the first element: what its script loads is preloaded."""
    fetched = {"rel": "preload", "as": "fetch", "crossorigin": None}
    return [
        ("link", {"rel": "modulepreload", "href": f"{FOLDER}/elements.js"}),
        ("link", {**fetched, "href": f"{FOLDER}/elements.css"}),
        ("link", {**fetched, "href": f"{FOLDER}/strings/{texts}.json"}),
        ("script", {"type": "module", "src": f"{FOLDER}/register.js"}),
    ]


def html_of(tags: str, **context: Any) -> str:
    return str(Template(f"{{% load chat_api %}}{tags}").render(Context(context)))


def shown(tags: str, **context: Any) -> tuple[str, dict[str, str | None]]:
    """Return name and attributes of the one element, after the script."""
    *before, element = Elements(html_of(tags, **context)).found
    assert before == head()
    return element


@pytest.mark.parametrize(("language", "texts"), [("pl", "pl"), ("es-mx", "es"), ("de", "en"), (None, "en")])
def test_texts_of_the_language_are_preloaded(language: str | None, texts: str) -> None:
    with override(language):
        assert Elements(html_of("{% chat_thread 7 %}")).found[:-1] == head(texts)


def test_thread_is_an_object_or_an_id() -> None:
    member = MemberFactory.create()
    values = (
        member.thread,
        member,
        member.thread_id,
        str(member.thread_id),
        SimpleLazyObject(lambda: member),
    )
    for value in values:
        assert shown("{% chat_thread thread %}", thread=value) == (
            "dca-thread",
            {"thread": str(member.thread_id)},
        )
        assert shown("{% chat_launcher thread=thread %}", thread=value)[1]["thread"] == str(member.thread_id)
    assert html_of("{% chat_thread 7 %}").endswith('<dca-thread thread="7"></dca-thread>')


def test_survey_is_an_object_an_id_or_one_to_start() -> None:
    survey = SurveyFactory.create()
    assert shown("{% chat_survey survey %}", survey=survey) == ("dca-survey", {"survey": str(survey.pk)})
    assert shown("{% chat_survey 3 layout='page' %}") == ("dca-survey", {"survey": "3", "layout": "page"})
    assert shown("{% chat_survey schema=schema %}", schema=survey.schema) == (
        "dca-survey",
        {"schema": str(survey.schema_id)},
    )


def test_threads_and_launcher_are_of_chat_unless_they_name_something_else() -> None:
    assert shown("{% chat_threads %}") == ("dca-threads", {"type": "chat"})
    assert shown("{% chat_threads type='tracker' %}") == ("dca-threads", {"type": "tracker"})
    assert shown("{% chat_launcher %}") == ("dca-launcher", {"type": "chat"})
    assert shown("{% chat_launcher thread=7 %}") == ("dca-launcher", {"thread": "7"})


def test_keyword_arguments_are_attributes() -> None:
    tag = (
        "{% chat_threads can_start=True can_notify=False list_only=None thread=7 theme='dark' class='wide' %}"
    )
    assert shown(tag)[1] == {
        "type": "chat",
        "can-start": None,
        "thread": "7",
        "theme": "dark",
        "class": "wide",
    }


def test_values_cannot_end_their_attribute() -> None:
    hostile = "\"'><script>alert(1)</script>&\x00"
    for tag in (
        "{% chat_thread value %}",
        "{% chat_threads theme=value %}",
        "{% chat_survey 1 lang=value %}",
    ):
        assert shown(tag, value=hostile)[1]
        assert "<script>" not in html_of(tag, value=hostile).partition("</script>")[2]


@pytest.mark.parametrize("name", ["Theme", "_theme", "thème", "9theme"])
def test_name_that_no_attribute_has_is_a_clear_error(name: str) -> None:
    with pytest.raises((ImproperlyConfigured, TemplateSyntaxError), match="lower-case letters"):
        html_of(f"{{% chat_threads {name}=1 %}}")


@pytest.mark.parametrize(
    "tag", ["{% chat_thread missing %}", "{% chat_survey missing %}", "{% chat_survey %}"]
)
def test_missing_object_is_a_clear_error(tag: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="an object or an id"):
        html_of(tag)


def test_script_is_written_once() -> None:
    html = html_of("{% chat_thread 7 %}{% for n in 'ab' %}{% chat_survey 3 %}{% endfor %}{% chat_launcher %}")
    assert [name for name, _ in Elements(html).found] == [
        *(name for name, _ in head()),
        "dca-thread",
        "dca-survey",
        "dca-survey",
        "dca-launcher",
    ]


def test_each_page_has_the_script() -> None:
    template = engines["django"].from_string("{% load chat_api %}{% chat_threads %}")
    assert [template.render().count("<script") for _ in range(2)] == [1, 1]


def test_script_is_under_the_url_of_static_files(settings: LazySettings) -> None:
    settings.STATIC_URL = "https://cdn.example.com/files/"
    assert f'src="https://cdn.example.com/files/chat_api/client/{__version__}/register.js"' in html_of(
        "{% chat_threads %}"
    )
