"""Findings of the checker are said in words that authors understand who do not program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from django.test import Client

from chat_api.schemas.admin.finding_texts import FINDING_TEXTS
from chat_api.schemas.translations.catalog import MISSING
from tests.factories import draft_schema
from tests.schemas.admin_pages import ask, client_with, document

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = sorted((ROOT / "tests/engine/cases").glob("*checker*.yaml"))


def documented_codes() -> set[str]:
    """Return the codes in the tables of findings in the documentation, and that of translations."""
    page = (ROOT / "docs/howto/schemas.rst").read_text()
    rows = re.findall(r"^   \* - (``.*)$", page, re.MULTILINE)
    return {code for row in rows for code in re.findall(r"``([a-z_]+)``", row)} | {MISSING}


def test_each_documented_finding_has_a_text() -> None:
    assert documented_codes() == set(FINDING_TEXTS)


@pytest.mark.parametrize("cases", CASES, ids=lambda path: path.stem)
def test_each_finding_of_the_checker_has_a_text(cases: Path) -> None:
    found = {row[1] for case in yaml.safe_load(cases.read_text()) for row in case["found"]}
    assert found
    assert found - set(FINDING_TEXTS) == set()


@pytest.mark.django_db
def test_the_editor_says_errors_in_plain_words_and_has_the_details() -> None:
    client: Client = client_with(is_superuser=True)
    schema = draft_schema([{}])
    content = document(
        {"qid": 1, "type": "text", "text": "?", "next_qid": -1}, {"qid": 2, "type": "text", "text": "!"}
    )
    (finding,) = ask(client, schema, "check", document=content).json()["findings"]
    assert finding["plain"] == "No way leads to this question: nobody will be asked it."
    assert (finding["qid"], finding["text"]) == (2, "No path to question with QID 2.")
