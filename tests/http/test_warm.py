"""A fresh process is ready before it serves."""

from __future__ import annotations

from flask import Flask

from returnflow.web.warm import connect, rehearse


def test_the_rehearsal_comes_to_a_slip_and_leaves_nothing(app: Flask) -> None:
    """The whole way is walked in memory: the real database knows nothing of it."""
    services = app.extensions["returnflow"]

    assert rehearse(services)
    with services.database.begin(write=False) as uow:
        assert uow.conversations.load("warm") is None
        assert uow.returns.list() == ()


def test_connecting_reads_and_changes_nothing(app: Flask) -> None:
    """A read-only transaction on the real database."""
    connect(app.extensions["returnflow"])
