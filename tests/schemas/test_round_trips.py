"""Round trips: any valid schema survives dump and load in every format."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as host
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema
from chat_api.schemas.portability import dump, load

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROUNDS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
#: For the main variant of each format; the content of files does not depend on the database.
MANY_ROUNDS = settings(ROUNDS, max_examples=200 if "sqlite" in host.DATABASES["default"]["ENGINE"] else 25)

# XML has no control characters, its parsers turn \r into \n, and Django strips white space at the ends.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n\t"), max_size=12)
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
short = texts.map(str.strip).filter(bool)
names = short.map(lambda name: name[:50])
numbers = st.integers(-(2**31) + 1, 2**31 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
modifications = st.lists(
    st.tuples(st.sampled_from(["x", "y_1"]), st.sampled_from(["x + 1", "1", "y_1 * 2"])).map(list), max_size=2
)


# Strategies are made once: hypothesis examines each new one, which takes longer than drawing from it.
@cache
def documents(text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | numbers | floats | text
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2)
    )


@cache
def translations(text: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(["pl", "pt-br", "zh-hans"]), text, max_size=2)


@cache
def optional(text: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | text


@st.composite
def schemas(draw: Any, text: st.SearchStrategy[str]) -> Any:
    """Generate columns of groups, and of questions with answers and templates, that pass `clean()`."""
    titles = draw(st.lists(names, max_size=2, unique=True))
    groups = list(zip(titles, draw(unique(numbers, len(titles))), strict=True))
    size = draw(st.integers(0, 4))
    qids, positions = draw(unique(numbers, size)), draw(unique(numbers, size))
    questions = []
    for qid, position in zip(qids, positions, strict=True):
        kind = draw(st.sampled_from(["choice", "text", "message", "fork", "range"]))
        low = draw(st.floats(-1e9, 1e9))
        columns = {
            "qid": qid,
            "position": position,
            "type": kind,
            "text": draw(text),
            "next_qid": draw(numbers) if kind in ("text", "message", "range") else None,
            "required": draw(st.booleans()),
            "choice_open": kind == "choice" and draw(st.booleans()),
            "range_from": low if kind == "range" else None,
            "range_to": low + 1.5 if kind == "range" else None,
            "meta": draw(documents(text)),
            "comments": draw(optional(text)),
            "text_i18n": draw(translations(text)),
            "show_as_type": draw(short),
            "variable_modifications": draw(modifications),
            "forking_rules": [[str(draw(st.sampled_from(qids))), "x > 0"]] if kind == "fork" else [],
        }
        answers = [
            {
                "position": place,
                "text": draw(text),
                "next_qid": draw(st.sampled_from([-1, *qids])),
                "exclusive": draw(st.booleans()),
                "meta": draw(documents(text)),
                "variable_modifications": draw(modifications),
                "comments": draw(optional(text)),
                "text_i18n": draw(translations(text)),
            }
            for place in draw(unique(numbers, draw(st.integers(0, 2))))
        ]
        templates = [
            {
                "type": "youtube",
                "title": draw(text),
                "options": draw(documents(text)),
                "description": draw(text),
            }
            for _ in range(draw(st.integers(0, 1)))
        ]
        group = draw(st.sampled_from([None, *titles]))
        questions.append((columns, group, answers, templates))
    return draw(names), groups, questions


@cache
def unique(values: st.SearchStrategy[int], size: int) -> st.SearchStrategy[list[int]]:
    return st.lists(values, min_size=size, max_size=size, unique=True)


def make(described: Any) -> Schema:
    name, groups, questions = described
    Schema.objects.all().delete()
    schema = Schema.objects.create(name=name, type="survey", version=3)
    rows = {
        name: Group.objects.create(schema=schema, name=name, position=position) for name, position in groups
    }
    for columns, group, answers, templates in questions:
        question = Question.objects.create(schema=schema, group=rows.get(group), **columns)
        Answer.objects.bulk_create(Answer(question=question, **answer) for answer in answers)
        AttachmentTemplate.objects.bulk_create(
            AttachmentTemplate(question=question, **template) for template in templates
        )
    return Schema.objects.get(pk=schema.pk)


def contents(schema: Schema) -> list[Any]:
    """Return all columns of all rows, except ids."""

    def values(row: Any) -> Any:
        left_out = {"id", "schema", "group", "question", "revision"}
        return {
            column.name: str(getattr(row, column.attname))
            if column.get_internal_type() in ("FileField", "ImageField")
            else getattr(row, column.attname)
            for column in row._meta.concrete_fields
            if column.name not in left_out
        }

    return [
        values(schema),
        [values(group) for group in schema.groups.all()],
        [
            (
                values(question),
                question.group and question.group.name,
                [values(answer) for answer in question.answers.all()],
                [values(template) for template in question.attachments.order_by("pk")],
            )
            for question in schema.questions.all()
        ],
    ]


def without_ids(text: str) -> str:
    """Return a fixture without the ids of its rows, which are new after loading."""
    return re.sub(r'("?\b(?:pk|schema|group|question)"?[:=] ?"?)\d+', r"\1N", text)


def round_trip(schema: Schema, format: str, *, as_json: bool = False) -> None:
    before = contents(schema)
    text = dump(schema, format=format, as_json=as_json)
    schema.delete()
    suffix = "json" if as_json else "yaml" if format == "compact" else format
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"schema.{suffix}"
        path.write_bytes(text.encode())
        (loaded,) = load([path], using="default").schemas
    copy = Schema.objects.get(pk=loaded.pk)
    assert contents(copy) == before
    if format == "compact":
        assert dump(copy, format=format, as_json=as_json) == text
    elif format != "xml":
        assert without_ids(dump(copy, format=format)) == without_ids(text)


@MANY_ROUNDS
@given(described=schemas(any_text))
def test_compact_document_in_yaml(described):
    round_trip(make(described), "compact")


@ROUNDS
@given(described=schemas(any_text))
def test_compact_document_in_json(described):
    round_trip(make(described), "compact", as_json=True)


@MANY_ROUNDS
@given(described=schemas(any_text))
def test_fixtures_in_json(described):
    round_trip(make(described), "json")


@ROUNDS
@given(described=schemas(any_text))
def test_fixtures_in_yaml(described):
    round_trip(make(described), "yaml")


@ROUNDS
@given(described=schemas(texts.map(str.strip)))
def test_fixtures_in_xml(described):
    round_trip(make(described), "xml")
