"""Sessions: who may read and write, and for how long."""

from __future__ import annotations

import pytest
from flask import Request, Response
from flask.testing import FlaskClient

from returnflow.web.callers import COOKIE, Callers, network_of
from returnflow.wiring import Services
from tests.calls import Clock
from tests.http.conftest import Customer, customer_of


def status(customer: Customer) -> int:
    return customer.get().status_code


def test_a_session_lives_while_it_is_used(customer: Customer, clock: Clock) -> None:
    """Every use within two hours keeps it, up to 24 hours after it was made."""
    for _ in range(12):
        clock.forward(minutes=119)
        assert status(customer) == 200

    clock.forward(minutes=119)
    assert status(customer) == 401


@pytest.mark.parametrize("minutes, expected", [(119, 200), (120, 401)])
def test_an_unused_session_ends_after_two_hours(customer: Customer, clock: Clock, minutes: int, expected: int) -> None:
    """The bearer is then as good as unknown."""
    clock.forward(minutes=minutes)

    assert status(customer) == expected


def test_polling_writes_at_most_once_a_minute(customer: Customer, clock: Clock, services: Services) -> None:
    """The last use is only stored when a minute has passed."""

    def last_used() -> object:
        with services.database.begin(write=False) as work:
            session = work.sessions.get(customer.session_id)
        assert session is not None
        return session.last_used_at

    made = last_used()
    clock.forward(seconds=59)
    status(customer)
    unchanged = last_used()
    clock.forward(seconds=1)
    status(customer)

    assert made == unchanged
    assert last_used() == clock.now


@pytest.mark.parametrize("minutes, expected", [(0, 200), (29, 200), (30, 401)])
def test_an_ended_session_can_be_read_for_half_an_hour(customer: Customer, clock: Clock, minutes: int, expected: int) -> None:
    """Then it is gone."""
    customer.post("end")
    clock.forward(minutes=minutes)

    assert status(customer) == expected


def test_a_bearer_opens_no_other_session(client: FlaskClient) -> None:
    """Another's session and one that does not exist are the same 404."""
    mine, other = customer_of(client), customer_of(client)
    answers = [client.get(f"/api/sessions/{name}", headers=mine.headers) for name in (other.session_id, "x" * 24)]

    bodies = [{**answer.get_json(), "request_id": "", "reference": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bodies[0] == bodies[1]


def test_two_tabs_have_two_sessions(client: FlaskClient) -> None:
    """Ids and bearers are drawn anew."""
    first, second = customer_of(client), customer_of(client)

    assert first.session_id != second.session_id
    assert first.token != second.token


def test_the_caller_cookie_is_signed_and_out_of_reach_of_scripts(client: FlaskClient) -> None:
    """HttpOnly, SameSite, for the API only; a forged one is replaced."""
    fresh = client.post("/api/sessions").headers["Set-Cookie"]
    again = client.post("/api/sessions")
    client.set_cookie(COOKIE, "me.forged", path="/api")
    forged = client.post("/api/sessions")

    assert all(part in fresh for part in (COOKIE, "HttpOnly", "SameSite=Lax", "Path=/api"))
    assert "Set-Cookie" not in again.headers
    assert "Set-Cookie" in forged.headers


def test_without_cookies_a_network_is_one_caller() -> None:
    """A program that keeps no cookies is not somebody new for each conversation; with a cookie a browser is itself."""
    callers = Callers(b"k" * 32, secure=False)
    given = Response()
    callers.remember(asking("192.0.2.7"), given)
    cookie = given.headers["Set-Cookie"].partition(";")[0]

    bare = {callers.digest(asking(address), session) for address, session in (("192.0.2.7", "s1"), ("192.0.2.200", "s2"))}
    forged = callers.digest(asking("192.0.2.9", f"{COOKIE}=me.forged"), "s3")
    mine = {callers.digest(asking("192.0.2.9", cookie), session) for session in ("s4", "s5")}
    elsewhere = callers.digest(asking("198.51.100.7"), "s1")

    assert bare == {forged}
    assert len(mine) == 1
    assert len({forged, elsewhere, *mine}) == 3


def test_where_no_address_is_known_a_conversation_is_a_caller() -> None:
    """Behind a socket that tells no address nobody is locked by what strangers tried."""
    callers = Callers(b"k" * 32, secure=False)

    assert callers.digest(asking(None), "s1") != callers.digest(asking(None), "s2")


def asking(address: str | None, cookie: str = "") -> Request:
    """A request from this address."""
    made = Request({"REMOTE_ADDR": address} if address else {})
    made.environ["HTTP_COOKIE"] = cookie
    return made


def test_a_network_is_not_an_address() -> None:
    """Callers are told apart by /24 and /48, so that a changing last byte is the same caller."""
    assert network_of("192.0.2.7") == network_of("192.0.2.200") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert network_of("unix:") == "unix:"
    assert network_of(None) == ""
