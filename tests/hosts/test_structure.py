"""Rules for every module, so that a host's second database is never forgotten."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

import chat_api
from chat_api.lib.db.keys import ForeignKey, OneToOneField
from chat_api.lib.db.managers import ChatModel, PrimaryManager

MODELS = list(apps.get_app_config("chat_api").get_models())
PACKAGE = Path(chat_api.__file__).parent
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "migrations"]
#: Calls that use the default database unless one is named: `default`.
UNNAMED = {"connection", "atomic", "commit", "on_commit", "rollback", "savepoint", "set_rollback"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_is_read_where_it_is_written(model: type[models.Model]):
    assert issubclass(model, ChatModel)
    assert all(isinstance(manager, PrimaryManager) for manager in model._meta.managers)
    assert isinstance(model._base_manager, PrimaryManager)
    for field in model._meta.local_fields:
        assert not field.is_relation or isinstance(field, ForeignKey | OneToOneField), field


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_uses_the_default_database_unasked(path: Path):
    found = list(_unnamed(ast.parse(path.read_text())))
    assert found == [], "name the database by using=, or use chat_api.lib.db.transactions"


def _unnamed(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ("django.db", "django.db.transaction"):
            found += [alias.name for alias in node.names if alias.name in UNNAMED]
        named = isinstance(node, ast.Call) and {"using"} & {keyword.arg for keyword in node.keywords}
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in UNNAMED and not named:
            owner = called.value
            found += [called.attr] if isinstance(owner, ast.Name) and owner.id == "transaction" else []
        if isinstance(node, ast.FunctionDef):
            found += [
                ast.unparse(each) for each in node.decorator_list if ast.unparse(each) == "transaction.atomic"
            ]
    return found
