"""Forms and hooks of the repository: GitHub and pre-commit accept them, and everything that they name exists."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tooling.conftest import ROOT

FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
INPUTS = {"textarea", "input", "dropdown", "checkboxes"}

pytestmark = pytest.mark.skipif(
    not FORMS, reason="holds in a checkout alone: a source distribution has no forms"
)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", [path for path in FORMS if path.name != "config.yml"], ids=lambda path: path.name
)
def test_issue_form_has_what_github_asks_for(path: Path) -> None:
    form = read(path)
    assert form["name"]
    assert form["description"]
    fields = [item for item in form["body"] if item["type"] != "markdown"]
    assert {item["type"] for item in fields} <= INPUTS
    assert all(item["attributes"]["label"] for item in fields)
    names = [item["id"] for item in fields]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]+", name) for name in names)
    assert any(item.get("validations", {}).get("required") for item in fields)
    for item in fields:
        if item["type"] == "dropdown":
            assert all(isinstance(option, str) for option in item["attributes"]["options"])
        if item["type"] == "checkboxes":
            assert all(option["label"] for option in item["attributes"]["options"])


def test_every_issue_goes_through_a_form() -> None:
    assert read(ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml")["blank_issues_enabled"] is False


@pytest.mark.parametrize(
    "path", [*FORMS, ROOT / ".github" / "PULL_REQUEST_TEMPLATE.md"], ids=lambda path: path.name
)
def test_form_names_files_that_exist(path: Path) -> None:
    for name in re.findall(
        r"\b(?:docs|changelog\.d|chat_api)/[\w./-]*|\b[A-Z_]{4,}\.(?:rst|md)\b", path.read_text()
    ):
        assert (ROOT / name.rstrip(".")).exists(), name


def test_hooks_run_the_tools_of_the_project() -> None:
    [local] = read(ROOT / ".pre-commit-config.yaml")["repos"]
    assert local["repo"] == "local"
    for hook in local["hooks"]:
        assert hook["language"] == "system"
        assert ".venv/bin/" in hook["entry"]
