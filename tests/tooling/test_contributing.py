"""CONTRIBUTING.rst: the paths, names and targets in it exist."""

import re
from importlib import import_module

import pytest

from tests.tooling.conftest import ROOT

PAGE = (ROOT / "CONTRIBUTING.rst").read_text(encoding="utf-8")
PATHS = sorted(
    set(re.findall(r"\b(?:chat_api|tests|docs|example|benchmarks|fuzz|changelog\.d)/[\w./-]*\w/?", PAGE))
)
NAMES = sorted(set(re.findall(r"``(chat_api(?:\.\w+)+|tests(?:\.\w+)+)``", PAGE)))
TARGETS = sorted(set(re.findall(r"(?:``|\$ )make ([a-z-]+)", PAGE)))
#: `path.py`: ``NAME``, as the recipes write it.
PLACES = sorted(set(re.findall(r"``(\w+)`` in\s+``((?:chat_api|tests|docs)/[\w./-]+\.py)``", PAGE)))


@pytest.mark.parametrize("path", PATHS)
def test_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("name", NAMES)
def test_name_can_be_imported(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    assert hasattr(import_module(module), attribute)


@pytest.mark.parametrize("target", TARGETS)
def test_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("name", "path"), PLACES)
def test_name_is_where_the_page_says(name: str, path: str) -> None:
    assert re.search(rf"\b{name}\b", (ROOT / path).read_text(encoding="utf-8"))
