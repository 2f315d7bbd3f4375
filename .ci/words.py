"""Report words that this project does not use, as ``file:line: word -> better``.

``python .ci/words.py [PATH ...]``: files or folders, all files of the repository without any. ``--count`` prints
numbers by folder instead, ``--by file`` or ``--by word`` by something else. The words are in ``.ci/words.toml``. The
exit code is 1 if anything is reported.
"""

import argparse
import fnmatch
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from prose import BLOT, READERS, Passage, passages

ROOT: Final = Path(__file__).resolve().parent.parent
LIST: Final = Path(__file__).resolve().with_name("words.toml")
#: What is quoted from elsewhere, compared byte by byte, or part of history.
SKIPPED: Final = (
    ".ci/words.toml",
    ".ci/words.py",
    "LICENSE",
    "chat_api/locale/*",
    "chat_api/migrations/*",
    "chat_api/static/chat_api/client/*",
    "tests/recorded/*",
    "tests/tooling/test_words.py",
)
_FIRST_WORD: Final = re.compile(r"^[rR]?[\"']{1,3}\s*([A-Za-z]+)")


@dataclass(frozen=True)
class Rule:
    """A pattern, what to write in its place, and where it is right after all."""

    match: re.Pattern[str]
    better: str
    unless: re.Pattern[str] | None = None


@dataclass
class Allowed:
    """Words that are right in some files; `used` counts what it let pass."""

    path: str
    text: re.Pattern[str]
    why: str
    used: int = 0


@dataclass(frozen=True)
class Finding:
    """A word in a place."""

    path: str
    line: int
    word: str
    better: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.word} -> {self.better}"


@dataclass
class WordList:
    """The rules of a file like ``.ci/words.toml``."""

    first_words: dict[str, str]
    rules: list[Rule]
    allowed: list[Allowed] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> "WordList":
        """Load a list; raises KeyError for an entry without one of its keys, `re.error` for a broken pattern."""
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        rules = [
            Rule(
                _whole_words(entry["match"]),
                entry["better"],
                _whole_words(entry["unless"]) if "unless" in entry else None,
            )
            for entry in data["words"]
        ]
        allowed = [
            Allowed(entry["path"], _whole_words(entry["text"]), entry["why"])
            for entry in data.get("allowed", [])
        ]
        return cls(data["first_words"], rules, allowed)

    def check(self, name: str, found: Iterable[Passage]) -> Iterator[Finding]:
        """Yield what the rules find in the passages of the file with that name."""
        for passage in found:
            for start, word, better in self._matches(passage):
                if not self._is_allowed(name, passage.text, start):
                    line = passage.line + passage.text.count("\n", 0, start)
                    yield Finding(name, line, " ".join(word.split()), better)

    def _matches(self, passage: Passage) -> Iterator[tuple[int, str, str]]:
        if passage.kind == "docstring":
            first = _FIRST_WORD.match(passage.text.lstrip())
            if first and first[1] in self.first_words:
                yield 0, f"{first[1]} (first word)", self.first_words[first[1]]
        for rule in self.rules:
            right = [match.span() for match in rule.unless.finditer(passage.text)] if rule.unless else []
            for match in rule.match.finditer(passage.text):
                if not any(start < match.end() and match.start() < end for start, end in right):
                    yield match.start(), match[0], rule.better

    def _is_allowed(self, name: str, text: str, position: int) -> bool:
        for entry in self.allowed:
            if fnmatch.fnmatch(name, entry.path) and any(
                match.start() <= position < match.end() for match in entry.text.finditer(text)
            ):
                entry.used += 1
                return True
        return False

    def unneeded(self) -> list[str]:
        """Return complaints about entries of the allowlist that let nothing pass."""
        return [
            f"{LIST.name}: nothing needs {entry.path} {entry.text.pattern!r}"
            for entry in self.allowed
            if not entry.used
        ]


def _whole_words(pattern: str) -> re.Pattern[str]:
    spaced = pattern.replace(" ", r"\s+") if "(?<" not in pattern else pattern
    return re.compile(rf"(?<![\w{BLOT}])(?:{spaced})(?![\w{BLOT}])", re.IGNORECASE)


def files(paths: list[str]) -> Iterator[Path]:
    """Yield the files to read: those of git (new ones, too) below the paths, but what is skipped."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *paths]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in sorted(set(filter(None, listed.split("\0")))):
        path = ROOT / name
        known = path.suffix in READERS or path.name in READERS
        if known and path.is_file() and not any(fnmatch.fnmatch(name, pattern) for pattern in SKIPPED):
            yield path


def report(findings: list[Finding], *, by: str) -> Iterator[str]:
    """Yield the numbers of findings, the largest first, with their sum at the end."""
    keys = {
        "folder": lambda it: str(Path(it.path).parent),
        "file": lambda it: it.path,
        "word": lambda it: it.word.lower(),
    }
    for key, number in Counter(map(keys[by], findings)).most_common():
        yield f"{number:6} {key}"
    yield f"{len(findings):6} in all"


def main(arguments: list[str]) -> int:
    """Print the findings; return 1 if there are any."""
    parser = argparse.ArgumentParser(description="Report words that this project does not use.")
    parser.add_argument("paths", nargs="*", help="files or folders; all files without any")
    parser.add_argument("--count", action="store_true", help="print numbers instead of places")
    parser.add_argument(
        "--by", choices=["folder", "file", "word"], default="folder", help="what --count goes by"
    )
    options = parser.parse_args(arguments)
    words = WordList.load(LIST)
    paths = [str(Path(path).resolve()) for path in options.paths]
    findings = [
        finding
        for path in files(paths)
        for finding in words.check(str(path.relative_to(ROOT)), passages(path))
    ]
    lines = report(findings, by=options.by) if options.count else map(str, findings)
    complaints = [] if options.paths else words.unneeded()
    for line in (*lines, *complaints):
        print(line)
    return int(bool(findings or complaints))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
