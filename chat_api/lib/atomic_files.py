"""Write files atomically: a file is complete, or it does not exist."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


def write_whole(path: Path, write: Callable[[IO[bytes]], object], *, private: bool = False) -> None:
    """Write a temporary file in the same folder, and rename it when it is complete.

    The previous file stays until then. If writing fails it stays, and the temporary file is deleted. With `private`
    only the owner can read the file. Raises `OSError`, and any exception of `write`.
    """
    with NamedTemporaryFile(dir=path.parent, prefix=".export-", suffix=".part", delete=False) as file:
        try:
            write(file)
            file.close()
            if not private:
                Path(file.name).chmod(_mode_of(path))
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def write_text_whole(path: Path, text: str) -> None:
    """Write text in UTF-8, as `write_whole` does.

    Devices, pipes, and files in a folder that is not writable are written directly.
    """
    if path.exists() and not (path.is_file() and os.access(path.resolve().parent, os.W_OK)):
        path.write_text(text, encoding="utf-8")
    else:
        write_whole(path.resolve(), lambda file: file.write(text.encode()))


def _mode_of(path: Path) -> int:
    """Return the mode of the file that is replaced, or the one that a new file would get."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
