"""Signed links: good for one return and one day."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from returnflow.tools.slip_links import SlipLinks


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


def token(url: str) -> str:
    """The signature in a link."""
    return parse_qs(urlsplit(url).query)["t"][0]


def test_both_links_open_their_return_for_a_day(clock: Clock, now: datetime) -> None:
    """PDF and page open until the time that is said, and not a minute later."""
    links = SlipLinks(b"k" * 32, clock)
    made = links("482913077", "session-1", now)

    assert urlsplit(made["pdf_url"]).path == "/returns/482913077/slip.pdf"
    assert urlsplit(made["html_url"]).path == "/returns/482913077/slip.html"
    assert made["expires_at"] == "2026-11-22T23:14:05Z"
    for address in (made["pdf_url"], made["html_url"]):
        clock.now = now + timedelta(hours=23, minutes=59)
        assert links.check("482913077", token(address))
        clock.now = now + timedelta(hours=24, minutes=1)
        assert not links.check("482913077", token(address))


@pytest.mark.parametrize("bad", ["", "x", "WyI0ODI5MTMwNzciLCJzIl0.aSDw.forged"], ids=["empty", "garbage", "forged"])
def test_a_bad_link_opens_nothing(clock: Clock, bad: str) -> None:
    """Garbage and forgeries look alike."""
    assert not SlipLinks(b"k" * 32, clock).check("482913077", bad)


def test_a_link_opens_only_its_own_return(clock: Clock, now: datetime) -> None:
    """Neither another return nor another key accepts it."""
    good = token(SlipLinks(b"k" * 32, clock)("482913077", "s", now)["pdf_url"])

    assert not SlipLinks(b"k" * 32, clock).check("517302645", good)
    assert not SlipLinks(b"x" * 32, clock).check("482913077", good)


def test_the_link_names_no_session(clock: Clock, now: datetime) -> None:
    """The links' life is the setting, and nothing personal can be read off the path."""
    made = SlipLinks(b"k" * 32, clock, max_age=60)("482913077", "s", now)

    assert made["expires_at"] == "2026-11-21T23:15:05Z"
    assert urlsplit(made["html_url"]).path.count("/") == 3
