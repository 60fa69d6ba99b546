"""A seeded house for every test of the conversation."""

from __future__ import annotations

import pytest

from tests.calls import House


@pytest.fixture
def house() -> House:
    """The demo orders in a database in memory."""
    return House().seeded()
