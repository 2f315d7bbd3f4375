"""`.ci/release.py` and the changelog: every obstacle to a release is reported, and nothing else."""

import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from tests.tooling.conftest import ROOT

TODAY = date(2026, 12, 1)
TITLE = "Changelog\n=========\n\n.. What is new goes below this line.\n\n"
DONE = "1.2 (2026-12-01)\n----------------\n\nAdded:\n\n* A thing.\n"


def git(root: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", *arguments]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository that can be released as 1.2."""
    for folder in ("chat_api", "changelog.d"):
        (tmp_path / folder).mkdir()
    (tmp_path / "chat_api" / "__init__.py").write_text('"""Docs."""\n\n__version__ = "1.2"\n')
    (tmp_path / "CHANGELOG.rst").write_text(TITLE + DONE)
    (tmp_path / "changelog.d" / "README.rst").write_text("How to.\n")
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "A commit", "--allow-empty")


def test_clean_checkout_of_a_dated_version_can_be_released(release: ModuleType, checkout: Path) -> None:
    assert release.problems(checkout, TODAY) == []


@pytest.mark.parametrize(
    ("changelog", "problem"),
    [
        (TITLE, "has no section 1.2"),
        (TITLE + DONE.replace("2026-12-01", "unreleased"), "'unreleased' in place of a date"),
        (TITLE + DONE.replace("2026-12-01", "2026-12-02"), "in the future"),
        (TITLE + DONE.replace("1.2", "1.3") + "\n" + DONE, "first section of CHANGELOG.rst is 1.3"),
        (TITLE + DONE + "\n" + DONE, "has 2 sections 1.2"),
    ],
)
def test_changelog_that_disagrees_is_named(
    release: ModuleType, checkout: Path, changelog: str, problem: str
) -> None:
    (checkout / "CHANGELOG.rst").write_text(changelog)
    commit(checkout)
    [found] = release.problems(checkout, TODAY)
    assert problem in found


@pytest.mark.parametrize("version", ["1.2.dev1", "1.2+local", "next"])
def test_version_that_cannot_be_published_is_named(release: ModuleType, checkout: Path, version: str) -> None:
    (checkout / "chat_api" / "__init__.py").write_text(f'__version__ = "{version}"\n')
    commit(checkout)
    assert any("not a version to publish" in found for found in release.problems(checkout, TODAY))


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("a-thing.added.rst", "run towncrier build"),
        ("a-thing.rst", "is not named"),
        ("a.feature.rst", "is not named"),
    ],
)
def test_fragment_that_is_left_is_named(release: ModuleType, checkout: Path, name: str, problem: str) -> None:
    (checkout / "changelog.d" / name).write_text("A thing.\n")
    commit(checkout)
    [found] = release.problems(checkout, TODAY)
    assert name in found
    assert problem in found


def test_change_that_is_not_committed_is_named(release: ModuleType, checkout: Path) -> None:
    (checkout / "new.txt").write_text("new")
    [found] = release.problems(checkout, TODAY)
    assert "new.txt" in found


def test_version_is_published_once(release: ModuleType, checkout: Path) -> None:
    git(checkout, "tag", "1.2")
    assert release.problems(checkout, TODAY) == []
    commit(checkout)
    [found] = release.problems(checkout, TODAY)
    assert "another commit" in found


def test_kinds_of_fragments_are_those_of_towncrier_and_of_the_readme(release: ModuleType) -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["towncrier"]["type"]
    assert tuple(kind["directory"] for kind in configured) == release.KINDS
    readme = (ROOT / "changelog.d" / "README.rst").read_text()
    assert all(f"\n``{kind}``\n" in readme for kind in release.KINDS)


def test_every_fragment_is_named_by_its_kind(release: ModuleType) -> None:
    assert [found for found in release.fragment_problems(ROOT) if "is not named" in found] == []


def test_fragments_become_a_section_in_the_form_of_the_changelog(tmp_path: Path) -> None:
    pytest.importorskip("towncrier")
    folder = tmp_path / "changelog.d"
    folder.mkdir()
    (folder / "_template.rst.jinja").write_text((ROOT / "changelog.d" / "_template.rst.jinja").read_text())
    (folder / "search.added.rst").write_text("Search finds\nprefixes.\n")
    (folder / "other.added.rst").write_text("Another thing.\n")
    (folder / "limits.breaking.rst").write_text("A limit is lower.\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    (tmp_path / "CHANGELOG.rst").write_text(TITLE + "1.1 (2026-01-01)\n----------------\n\nOlder.\n")
    command = [
        sys.executable,
        "-m",
        "towncrier",
        "build",
        "--yes",
        "--version",
        "1.2",
        "--date",
        "2026-12-01",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "CHANGELOG.rst").read_text() == (
        TITLE + "1.2 (2026-12-01)\n----------------\n\nIncompatible:\n\n* A limit is lower.\n\n"
        "Added:\n\n* Another thing.\n* Search finds\n  prefixes.\n\n1.1 (2026-01-01)\n----------------\n\nOlder.\n"
    )
    assert [path.name for path in folder.iterdir()] == ["_template.rst.jinja"]
