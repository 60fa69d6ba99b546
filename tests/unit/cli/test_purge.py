"""`flask purge`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from returnflow.conversation.ports import StoredSession
from returnflow.wiring import Services
from tests.calls import Clock

Flask = Callable[..., Any]
EMPTY = {"lines": 0, "answers": 0, "conversations": 0, "comments": 0, "tokens": 0, "cases": 0, "attempts": 0}


def old_call(services: Services, clock: Clock) -> None:
    """One conversation of a month ago: a greeting and nothing else."""
    now = clock()
    services.conversations.start(StoredSession("old", "0" * 64, "web", now, now, now), user_identity="guest")
    clock.forward(days=31)


def test_without_yes_nothing_is_changed(flask: Flask, services: Services, clock: Clock) -> None:
    """It shows what would go, and how to make it go."""
    old_call(services, clock)

    ran, again = flask("purge"), flask("purge", "--json")

    assert ran.code == 0
    assert "Lines of conversations" in ran.out
    assert "Nothing was changed. To delete it: flask purge --yes" in ran.out
    found = {**EMPTY, "lines": 1, "answers": 1, "conversations": 1, "tokens": 1}
    assert again.document == {"deleted": False, "keep_text_days": 30, "counts": found}


def test_with_yes_it_is_gone(flask: Flask, services: Services, clock: Clock) -> None:
    """The second time there is nothing left."""
    old_call(services, clock)

    ran = flask("purge", "--yes", "--json")

    assert ran.document["deleted"] is True
    assert ran.document["counts"]["lines"] == 1
    assert flask("purge", "--yes", "--json").document["counts"] == EMPTY
    assert flask("purge").out == "Nothing is past its time. Text is kept for 30 days.\n"


def test_what_was_deleted_is_listed_as_deleted(flask: Flask, services: Services, clock: Clock) -> None:
    """For people, too, without asking them to do it again."""
    old_call(services, clock)

    ran = flask("purge", "--yes")

    assert ran.out.startswith("Deleted ")
    assert "--yes" not in ran.out
