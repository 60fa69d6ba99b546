"""Logs: JSON lines, ids, and nothing personal whoever writes."""

from __future__ import annotations

import io
import json
import logging
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
import structlog
from sentry_sdk.transport import Transport

from returnflow import log

CARD, PHONE, EMAIL, ORDER = "4111 1111 1111 1111", "(404) 555-0188", "reyes@example.com", "114-5567022-3499108"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What was written; the process's own logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level, filters = root.handlers[:], root.level, logging.getLogger("werkzeug").filters[:]
    stream = io.StringIO()
    log.configure("INFO", stream)
    yield stream
    log.unbind()
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level
    logging.getLogger("werkzeug").filters[:] = filters


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_the_bound_ids(lines: io.StringIO) -> None:
    """Event, fields, level, logger, UTC time, and the ids of the request."""
    log.bind(request_id="r-1", reference="RF-7K2Q")
    log.get("room").info("case claimed", status=200)

    (event,) = events(lines)
    assert event["timestamp"].endswith("Z")
    del event["timestamp"]
    assert event.pop("pid") == os.getpid()
    assert event == {
        "event": "case claimed",
        "status": 200,
        "level": "info",
        "logger": "room",
        "request_id": "r-1",
        "reference": "RF-7K2Q",
    }


def test_nothing_personal_passes_the_sink(lines: io.StringIO) -> None:
    """Whether in the event, a field, a nested field or a foreign library's message."""
    log.get("room").info(f"heard {CARD}", note=f"call {PHONE}", zip="97214", inner={"last_name": "Reyes", "mail": EMAIL}, order=ORDER)
    logging.getLogger("library").warning("row (%s, %s)", EMAIL, ORDER)

    written = lines.getvalue()
    assert [value for value in (CARD, PHONE, "97214", "Reyes", EMAIL, ORDER, "3499108") if value in written] == []


def test_an_exception_is_types_and_frames_without_values(lines: io.StringIO) -> None:
    """Messages of libraries quote what they were given, causes included."""
    try:
        try:
            int(CARD)
        except ValueError as error:
            raise RuntimeError(EMAIL) from error
    except RuntimeError:
        log.get("room").error("unexpected error", exc_info=True)
        logging.getLogger("library").exception("failed")

    ours, foreign = events(lines)
    assert [each["type"] for each in ours["exception"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "test_log.py" in ours["exception"][0]["frames"][-1]
    assert foreign["exception"] == ours["exception"]
    assert CARD not in lines.getvalue()
    assert EMAIL not in lines.getvalue()


def test_tokens_of_links_do_not_pass(lines: io.StringIO) -> None:
    """The development server's access lines are dropped, and a query string in any library's message is cut."""
    logging.getLogger("werkzeug").info('%s - "%s"', "127.0.0.1", "GET /returns/482913077/slip.pdf?t=WyI0ODI")
    logging.getLogger("gunicorn.error").error("Error handling request /returns/482913077/slip.pdf?t=WyI0ODI")

    assert "WyI0ODI" not in lines.getvalue()
    assert [event["logger"] for event in events(lines)] == ["gunicorn.error"]


def test_a_level_silences_what_is_below_it(lines: io.StringIO) -> None:
    """LOG_LEVEL is the least that is written, for us and for libraries."""
    log.get("room").debug("detail")
    logging.getLogger("library").debug("detail")

    assert lines.getvalue() == ""


def test_an_error_report_holds_types_and_frames_only() -> None:
    """What goes to Sentry has no message, request, user, breadcrumb or extra."""
    event = {
        "event_id": "1",
        "request": {"data": CARD},
        "user": {"ip_address": "192.0.2.7"},
        "breadcrumbs": [{"message": EMAIL}],
        "extra": {"zip": "97214"},
        "exception": {"values": [{"type": "ValueError", "value": CARD, "stacktrace": {"frames": [{"function": "f", "lineno": 3}]}}]},
    }

    assert log.strip_report(event) == {
        "event_id": "1",
        "exception": {"values": [{"type": "ValueError", "value": "", "stacktrace": {"frames": [{"function": "f", "lineno": 3}]}}]},
    }


def test_the_real_library_sends_no_value(lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """A logged exception is reported once, whoever logged it, without message, locals, request or host name."""
    sent: list[bytes] = []

    class Captured(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            sent.append(envelope.serialize())

    init = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: init(transport=Captured, **options))
    monkeypatch.setattr(log, "_reporters", [])
    log.start_sentry("http://key@127.0.0.1:9/1", "1.0.0", "production")
    card = CARD
    try:
        raise RuntimeError(f"{card} of {EMAIL}")
    except RuntimeError:
        log.get("room").error("unexpected error", exc_info=True)
    sentry_sdk.get_client().close()

    assert len(sent) == 1
    assert b"RuntimeError" in sent[0]
    assert [value for value in (CARD, EMAIL, socket.gethostname()) if value.encode() in sent[0]] == []
