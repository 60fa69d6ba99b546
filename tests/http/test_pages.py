"""Pages, files and headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from returnflow.config import ROOT
from returnflow.retail.model import ReturnStatus
from returnflow.tools.staff_returns import move_return
from returnflow.wiring import Services
from tests.http.conftest import Customer

OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import""", re.IGNORECASE)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_needs_nothing_that_its_policy_forbids(client: FlaskClient, path: str) -> None:
    """No inline script or style, nothing from another host."""
    answer = client.get(path)

    assert answer.status_code == 200
    assert INLINE.findall(answer.text) == []
    assert [found for found in OUTSIDE.findall(answer.text) if "privacy" not in found] == [] or path == "/"


def test_a_page_is_under_the_policy_of_the_design(client: FlaskClient) -> None:
    """Nothing by default, ourselves for scripts, styles and connections, no frame around us, the microphone for us alone."""
    headers = client.get("/").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert {policy[name] for name in ("base-uri", "form-action", "frame-ancestors")} == {"'none'"}
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Permissions-Policy"].startswith("microphone=(self)")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_data_is_under_a_stricter_policy(client: FlaskClient) -> None:
    """JSON that is opened as a page can do nothing."""
    assert client.get("/api/agents").headers["Content-Security-Policy"].startswith("default-src 'none'; base-uri 'none'")


def test_style_sheets_and_modules_have_the_type_that_browsers_ask_for(client: FlaskClient) -> None:
    """Module scripts of another type are refused."""
    for path in sorted((ROOT / "static").rglob("*.*")):
        expected = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}.get(path.suffix)
        if expected:
            with client.get(f"/static/{path.relative_to(ROOT / 'static').as_posix()}") as answer:
                assert (answer.status_code, answer.mimetype) == (200, expected)
                assert answer.headers["ETag"]


def test_a_slip_is_only_for_its_link(customer: Customer, returned: dict[str, Any], clock: Any) -> None:
    """Without the signature, with another's, with a changed one, for another number and after a day: the same 404."""
    slip = returned["state"]["return"]["slip"]
    path, _, token = slip["pdf_url"].partition("?t=")
    other = path.replace(returned["state"]["return"]["rma"], "000000000")
    bad = [path, f"{path}?t=", f"{path}?t=x{token}", f"{path}?t={token[:-1]}", f"{other}?t={token}", f"{path}?t={customer.token}"]

    opened = customer.client.get(slip["html_url"])
    statuses = [customer.client.get(address).status_code for address in bad]
    clock.forward(hours=24, seconds=1)

    assert opened.status_code == 200
    assert INLINE.findall(opened.text) == []
    assert opened.headers["Cache-Control"] == "no-store"
    assert statuses == [404] * len(bad)
    assert customer.client.get(slip["html_url"]).status_code == 404


@pytest.mark.parametrize(
    "moves, status",
    [
        ((), 200),
        ((ReturnStatus.RECEIVED,), 200),
        ((ReturnStatus.CANCELLED,), 404),
        ((ReturnStatus.EXPIRED,), 404),
        ((ReturnStatus.RECEIVED, ReturnStatus.REJECTED), 404),
    ],
)
def test_a_return_that_is_off_has_no_slip(
    client: FlaskClient, services: Services, returned: dict[str, Any], moves: tuple[ReturnStatus, ...], status: int
) -> None:
    """Cancelled, rejected and expired: nobody should pack a parcel after an old link."""
    done = returned["state"]["return"]
    for to in moves:
        move_return(services.database, done["rma"], to, by="dana", now=services.clock())

    assert [client.get(done["slip"][kind]).status_code for kind in ("html_url", "pdf_url")] == [status] * 2


def test_other_sites_may_call_only_when_they_are_named(make_app: Callable[..., Flask]) -> None:
    """CORS for the API, for the named origins, without credentials."""
    client = make_app(allowed_origins=("https://shop.example",)).test_client()
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}

    friend = client.options("/api/sessions", headers={"Origin": "https://shop.example", **ask})
    stranger = client.options("/api/sessions", headers={"Origin": "https://evil.example", **ask})
    page = client.get("/", headers={"Origin": "https://shop.example"})

    assert friend.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert "authorization" in friend.headers["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Credentials" not in friend.headers
    assert "Access-Control-Allow-Origin" not in stranger.headers
    assert "Access-Control-Allow-Origin" not in page.headers


def test_the_agents_are_public_and_their_words_are_not(client: FlaskClient) -> None:
    """Id, name, role and live version, and the checksum that a publisher compares."""
    body = client.get("/api/agents").get_json()

    assert {agent["id"] for agent in body["agents"]} >= {"initial_router", "human_handoff"}
    assert set(body["agents"][0]) == {"id", "name", "role", "live_version"}
    assert re.fullmatch(r"[0-9a-f]{8}", body["definitions"])
    assert client.get("/api/agents/initial_router").get_json() in body["agents"]


@pytest.mark.parametrize(
    "token, headers, address, expected",
    [
        (None, {}, "127.0.0.1", 200),
        (None, {}, "::1", 200),
        (None, {}, "192.0.2.7", 401),
        (None, {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 401),
        ("secret", {}, "127.0.0.1", 401),
        ("secret", {"Authorization": "Bearer wrong"}, "192.0.2.7", 401),
        ("secret", {"Authorization": "Bearer secret"}, "192.0.2.7", 200),
    ],
)
def test_metrics_are_for_a_token_or_for_this_machine(
    make_app: Callable[..., Flask], token: str | None, headers: dict[str, str], address: str, expected: int
) -> None:
    """A request that came through a proxy is not from this machine, whatever it says."""
    client = make_app(metrics_token=token).test_client()

    assert client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}).status_code == expected
