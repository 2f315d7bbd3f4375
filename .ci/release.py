"""Check that this checkout can be released; print each problem, and exit with 1 if there is one.

``python .ci/release.py``, usually by ``make release-check``, which then builds and checks what is released.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
KINDS: Final = ("breaking", "security", "added", "changed", "fixed")

_VERSION: Final = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
#: PEP 440, without epochs, local versions and development releases: what is published.
_PUBLISHED: Final = re.compile(r"\d+(\.\d+)+((a|b|rc)\d+)?(\.post\d+)?")
_SECTION: Final = re.compile(r"^(\d\S*) \(([^)\n]*)\)\n-+$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A release in the changelog; `when` is a date, or what stands in its place."""

    version: str
    when: str


def version_in(root: Path) -> str:
    """Return the version of the package; raises `SystemExit` where it has none."""
    found = _VERSION.search((root / "chat_api" / "__init__.py").read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit("chat_api/__init__.py has no line __version__ = …")
    return found[1]


def sections_in(root: Path) -> list[Section]:
    """Return the releases of the changelog, the newest first."""
    text = (root / "CHANGELOG.rst").read_text(encoding="utf-8")
    return [Section(*found) for found in _SECTION.findall(text)]


def changelog_problems(version: str, sections: list[Section], today: date) -> Iterator[str]:
    """Compare the version with the changelog."""
    if not _PUBLISHED.fullmatch(version):
        yield f"{version} is not a version to publish, for example 1.0, 1.0.1 or 1.0a2."
    own = [section for section in sections if section.version == version]
    if not own:
        yield f"CHANGELOG.rst has no section {version}: run towncrier build."
        return
    if len(own) > 1:
        yield f"CHANGELOG.rst has {len(own)} sections {version}: merge them."
    if sections[0].version != version:
        yield f"The first section of CHANGELOG.rst is {sections[0].version}, not {version}."
    try:
        is_future = date.fromisoformat(own[0].when) > today
    except ValueError:
        yield f"The section {version} of CHANGELOG.rst says {own[0].when!r} in place of a date like {today}."
    else:
        if is_future:
            yield f"The section {version} of CHANGELOG.rst is dated {own[0].when}, which is in the future."


def fragment_problems(root: Path) -> Iterator[str]:
    """Report each fragment: at a release they are all in the changelog."""
    for path in sorted((root / "changelog.d").iterdir()):
        if path.name in {"README.rst", "_template.rst.jinja"}:
            continue
        if path.name.removesuffix(".rst").rpartition(".")[2] not in KINDS or path.suffix != ".rst":
            yield f"changelog.d/{path.name} is not named SUBJECT.KIND.rst; KIND is one of {', '.join(KINDS)}."
        else:
            yield f"changelog.d/{path.name} is not in CHANGELOG.rst: run towncrier build."


def git_problems(root: Path, version: str) -> Iterator[str]:
    """Report changes that are not committed, and a tag that another commit has."""
    changed = _git(root, "status", "--porcelain").splitlines()
    if changed:
        names = ", ".join(line[3:] for line in changed[:5])
        yield f"Not committed: {names}{' and others' if len(changed) > 5 else ''}."
    if version in _git(root, "tag", "--list").split():
        tagged = _git(root, "rev-parse", f"{version}^{{commit}}").strip()
        if tagged != _git(root, "rev-parse", "HEAD").strip():
            yield f"The tag {version} is on another commit, {tagged[:7]}: a version is published once."


def problems(root: Path, today: date) -> list[str]:
    """Return everything that stands against a release."""
    version = version_in(root)
    return [
        *changelog_problems(version, sections_in(root), today),
        *fragment_problems(root),
        *git_problems(root, version),
    ]


def _git(root: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Print the problems of this checkout."""
    found = problems(ROOT, date.today())  # noqa: DTZ011  (the date of the person who releases)
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(f"{version_in(ROOT)}: version, changelog and checkout agree.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
