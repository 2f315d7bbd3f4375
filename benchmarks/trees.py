"""Trees of the project (this one, older revisions), and programs of this folder that run inside them.

A tree has its own `chat_api` and `tests`; the programs that measure it are always those of this folder, so that
two trees are measured alike.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

BENCHMARKS = Path(__file__).resolve().parent
HERE = BENCHMARKS.parent

DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout of the project; `name` distinguishes its test databases from those of the other trees."""

    name: str
    path: Path

    def start(self, module: str, *arguments: str, database: str, programs: Path) -> subprocess.Popen[str]:
        """Start `python -m module` with this tree's code; its standard input and output are pipes of text.

        `programs` is a folder whose `benchmarks` is this one, see `programs_folder`. `database` is one of DATABASES.
        """
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=programs,
            env=self._environment(database, programs),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _environment(self, database: str, programs: Path) -> dict[str, str]:
        suffix = os.environ.get("CHAT_API_TEST_DB_SUFFIX", "")
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(programs), str(self.path))),
            "PYTHONHASHSEED": "0",
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings_sockets",
            "CHAT_API_TEST_DATABASE": "postgres" if database == "postgresql" else database,
            # Two people may compare with the same tree at once.
            "CHAT_API_TEST_DB_SUFFIX": f"{suffix}_bench_{os.getpid()}_{self.name}",
        }


@contextmanager
def programs_folder() -> Iterator[Path]:
    """Yield a folder in which nothing but this `benchmarks` is found."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "benchmarks").symlink_to(BENCHMARKS)
        yield Path(folder)


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """Yield the path of a tree: `revision` where it is the path of one, else a worktree that lasts as long.

    Raises `SystemExit` where git refuses, with git's words.
    """
    if (Path(revision) / "chat_api").is_dir():
        yield Path(revision).resolve()
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tree"
        _git("worktree", "add", "--quiet", "--detach", str(path), revision)
        try:
            yield path
        finally:
            _git("worktree", "remove", "--force", str(path))


def name_of(tree: Path) -> str:
    """Return the short commit of the tree, with a plus sign where it has uncommitted changes."""
    commit = _git("rev-parse", "--short", "HEAD", tree=tree)
    return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no", tree=tree) else "")


def _git(*arguments: str, tree: Path = HERE) -> str:
    command = ["git", "-C", str(tree), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr.strip())
    return done.stdout.strip()
