"""Fixtures of the walks through instruments."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.factories import UserFactory
from tests.instruments.naive import NEXT
from tests.instruments.replies import DAY

#: Walks through each instrument; a few show that the door works, thousands look for rare cases.
WALKS = int(os.environ.get("CHAT_API_WALKS", "6"))


@pytest.fixture(params=sorted(NEXT))
def instrument(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def walks() -> int:
    """The number of walks through each instrument."""
    return WALKS


@pytest.fixture
def user(db: None) -> Any:
    return UserFactory.create()


@pytest.fixture
def sees_results(settings: Any) -> None:
    """Respondents see all results of their answers."""
    seen = ["values", "scores", "bands", "flags"]
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": seen}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Noon of the day that the answers are made for; the clock stands still."""
    noon = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as traveller:
        yield traveller
