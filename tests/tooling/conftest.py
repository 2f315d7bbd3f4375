"""The modules of `.ci`, as the programs there import them."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / ".ci"


def load(name: str) -> ModuleType:
    """Import a module of `.ci`, which is a folder of scripts and not a package."""
    sys.path.insert(0, str(CI))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(CI))


@pytest.fixture(scope="session")
def words() -> ModuleType:
    return load("words")


@pytest.fixture(scope="session")
def release() -> ModuleType:
    return load("release")


@pytest.fixture(scope="session")
def check_asyncapi() -> ModuleType:
    return load("check_asyncapi")
