"""Models and their columns have names in the language of the admin, and no migration follows from it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from chat_api.lib.model_names import COLUMNS, MODELS
from tests.factories import MemberFactory, UserFactory

MODELS_OF_THE_APP = list(apps.get_app_config("chat_api").get_models())


def columns_of(model: Any) -> list[Any]:
    options = model._meta
    found = [*options.fields, *options.many_to_many, *options.private_fields]
    return [column for column in found if not column.auto_created and hasattr(column, "verbose_name")]


def test_each_name_is_listed_and_no_other() -> None:
    with translation.override("en"):
        assert {str(model._meta.verbose_name) for model in MODELS_OF_THE_APP} == set(MODELS)
        names = {str(column.verbose_name) for model in MODELS_OF_THE_APP for column in columns_of(model)}
        assert names == set(COLUMNS)
        assert {name: str(text) for name, text in COLUMNS.items()} == {name: name for name in COLUMNS}


@pytest.mark.parametrize("model", MODELS_OF_THE_APP, ids=lambda model: model.__name__)
def test_names_follow_the_active_language(model: Any) -> None:
    assert isinstance(model._meta.verbose_name, Promise)
    assert isinstance(model._meta.verbose_name_plural, Promise)
    for column in columns_of(model):
        assert isinstance(column.verbose_name, Promise), column.name


@pytest.mark.django_db
def test_the_admin_is_in_the_language_of_the_browser() -> None:
    client = Client(headers={"Accept-Language": "pl"})
    user: Any = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(user)
    member: Any = MemberFactory.create()
    page = client.get(reverse("admin:chat_api_userthread_change", args=[member.pk])).content.decode()
    for text in ("Członkostwa", "Po zakończeniu", "Otwarty"):
        assert text in page
